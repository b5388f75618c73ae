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
 * @param fourier whose Fourier transforms are used
 */
public record CudaOptions(String binding, String devices, long memory, Fourier fourier) {

  /**
   * Whose Fourier transforms are used. They differ in the last bits. NVIDIA's cuFFT comes with the
   * CUDA toolkit, not with the driver; its transforms are steps of their own, with frames and
   * spectra in device memory.
   */
  public enum Fourier {
    /** The engine's own, within its fused kernels: needs the driver alone. */
    OWN("own"),
    /** cuFFT's for all: what the fused kernels are measured against. */
    CUFFT("cufft"),
    /**
     * The engine's own for lengths of the factors 2, 3, 5 and 7; cuFFT's, where there is cuFFT, for
     * others.
     */
    AUTO("auto");

    private final String label;

    Fourier(String label) {
      this.label = label;
    }

    static Fourier named(String name) {
      for (Fourier one : values()) {
        if (one.label.equals(name)) {
          return one;
        }
      }
      throw new IllegalArgumentException(
          "%s must be own, cufft or auto, was %s".formatted(FOURIER_PROPERTY, name));
    }
  }

  /** The system property that chooses a binding. */
  public static final String BINDING_PROPERTY = "cochlea.cuda.binding";

  /** The system property that chooses GPUs. */
  public static final String DEVICES_PROPERTY = "cochlea.cuda.device";

  /** The system property that chooses Fourier transforms: own, cufft or auto. */
  public static final String FOURIER_PROPERTY = "cochlea.cuda.fourier";

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

  /** Returns options with the engine's own Fourier transforms. */
  public CudaOptions(String binding, String devices, long memory) {
    this(binding, devices, memory, Fourier.OWN);
  }

  /**
   * Returns what the system properties say: {@code cochlea.cuda.binding}, {@code
   * cochlea.cuda.device}, {@code cochlea.cuda.memory}, {@code cochlea.cuda.fourier}.
   *
   * @throws IllegalArgumentException if the memory is not a number of MiB, or there are no such
   *     transforms
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
        Math.multiplyExact(mebibytes, 1L << 20),
        Fourier.named(System.getProperty(FOURIER_PROPERTY, "own")));
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
    return new CudaOptions(other, devices, memory, fourier);
  }

  /** Returns these options with other GPUs. */
  public CudaOptions withDevices(String other) {
    return new CudaOptions(binding, other, memory, fourier);
  }

  /** Returns these options with another limit of device memory, in bytes. */
  public CudaOptions withMemory(long bytes) {
    return new CudaOptions(binding, devices, bytes, fourier);
  }

  /** Returns these options with other Fourier transforms. */
  public CudaOptions withFourier(Fourier other) {
    return new CudaOptions(binding, devices, memory, other);
  }
}
