package org.cochlea.cuda.driver;

import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.cuda.driver.NativeLibrary.Bound;
import org.cochlea.cuda.driver.NativeLibrary.Function;

/** The driver's functions, found in its library. Each has the C prototype of the driver API. */
record DriverFunctions(
    @Function(name = "cuInit", takes = int.class) MethodHandle init,
    @Function(name = "cuDriverGetVersion", takes = long.class) MethodHandle driverGetVersion,
    @Function(name = "cuDeviceGetCount", takes = long.class) MethodHandle deviceGetCount,
    @Function(
            name = "cuDeviceGet",
            takes = {long.class, int.class})
        MethodHandle deviceGet,
    @Function(
            name = "cuDeviceGetName",
            takes = {long.class, int.class, int.class})
        MethodHandle deviceGetName,
    // The second one, of 11.4, knows the parts of a divided GPU.
    @Function(
            name = {"cuDeviceGetUuid_v2", "cuDeviceGetUuid"},
            takes = {long.class, int.class})
        MethodHandle deviceGetUuid,
    @Function(
            name = "cuDeviceTotalMem_v2",
            takes = {long.class, int.class})
        MethodHandle deviceTotalMem,
    @Function(
            name = "cuDeviceGetAttribute",
            takes = {long.class, int.class, int.class})
        MethodHandle deviceGetAttribute,
    @Function(
            name = "cuDevicePrimaryCtxRetain",
            takes = {long.class, int.class})
        MethodHandle devicePrimaryCtxRetain,
    @Function(name = "cuDevicePrimaryCtxRelease_v2", takes = int.class)
        MethodHandle devicePrimaryCtxRelease,
    @Function(name = "cuCtxSetCurrent", takes = long.class) MethodHandle ctxSetCurrent,
    @Function(name = "cuCtxGetCurrent", takes = long.class) MethodHandle ctxGetCurrent,
    @Function(name = "cuCtxPushCurrent_v2", takes = long.class) MethodHandle ctxPushCurrent,
    @Function(name = "cuCtxPopCurrent_v2", takes = long.class) MethodHandle ctxPopCurrent,
    @Function(
            name = "cuCtxSynchronize",
            takes = {})
        MethodHandle ctxSynchronize,
    @Function(
            name = "cuModuleLoadDataEx",
            takes = {long.class, long.class, int.class, long.class, long.class})
        MethodHandle moduleLoadDataEx,
    @Function(name = "cuModuleUnload", takes = long.class) MethodHandle moduleUnload,
    @Function(
            name = "cuModuleGetFunction",
            takes = {long.class, long.class, long.class})
        MethodHandle moduleGetFunction,
    @Function(
            name = "cuFuncGetAttribute",
            takes = {long.class, int.class, long.class})
        MethodHandle funcGetAttribute,
    @Function(
            name = "cuFuncSetAttribute",
            takes = {long.class, int.class, int.class})
        MethodHandle funcSetAttribute,
    @Function(
            name = "cuOccupancyMaxActiveBlocksPerMultiprocessor",
            takes = {long.class, long.class, int.class, long.class})
        MethodHandle occupancy,
    @Function(
            name = "cuLaunchKernel",
            takes = {
              long.class,
              int.class,
              int.class,
              int.class,
              int.class,
              int.class,
              int.class,
              int.class,
              long.class,
              long.class,
              long.class
            })
        MethodHandle launchKernel,
    @Function(
            name = "cuMemAlloc_v2",
            takes = {long.class, long.class})
        MethodHandle memAlloc,
    @Function(name = "cuMemFree_v2", takes = long.class) MethodHandle memFree,
    @Function(
            name = "cuMemGetInfo_v2",
            takes = {long.class, long.class})
        MethodHandle memGetInfo,
    @Function(
            name = "cuMemGetAddressRange_v2",
            takes = {long.class, long.class, long.class})
        MethodHandle memGetAddressRange,
    @Function(
            name = "cuPointerGetAttribute",
            takes = {long.class, int.class, long.class})
        MethodHandle pointerGetAttribute,
    @Function(
            name = "cuMemHostAlloc",
            takes = {long.class, long.class, int.class})
        MethodHandle memHostAlloc,
    @Function(name = "cuMemFreeHost", takes = long.class) MethodHandle memFreeHost,
    @Function(
            name = "cuMemsetD8Async",
            takes = {long.class, byte.class, long.class, long.class})
        MethodHandle memsetD8Async,
    @Function(
            name = "cuMemsetD32Async",
            takes = {long.class, int.class, long.class, long.class})
        MethodHandle memsetD32Async,
    @Function(
            name = "cuMemcpyHtoD_v2",
            takes = {long.class, long.class, long.class})
        MethodHandle memcpyHtoD,
    @Function(
            name = "cuMemcpyDtoH_v2",
            takes = {long.class, long.class, long.class})
        MethodHandle memcpyDtoH,
    @Function(
            name = "cuMemcpyDtoD_v2",
            takes = {long.class, long.class, long.class})
        MethodHandle memcpyDtoD,
    @Function(
            name = "cuMemcpyHtoDAsync_v2",
            takes = {long.class, long.class, long.class, long.class})
        MethodHandle memcpyHtoDAsync,
    @Function(
            name = "cuMemcpyDtoHAsync_v2",
            takes = {long.class, long.class, long.class, long.class})
        MethodHandle memcpyDtoHAsync,
    @Function(
            name = "cuMemcpyDtoDAsync_v2",
            takes = {long.class, long.class, long.class, long.class})
        MethodHandle memcpyDtoDAsync,
    @Function(
            name = "cuStreamCreate",
            takes = {long.class, int.class})
        MethodHandle streamCreate,
    @Function(name = "cuStreamDestroy_v2", takes = long.class) MethodHandle streamDestroy,
    @Function(name = "cuStreamSynchronize", takes = long.class) MethodHandle streamSynchronize,
    @Function(name = "cuStreamQuery", takes = long.class) MethodHandle streamQuery,
    @Function(
            name = "cuStreamWaitEvent",
            takes = {long.class, long.class, int.class})
        MethodHandle streamWaitEvent,
    @Function(
            name = "cuEventCreate",
            takes = {long.class, int.class})
        MethodHandle eventCreate,
    @Function(name = "cuEventDestroy_v2", takes = long.class) MethodHandle eventDestroy,
    @Function(
            name = "cuEventRecord",
            takes = {long.class, long.class})
        MethodHandle eventRecord,
    @Function(name = "cuEventSynchronize", takes = long.class) MethodHandle eventSynchronize,
    @Function(name = "cuEventQuery", takes = long.class) MethodHandle eventQuery,
    @Function(
            name = "cuEventElapsedTime",
            takes = {long.class, long.class, long.class})
        MethodHandle eventElapsedTime,
    @Function(
            name = "cuStreamBeginCapture_v2",
            takes = {long.class, int.class})
        MethodHandle streamBeginCapture,
    @Function(
            name = "cuStreamEndCapture",
            takes = {long.class, long.class})
        MethodHandle streamEndCapture,
    @Function(
            name = "cuStreamIsCapturing",
            takes = {long.class, long.class})
        MethodHandle streamIsCapturing,
    // The one of 11.0, which every later driver has too.
    @Function(
            name = "cuGraphInstantiate_v2",
            takes = {long.class, long.class, long.class, long.class, long.class})
        MethodHandle graphInstantiate,
    @Function(
            name = "cuGraphLaunch",
            takes = {long.class, long.class})
        MethodHandle graphLaunch,
    @Function(name = "cuGraphExecDestroy", takes = long.class) MethodHandle graphExecDestroy,
    @Function(name = "cuGraphDestroy", takes = long.class) MethodHandle graphDestroy,
    @Function(
            name = "cuGetErrorName",
            takes = {int.class, long.class})
        MethodHandle getErrorName,
    @Function(
            name = "cuGetErrorString",
            takes = {int.class, long.class})
        MethodHandle getErrorString) {
  /** The system property that names the driver's library where the usual places do not do. */
  static final String LIBRARY = "cochlea.cuda.library";

  /** What came of looking for them. */
  static final Bound<DriverFunctions> BOUND =
      NativeLibrary.bind(DriverFunctions.class, libraries(), absent());

  /** Returns what to try: names, which the loader looks up, and paths. */
  static List<String> libraries() {
    String named = System.getProperty(LIBRARY);
    if (named != null) {
      return List.of(named);
    }
    List<String> candidates = new ArrayList<>();
    if (NativeLibrary.WINDOWS) {
      candidates.add("nvcuda.dll");
      String root = System.getenv("SystemRoot");
      candidates.add((root == null ? "C:\\Windows" : root) + "\\System32\\nvcuda.dll");
      return candidates;
    }
    // By name first: the loader knows LD_LIBRARY_PATH and where the driver was installed.
    candidates.add("libcuda.so.1");
    for (String folder :
        List.of(
            "/usr/lib/wsl/lib", // Windows' Linux
            "/run/opengl-driver/lib", // NixOS
            "/usr/local/nvidia/lib64", // containers of Kubernetes
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu/tegra",
            "/usr/lib64")) {
      candidates.add(folder + "/libcuda.so.1");
    }
    return candidates;
  }

  private static String absent() {
    String named = System.getProperty(LIBRARY);
    if (named != null) {
      return "%s, which -D%s names, cannot be loaded".formatted(named, LIBRARY);
    }
    return (NativeLibrary.WINDOWS ? "nvcuda.dll" : "libcuda.so.1")
        + " was not found: install NVIDIA's driver (nvidia-smi must work), and in a container pass"
        + " the GPUs on (docker run --gpus all)";
  }
}
