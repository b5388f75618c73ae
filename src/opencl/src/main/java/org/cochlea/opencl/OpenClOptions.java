package org.cochlea.opencl;

/**
 * Which devices an engine uses, and how.
 *
 * @param devices {@code auto} (the first GPU, else the first accelerator, else the first CPU),
 *     {@code all}, or indices and parts of names between commas, such as {@code 0,2} or {@code
 *     Radeon}; {@code cochlea engines} lists them
 * @param memory bytes of device memory that a chunk of a batch takes at most, at least 0; 0 for a
 *     part of what the device has. One clip alone may need more
 */
public record OpenClOptions(String devices, long memory) {
  /** The system property that chooses devices. */
  public static final String DEVICES_PROPERTY = "cochlea.opencl.device";

  /** The system property that limits device memory, in MiB. */
  public static final String MEMORY_PROPERTY = "cochlea.opencl.memory";

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public OpenClOptions {
    if (memory < 0) {
      throw new IllegalArgumentException("memory must be at least 0 bytes, was " + memory);
    }
    if (devices.isBlank()) {
      throw new IllegalArgumentException(
          "devices must be auto, all, or indices and names between commas, was empty");
    }
  }

  /**
   * Returns what the system properties say: {@code cochlea.opencl.device}, {@code
   * cochlea.opencl.memory}.
   *
   * @throws IllegalArgumentException if the memory is not a number of MiB
   */
  public static OpenClOptions ofProperties() {
    String memory = System.getProperty(MEMORY_PROPERTY, "0");
    try {
      return new OpenClOptions(
          System.getProperty(DEVICES_PROPERTY, "auto"),
          Math.multiplyExact(Long.parseLong(memory), 1L << 20));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be a number of MiB, was %s".formatted(MEMORY_PROPERTY, memory), e);
    }
  }

  /** Returns these options with other devices. */
  public OpenClOptions withDevices(String other) {
    return new OpenClOptions(other, memory);
  }
}
