package org.cochlea.cuda.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which GPUs to use, as a user writes it.
 *
 * <ul>
 *   <li>{@code auto}: the first whose compute mode lets programs use it
 *   <li>{@code all}: all of them
 *   <li>indices and UUIDs between commas, such as {@code 0,2} or {@code GPU-5d2e}; of a UUID the
 *       first digits do. Indices count what {@code CUDA_VISIBLE_DEVICES} leaves: the driver itself
 *       hides the others
 * </ul>
 */
public final class DeviceSelector {
  /** CU_COMPUTEMODE_PROHIBITED. */
  private static final int PROHIBITED = 2;

  private final List<String> wanted;

  private DeviceSelector(List<String> wanted) {
    this.wanted = wanted;
  }

  /**
   * Reads a selection; whether there are such devices is seen by {@link #select}.
   *
   * @throws IllegalArgumentException if it is not of the forms above
   */
  public static DeviceSelector parse(String text) {
    List<String> wanted = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      String known = word.toLowerCase(Locale.ROOT);
      boolean alone = (known.equals("auto") || known.equals("all")) && !text.contains(",");
      if (!alone && !word.matches("\\d{1,9}") && !known.matches("(gpu|mig)-[0-9a-f-]+")) {
        throw new IllegalArgumentException(
            "device must be auto, all, or indices and UUIDs between commas (0,2 or GPU-5d2e…),"
                + " was "
                + (text.isBlank() ? "empty" : text));
      }
      wanted.add(known);
    }
    return new DeviceSelector(wanted);
  }

  /**
   * Returns the devices of the selection, in its order.
   *
   * @throws IllegalArgumentException if there is no such device, a UUID's digits fit several, or
   *     one is named twice
   */
  public List<CudaDevice> select(CudaDriver driver) {
    return select(driver, System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  List<CudaDevice> select(CudaDriver driver, @Nullable String visible) {
    List<CudaDevice> all = new ArrayList<>();
    for (int i = 0; i < driver.deviceGetCount(); i++) {
      all.add(CudaDevice.of(driver, i));
    }
    if (wanted.equals(List.of("all"))) {
      return all;
    }
    if (wanted.equals(List.of("auto"))) {
      for (CudaDevice device : all) {
        if (driver.deviceGetAttribute(DeviceAttribute.COMPUTE_MODE, device.handle())
            != PROHIBITED) {
          return List.of(device);
        }
      }
      throw new IllegalArgumentException(
          "no GPU may be used: the compute mode of %s is prohibited (nvidia-smi -c)"
              .formatted(names(all)));
    }
    List<CudaDevice> selected = new ArrayList<>();
    for (String word : wanted) {
      CudaDevice device =
          Character.isDigit(word.charAt(0)) ? byIndex(all, word) : byUuid(all, word);
      if (device == null) {
        throw new IllegalArgumentException(
            "device %s does not exist: there are %s%s"
                .formatted(
                    word,
                    names(all),
                    visible == null
                        ? ""
                        : "; CUDA_VISIBLE_DEVICES=" + visible + " may hide others"));
      }
      if (selected.contains(device)) {
        throw new IllegalArgumentException("device %s is named twice".formatted(word));
      }
      selected.add(device);
    }
    return selected;
  }

  private static @Nullable CudaDevice byIndex(List<CudaDevice> all, String word) {
    int index = Integer.parseInt(word);
    return index < all.size() ? all.get(index) : null;
  }

  private static @Nullable CudaDevice byUuid(List<CudaDevice> all, String word) {
    // The parts of a divided GPU have UUIDs that begin with MIG instead.
    String digits = word.substring(4);
    CudaDevice found = null;
    for (CudaDevice device : all) {
      if (device.uuid().substring(4).startsWith(digits)) {
        if (found != null) {
          throw new IllegalArgumentException(
              "device %s is ambiguous: %s and %s".formatted(word, found.uuid(), device.uuid()));
        }
        found = device;
      }
    }
    return found;
  }

  private static String names(List<CudaDevice> all) {
    List<String> names = new ArrayList<>();
    for (CudaDevice device : all) {
      names.add("%d (%s, %s)".formatted(device.ordinal(), device.name(), device.uuid()));
    }
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
