package org.cochlea.cuda;

/**
 * A call of the CUDA driver or of cuFFT that failed: which, with what code, and what to do.
 *
 * <p>After a {@linkplain #isSticky() sticky} error every further call on the device fails with the
 * same code. Close the extractors and the engine and make new ones: that gives a new context,
 * unless another library (such as libtorch) holds the old one, in which case the process must be
 * restarted.
 */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The driver's name of the function, such as {@code cuMemAlloc}. */
  private final String function;

  /** The driver's {@code CUresult}, or cuFFT's {@code cufftResult}. */
  private final int code;

  /** The code's name, such as {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  private final String name;

  /**
   * Makes the exception; its message is one line, with advice where there is any.
   *
   * @param function the function that failed, such as {@code cuMemAlloc}
   * @param code what it returned
   * @param name the code's name, such as {@code CUDA_ERROR_OUT_OF_MEMORY}
   * @param text what happened, in words
   */
  public CudaException(String function, int code, String name, String text) {
    super(message(function, code, name, text));
    this.function = function;
    this.code = code;
    this.name = name;
  }

  private static String message(String function, int code, String name, String text) {
    String message = "%s failed: %s (%s, %d)".formatted(function, text, name, code);
    String advice = advice(name);
    return advice.isEmpty() ? message : message + "; " + advice;
  }

  /**
   * Returns what to do about an error, or an empty string where nothing helps in general.
   *
   * @param name the code's name, such as {@code CUDA_ERROR_OUT_OF_MEMORY}
   */
  public static String advice(String name) {
    return switch (name) {
      case "CUDA_ERROR_OUT_OF_MEMORY", "CUFFT_ALLOC_FAILED" ->
          "use smaller batches or a smaller memory budget, or end other programs that use the GPU"
              + " (nvidia-smi lists them)";
      case "CUDA_ERROR_NO_DEVICE" ->
          "no GPU is visible: see nvidia-smi and CUDA_VISIBLE_DEVICES, and in a container pass the"
              + " GPUs on (docker run --gpus all)";
      case "CUDA_ERROR_INVALID_DEVICE" -> "nvidia-smi -L lists the GPUs there are";
      case "CUDA_ERROR_INVALID_IMAGE",
          "CUDA_ERROR_NO_BINARY_FOR_GPU",
          "CUDA_ERROR_INVALID_PTX",
          "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
          "CUDA_ERROR_JIT_COMPILER_NOT_FOUND",
          "CUDA_ERROR_INVALID_SOURCE" ->
          "the driver is too old for these kernels, or the GPU is: update NVIDIA's driver";
      case "CUDA_ERROR_INSUFFICIENT_DRIVER", "CUFFT_SETUP_FAILED" -> "update NVIDIA's driver";
      case "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH", "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE" ->
          "libcuda and the kernel's driver have different versions: reboot after a driver update, or"
              + " use the container's libcuda that fits the host";
      case "CUDA_ERROR_STUB_LIBRARY" ->
          "the libcuda that was found is the toolkit's stub: take its folder out of LD_LIBRARY_PATH"
              + " and install NVIDIA's driver";
      case "CUDA_ERROR_SYSTEM_NOT_READY" ->
          "the GPU's services are not running: on NVSwitch machines start nvidia-fabricmanager";
      case "CUDA_ERROR_OPERATING_SYSTEM", "CUDA_ERROR_NOT_PERMITTED" ->
          "the process may not use the GPU: see the rights on /dev/nvidia*";
      case "CUDA_ERROR_ILLEGAL_ADDRESS",
          "CUDA_ERROR_MISALIGNED_ADDRESS",
          "CUDA_ERROR_INVALID_ADDRESS_SPACE",
          "CUDA_ERROR_INVALID_PC",
          "CUDA_ERROR_ILLEGAL_INSTRUCTION",
          "CUDA_ERROR_HARDWARE_STACK_ERROR",
          "CUDA_ERROR_ASSERT",
          "CUDA_ERROR_LAUNCH_FAILED" ->
          "a kernel faulted, and the GPU's context with it: close this engine and make a new one;"
              + " device addresses that were passed in may be wrong, otherwise please report it";
      case "CUDA_ERROR_LAUNCH_TIMEOUT" ->
          "the GPU also drives a display, which limits how long a kernel may run: use smaller"
              + " batches; close this engine and make a new one";
      case "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES" ->
          "the kernel needs more registers or shared memory than this GPU has: please report it"
              + " with the GPU's name";
      case "CUDA_ERROR_ECC_UNCORRECTABLE",
          "CUDA_ERROR_NVLINK_UNCORRECTABLE",
          "CUDA_ERROR_CONTAINED",
          "CUDA_ERROR_DEVICE_UNAVAILABLE",
          "CUDA_ERROR_UNKNOWN" ->
          "the GPU may be lost: see nvidia-smi and the system's log for Xid errors, and restart the"
              + " process";
      case "CUDA_ERROR_CONTEXT_IS_DESTROYED",
          "CUDA_ERROR_INVALID_CONTEXT",
          "CUDA_ERROR_DEINITIALIZED" ->
          "the GPU's context is gone: close this engine and make a new one";
      case "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
          "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
          "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT" ->
          "the stream is being captured: run once outside of the capture first, so that all memory is"
              + " there";
      default -> "";
    };
  }

  /** Returns the function that failed, such as {@code cuMemAlloc}. */
  public String function() {
    return function;
  }

  /** Returns the driver's {@code CUresult}, or cuFFT's {@code cufftResult}. */
  public int code() {
    return code;
  }

  /** Returns the code's name, such as {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  public String name() {
    return name;
  }

  /** Returns whether the device's context cannot be used any more. */
  public boolean isSticky() {
    return switch (name) {
      case "CUDA_ERROR_ILLEGAL_ADDRESS",
          "CUDA_ERROR_MISALIGNED_ADDRESS",
          "CUDA_ERROR_INVALID_ADDRESS_SPACE",
          "CUDA_ERROR_INVALID_PC",
          "CUDA_ERROR_ILLEGAL_INSTRUCTION",
          "CUDA_ERROR_HARDWARE_STACK_ERROR",
          "CUDA_ERROR_ASSERT",
          "CUDA_ERROR_LAUNCH_FAILED",
          "CUDA_ERROR_LAUNCH_TIMEOUT",
          "CUDA_ERROR_ECC_UNCORRECTABLE",
          "CUDA_ERROR_NVLINK_UNCORRECTABLE",
          "CUDA_ERROR_CONTAINED",
          "CUDA_ERROR_CONTEXT_IS_DESTROYED" ->
          true;
      default -> false;
    };
  }
}
