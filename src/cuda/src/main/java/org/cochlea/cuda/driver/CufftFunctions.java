package org.cochlea.cuda.driver;

import java.lang.invoke.MethodHandle;
import org.cochlea.cuda.driver.NativeLibrary.Bound;
import org.cochlea.cuda.driver.NativeLibrary.Function;

/** cuFFT's functions, found in its library. Each has the C prototype of cuFFT's API. */
record CufftFunctions(
    @Function(name = "cufftGetVersion", takes = long.class) MethodHandle getVersion,
    @Function(name = "cufftCreate", takes = long.class) MethodHandle create,
    @Function(
            name = "cufftSetAutoAllocation",
            takes = {int.class, int.class})
        MethodHandle setAutoAllocation,
    @Function(
            name = "cufftMakePlanMany64",
            takes = {
              int.class,
              int.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class,
              long.class,
              int.class,
              long.class,
              long.class
            })
        MethodHandle makePlanMany64,
    @Function(
            name = "cufftGetSize",
            takes = {int.class, long.class})
        MethodHandle getSize,
    @Function(
            name = "cufftSetWorkArea",
            takes = {int.class, long.class})
        MethodHandle setWorkArea,
    @Function(
            name = "cufftSetStream",
            takes = {int.class, long.class})
        MethodHandle setStream,
    @Function(
            name = "cufftExecR2C",
            takes = {int.class, long.class, long.class})
        MethodHandle execR2C,
    @Function(
            name = "cufftExecC2R",
            takes = {int.class, long.class, long.class})
        MethodHandle execC2R,
    @Function(
            name = "cufftExecC2C",
            takes = {int.class, long.class, long.class, int.class})
        MethodHandle execC2C,
    @Function(name = "cufftDestroy", takes = int.class) MethodHandle destroy) {

  /** What came of looking for them; the driver is there when this is asked for. */
  static final Bound<CufftFunctions> BOUND =
      NativeLibrary.bind(
          CufftFunctions.class,
          CufftLibraries.ofSystem().candidates(CudaBinding.FFM.driver().driverVersion() / 1000),
          absent());

  /** What to say when there is no cuFFT. */
  static String absent() {
    return "no cuFFT was found (by the loader, under CUDA_PATH, CUDA_HOME and /usr/local/cuda*, or"
        + " among Python's packages): install the CUDA toolkit, or pip install nvidia-cufft, and"
        + " name its folder in LD_LIBRARY_PATH";
  }
}
