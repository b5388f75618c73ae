package org.cochlea.opencl;

import com.aparapi.Config;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.opencl.OpenCLPlatform;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The OpenCL devices of this machine. */
final class Devices {
  /** Aparapi's logger: what it says of fall-backs and class files is not for users. */
  private static final Logger LOGGER = Logger.getLogger(Config.getLoggerName());

  private static @Nullable List<OpenCLDevice> found;

  private Devices() {}

  /**
   * Returns all devices, in the order of their indices.
   *
   * @throws LinkageError if Aparapi's native library or OpenCL's cannot be loaded
   */
  static synchronized List<OpenCLDevice> all() {
    List<OpenCLDevice> devices = found;
    if (devices == null) {
      LOGGER.setLevel(Level.OFF);
      devices = new ArrayList<>();
      // Once: every listing makes new objects, by which Aparapi tells devices apart.
      for (OpenCLPlatform platform : OpenCLPlatform.getUncachedOpenCLPlatforms()) {
        for (OpenCLDevice device : platform.getOpenCLDevices()) {
          // Of a device that shares the host's memory Aparapi would make Java's own arrays the
          // buffers, and does not notice every move of the collector: kernels would then write to
          // what else lies there.
          device.setSharedMemory(false);
          devices.add(device);
        }
      }
      found = devices;
    }
    return devices;
  }

  /**
   * Returns the devices that a choice means.
   *
   * @throws IllegalArgumentException if there is no such device
   */
  static List<OpenCLDevice> select(List<OpenCLDevice> all, String choice) {
    if (choice.equals("all")) {
      return all;
    }
    if (choice.equals("auto")) {
      for (Device.TYPE type : List.of(Device.TYPE.GPU, Device.TYPE.ACC, Device.TYPE.CPU)) {
        for (OpenCLDevice device : all) {
          if (device.getType() == type) {
            return List.of(device);
          }
        }
      }
      return all.subList(0, Math.min(1, all.size()));
    }
    Set<OpenCLDevice> chosen = new LinkedHashSet<>();
    for (String word : choice.split(",", -1)) {
      chosen.add(one(all, word.strip()));
    }
    return List.copyOf(chosen);
  }

  private static OpenCLDevice one(List<OpenCLDevice> all, String word) {
    if (word.matches("[0-9]{1,9}")) {
      int index = Integer.parseInt(word);
      if (index < all.size()) {
        return all.get(index);
      }
      throw new IllegalArgumentException(
          "there is no OpenCL device %d: there are %d".formatted(index, all.size()));
    }
    for (OpenCLDevice device : all) {
      if (!word.isEmpty()
          && name(device).toLowerCase(Locale.ROOT).contains(word.toLowerCase(Locale.ROOT))) {
        return device;
      }
    }
    throw new IllegalArgumentException(
        "no OpenCL device is called '%s'; there are: %s"
            .formatted(word, String.join(", ", all.stream().map(Devices::name).toList())));
  }

  /** Returns the name of a device, with its platform. */
  static String name(OpenCLDevice device) {
    String name = device.getName();
    String platform = device.getOpenCLPlatform().getName().strip();
    return name == null || name.isBlank()
        ? "%s %s".formatted(platform, device.getType())
        : "%s (%s)".formatted(name.strip(), platform);
  }

  /** Returns what is worth knowing of a device, in one line. */
  static String describe(OpenCLDevice device) {
    return String.format(
        Locale.ROOT,
        "%s, %s, %s, %d compute units, %.1f GiB, local memory %d KiB, work groups of up to %d",
        name(device),
        device.getType(),
        device.getOpenCLPlatform().getVersion().strip(),
        device.getMaxComputeUnits(),
        device.getGlobalMemSize() / (double) (1L << 30),
        device.getLocalMemSize() >> 10,
        device.getMaxWorkGroupSize());
  }
}
