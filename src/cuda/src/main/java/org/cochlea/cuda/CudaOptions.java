package org.cochlea.cuda;

import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.DeviceSelector;

/**
 * Which GPUs an engine uses, and how.
 *
 * @param binding how Java calls the driver: {@code ffm} or {@code jcuda}
 * @param devices which GPUs: {@code auto} (the first that can run), {@code all}, or indices and
 *     UUIDs between commas, such as {@code 0,2} or {@code GPU-5d2e}; indices count what {@code
 *     CUDA_VISIBLE_DEVICES} leaves
 * @param memory bytes of device memory an extractor takes at most on each GPU, at least 0; 0 for
 *     most of what is free. Batches that need more are split; one clip alone may need more
 */
public record CudaOptions(String binding, String devices, long memory) {
  /** The system property that chooses a binding. */
  public static final String BINDING_PROPERTY = "cochlea.cuda.binding";

  /** The system property that chooses GPUs. */
  public static final String DEVICES_PROPERTY = "cochlea.cuda.device";

  /** The system property that limits device memory, in MiB. */
  public static final String MEMORY_PROPERTY = "cochlea.cuda.memory";

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public CudaOptions {
    if (memory < 0) {
      throw new IllegalArgumentException("memory must be at least 0 bytes, was " + memory);
    }
  }

  /**
   * Returns what the system properties say: {@code cochlea.cuda.binding}, {@code
   * cochlea.cuda.device}, {@code cochlea.cuda.memory}.
   *
   * @throws IllegalArgumentException if the last is not a number of MiB
   */
  public static CudaOptions ofProperties() {
    String memory = System.getProperty(MEMORY_PROPERTY, "0");
    long mebibytes;
    try {
      mebibytes = Long.parseLong(memory);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number of MiB, was %s".formatted(MEMORY_PROPERTY, memory), e);
    }
    return new CudaOptions(
        System.getProperty(BINDING_PROPERTY, "ffm"),
        System.getProperty(DEVICES_PROPERTY, "auto"),
        Math.multiplyExact(mebibytes, 1L << 20));
  }

  /**
   * Checks that the binding and the GPUs are of the forms above, whether or not there are such GPUs
   * here: an engine says that when it is asked for.
   *
   * @return these options
   * @throws IllegalArgumentException if they are not
   */
  public CudaOptions requireWellFormed() {
    CudaBinding.named(binding);
    DeviceSelector.parse(devices);
    return this;
  }

  /** Returns these options with another binding. */
  public CudaOptions withBinding(String other) {
    return new CudaOptions(other, devices, memory);
  }

  /** Returns these options with other GPUs. */
  public CudaOptions withDevices(String other) {
    return new CudaOptions(binding, other, memory);
  }

  /** Returns these options with another limit of device memory, in bytes. */
  public CudaOptions withMemory(long bytes) {
    return new CudaOptions(binding, devices, bytes);
  }
}
