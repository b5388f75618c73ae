package org.cochlea.cuda.driver;

import org.cochlea.cuda.CudaException;

/** cuFFT's errors; it has no function that names them. */
final class CufftStatus {
  private CufftStatus() {}

  static void check(String function, int code) {
    if (code == 0) {
      return;
    }
    throw switch (code) {
      case 1 -> failure(function, code, "INVALID_PLAN", "the plan does not exist");
      case 2 -> failure(function, code, "ALLOC_FAILED", "there is not enough memory");
      case 3 -> failure(function, code, "INVALID_TYPE", "the plan is of another type");
      case 4 -> failure(function, code, "INVALID_VALUE", "an argument is invalid");
      case 5 -> failure(function, code, "INTERNAL_ERROR", "cuFFT or the driver failed");
      case 6 -> failure(function, code, "EXEC_FAILED", "the transform could not be run");
      case 7 -> failure(function, code, "SETUP_FAILED", "cuFFT could not be initialised");
      case 8 -> failure(function, code, "INVALID_SIZE", "the length cannot be transformed");
      case 9 -> failure(function, code, "UNALIGNED_DATA", "the data is not aligned");
      case 11 -> failure(function, code, "INVALID_DEVICE", "the plan belongs to another GPU");
      case 13 -> failure(function, code, "NO_WORKSPACE", "the plan has no work area");
      case 14 -> failure(function, code, "NOT_IMPLEMENTED", "cuFFT cannot do that");
      case 16 -> failure(function, code, "NOT_SUPPORTED", "cuFFT cannot do that here");
      case 17 -> failure(function, code, "MISSING_DEPENDENCY", "a library of cuFFT is missing");
      default -> failure(function, code, String.valueOf(code), "an unknown error");
    };
  }

  private static CudaException failure(String function, int code, String name, String text) {
    return new CudaException(function, code, "CUFFT_" + name, text);
  }
}
