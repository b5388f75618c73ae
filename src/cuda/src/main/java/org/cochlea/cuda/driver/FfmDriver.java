package org.cochlea.cuda.driver;

import static org.cochlea.cuda.driver.NativeLibrary.call;
import static org.cochlea.cuda.driver.NativeLibrary.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;

/**
 * The driver through Java's foreign function interface.
 *
 * <p>No function is linked as {@code critical}: they copy, launch or wait, and a critical call
 * keeps the garbage collector waiting.
 */
final class FfmDriver implements CudaDriver {
  /** CU_STREAM_NON_BLOCKING. */
  private static final int STREAM_NON_BLOCKING = 1;

  /** CU_EVENT_DISABLE_TIMING. */
  private static final int EVENT_DISABLE_TIMING = 2;

  /** CU_STREAM_CAPTURE_MODE_THREAD_LOCAL. */
  private static final int CAPTURE_THREAD_LOCAL = 1;

  // A record in a static final field: its components are constants to the JIT compiler.
  private static final DriverFunctions F = DriverFunctions.BOUND.functions().orElseThrow();

  /** Where calls put small results: one per thread, so that no call allocates. */
  private static final ThreadLocal<MemorySegment> OUT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(256, 8));

  /** What {@code cuCtxPopCurrent} writes and nobody reads. */
  private static final MemorySegment IGNORED = Arena.global().allocate(8);

  private FfmDriver() {}

  /** Returns the driver; only if there is no reason against it in {@link DriverFunctions#BOUND}. */
  static FfmDriver create() {
    return new FfmDriver();
  }

  private static long out() {
    return OUT.get().address();
  }

  private static int intOut() {
    return OUT.get().get(ValueLayout.JAVA_INT, 0);
  }

  private static long longOut() {
    return OUT.get().get(ValueLayout.JAVA_LONG, 0);
  }

  private void check(String function, int code) {
    Status.check(this, function, code);
  }

  @Override
  public String binding() {
    return CudaBinding.FFM.label();
  }

  @Override
  public void init() {
    check("cuInit", call(F.init(), 0));
  }

  @Override
  public int driverVersion() {
    check("cuDriverGetVersion", call(F.driverGetVersion(), out()));
    return intOut();
  }

  // ---- devices ---------------------------------------------------------------------------------

  @Override
  public int deviceGetCount() {
    check("cuDeviceGetCount", call(F.deviceGetCount(), out()));
    return intOut();
  }

  @Override
  public int deviceGet(int ordinal) {
    check("cuDeviceGet", call(F.deviceGet(), out(), ordinal));
    return intOut();
  }

  @Override
  public String deviceGetName(int device) {
    MemorySegment name = OUT.get();
    check("cuDeviceGetName", call(F.deviceGetName(), out(), (int) name.byteSize(), device));
    return name.getString(0);
  }

  @Override
  public String deviceGetUuid(int device) {
    check("cuDeviceGetUuid", call(F.deviceGetUuid(), out(), device));
    return Status.uuid(OUT.get().asSlice(0, 16).toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public long deviceTotalMem(int device) {
    check("cuDeviceTotalMem", call(F.deviceTotalMem(), out(), device));
    return longOut();
  }

  @Override
  public int deviceGetAttribute(DeviceAttribute attribute, int device) {
    check("cuDeviceGetAttribute", call(F.deviceGetAttribute(), out(), attribute.code(), device));
    return intOut();
  }

  // ---- contexts --------------------------------------------------------------------------------

  @Override
  public long devicePrimaryCtxRetain(int device) {
    check("cuDevicePrimaryCtxRetain", call(F.devicePrimaryCtxRetain(), out(), device));
    return longOut();
  }

  @Override
  public void devicePrimaryCtxRelease(int device) {
    check("cuDevicePrimaryCtxRelease", call(F.devicePrimaryCtxRelease(), device));
  }

  @Override
  public void ctxSetCurrent(long context) {
    check("cuCtxSetCurrent", call(F.ctxSetCurrent(), context));
  }

  @Override
  public long ctxGetCurrent() {
    check("cuCtxGetCurrent", call(F.ctxGetCurrent(), out()));
    return longOut();
  }

  @Override
  public void ctxPushCurrent(long context) {
    check("cuCtxPushCurrent", call(F.ctxPushCurrent(), context));
  }

  @Override
  public void ctxPopCurrent() {
    check("cuCtxPopCurrent", call(F.ctxPopCurrent(), IGNORED.address()));
  }

  @Override
  public void ctxSynchronize() {
    check("cuCtxSynchronize", call(F.ctxSynchronize()));
  }

  // ---- modules ---------------------------------------------------------------------------------

  @Override
  public long moduleLoadData(MemorySegment image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = JitLog.terminated(arena, image);
      JitLog log = new JitLog(arena);
      int code =
          call(F.moduleLoadDataEx(), out(), copy.address(), JitLog.COUNT, log.keys(), log.values());
      if (code != Status.SUCCESS) {
        throw log.explain(Status.failure(this, "cuModuleLoadDataEx", code), errorText(code));
      }
      return longOut();
    }
  }

  @Override
  public void moduleUnload(long module) {
    check("cuModuleUnload", call(F.moduleUnload(), module));
  }

  @Override
  public long moduleGetFunction(long module, String name) {
    try (Arena arena = Arena.ofConfined()) {
      int code = call(F.moduleGetFunction(), out(), module, arena.allocateFrom(name).address());
      check("cuModuleGetFunction(" + name + ")", code);
      return longOut();
    }
  }

  @Override
  public int funcGetAttribute(FunctionAttribute attribute, long function) {
    check("cuFuncGetAttribute", call(F.funcGetAttribute(), out(), attribute.code(), function));
    return intOut();
  }

  @Override
  public void funcSetAttribute(FunctionAttribute attribute, long function, int value) {
    check("cuFuncSetAttribute", call(F.funcSetAttribute(), function, attribute.code(), value));
  }

  @Override
  public int occupancyMaxActiveBlocksPerMultiprocessor(
      long function, int blockThreads, long sharedBytes) {
    check(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        call(F.occupancy(), out(), function, blockThreads, sharedBytes));
    return intOut();
  }

  // ---- launches --------------------------------------------------------------------------------

  @Override
  public void launchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      KernelParameters parameters) {
    long struct = parameters.address();
    int code;
    try {
      code =
          (int)
              F.launchKernel()
                  .invokeExact(
                      function,
                      gridX,
                      gridY,
                      gridZ,
                      blockX,
                      blockY,
                      blockZ,
                      sharedBytes,
                      stream,
                      struct,
                      0L);
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      Reference.reachabilityFence(parameters);
    }
    check("cuLaunchKernel", code);
  }

  // ---- memory ----------------------------------------------------------------------------------

  @Override
  public long memAlloc(long bytes) {
    check("cuMemAlloc", call(F.memAlloc(), out(), bytes));
    return longOut();
  }

  @Override
  public void memFree(long address) {
    check("cuMemFree", call(F.memFree(), address));
  }

  @Override
  public MemoryInfo memGetInfo() {
    check("cuMemGetInfo", call(F.memGetInfo(), out(), out() + 8));
    return new MemoryInfo(longOut(), OUT.get().get(ValueLayout.JAVA_LONG, 8));
  }

  @Override
  public MemoryRange memGetAddressRange(long address) {
    check("cuMemGetAddressRange", call(F.memGetAddressRange(), out(), out() + 8, address));
    return new MemoryRange(longOut(), OUT.get().get(ValueLayout.JAVA_LONG, 8));
  }

  @Override
  public int pointerGetDevice(long address) {
    int code = call(F.pointerGetAttribute(), out(), Status.POINTER_MEMORY_TYPE, address);
    if (code == Status.INVALID_VALUE) {
      return -1;
    }
    check("cuPointerGetAttribute", code);
    if (intOut() != Status.MEMORY_TYPE_DEVICE) {
      return -1;
    }
    check(
        "cuPointerGetAttribute",
        call(F.pointerGetAttribute(), out(), Status.POINTER_DEVICE_ORDINAL, address));
    return intOut();
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment memHostAlloc(long bytes) {
    Status.checkPinned(bytes);
    check("cuMemHostAlloc", call(F.memHostAlloc(), out(), bytes, 0));
    return MemorySegment.ofAddress(longOut()).reinterpret(bytes);
  }

  @Override
  public void memFreeHost(MemorySegment memory) {
    check("cuMemFreeHost", call(F.memFreeHost(), memory.address()));
  }

  @Override
  public void memsetD8Async(long address, byte value, long count, long stream) {
    check("cuMemsetD8Async", call(F.memsetD8Async(), address, value, count, stream));
  }

  @Override
  public void memsetD32Async(long address, int value, long count, long stream) {
    check("cuMemsetD32Async", call(F.memsetD32Async(), address, value, count, stream));
  }

  @Override
  public void memcpyHtoD(long to, MemorySegment from, long offset, long bytes) {
    try {
      check(
          "cuMemcpyHtoD", call(F.memcpyHtoD(), to, Status.hostAddress(from, offset, bytes), bytes));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  @Override
  public void memcpyDtoH(MemorySegment to, long offset, long from, long bytes) {
    try {
      check(
          "cuMemcpyDtoH", call(F.memcpyDtoH(), Status.hostAddress(to, offset, bytes), from, bytes));
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  @Override
  public void memcpyDtoD(long to, long from, long bytes) {
    check("cuMemcpyDtoD", call(F.memcpyDtoD(), to, from, bytes));
  }

  @Override
  public void memcpyHtoDAsync(long to, MemorySegment from, long offset, long bytes, long stream) {
    try {
      check(
          "cuMemcpyHtoDAsync",
          call(F.memcpyHtoDAsync(), to, Status.hostAddress(from, offset, bytes), bytes, stream));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  @Override
  public void memcpyDtoHAsync(MemorySegment to, long offset, long from, long bytes, long stream) {
    try {
      check(
          "cuMemcpyDtoHAsync",
          call(F.memcpyDtoHAsync(), Status.hostAddress(to, offset, bytes), from, bytes, stream));
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  @Override
  public void memcpyDtoDAsync(long to, long from, long bytes, long stream) {
    check("cuMemcpyDtoDAsync", call(F.memcpyDtoDAsync(), to, from, bytes, stream));
  }

  // ---- streams ---------------------------------------------------------------------------------

  @Override
  public long streamCreate() {
    check("cuStreamCreate", call(F.streamCreate(), out(), STREAM_NON_BLOCKING));
    return longOut();
  }

  @Override
  public void streamDestroy(long stream) {
    check("cuStreamDestroy", call(F.streamDestroy(), stream));
  }

  @Override
  public void streamSynchronize(long stream) {
    check("cuStreamSynchronize", call(F.streamSynchronize(), stream));
  }

  @Override
  public boolean streamQuery(long stream) {
    return Status.ready(this, "cuStreamQuery", call(F.streamQuery(), stream));
  }

  @Override
  public void streamWaitEvent(long stream, long event) {
    check("cuStreamWaitEvent", call(F.streamWaitEvent(), stream, event, 0));
  }

  // ---- events ----------------------------------------------------------------------------------

  @Override
  public long eventCreate(boolean timing) {
    check("cuEventCreate", call(F.eventCreate(), out(), timing ? 0 : EVENT_DISABLE_TIMING));
    return longOut();
  }

  @Override
  public void eventDestroy(long event) {
    check("cuEventDestroy", call(F.eventDestroy(), event));
  }

  @Override
  public void eventRecord(long event, long stream) {
    check("cuEventRecord", call(F.eventRecord(), event, stream));
  }

  @Override
  public void eventSynchronize(long event) {
    check("cuEventSynchronize", call(F.eventSynchronize(), event));
  }

  @Override
  public boolean eventQuery(long event) {
    return Status.ready(this, "cuEventQuery", call(F.eventQuery(), event));
  }

  @Override
  public float eventElapsedTime(long start, long end) {
    check("cuEventElapsedTime", call(F.eventElapsedTime(), out(), start, end));
    return OUT.get().get(ValueLayout.JAVA_FLOAT, 0);
  }

  // ---- graphs ----------------------------------------------------------------------------------

  @Override
  public void streamBeginCapture(long stream) {
    check("cuStreamBeginCapture", call(F.streamBeginCapture(), stream, CAPTURE_THREAD_LOCAL));
  }

  @Override
  public long streamEndCapture(long stream) {
    check("cuStreamEndCapture", call(F.streamEndCapture(), stream, out()));
    return longOut();
  }

  @Override
  public boolean streamIsCapturing(long stream) {
    check("cuStreamIsCapturing", call(F.streamIsCapturing(), stream, out()));
    return intOut() != 0;
  }

  @Override
  public long graphInstantiate(long graph) {
    // Neither the node nor the text of an error: the code is enough.
    check("cuGraphInstantiate", call(F.graphInstantiate(), out(), graph, 0L, 0L, 0L));
    return longOut();
  }

  @Override
  public void graphLaunch(long executable, long stream) {
    check("cuGraphLaunch", call(F.graphLaunch(), executable, stream));
  }

  @Override
  public void graphExecDestroy(long executable) {
    check("cuGraphExecDestroy", call(F.graphExecDestroy(), executable));
  }

  @Override
  public void graphDestroy(long graph) {
    check("cuGraphDestroy", call(F.graphDestroy(), graph));
  }

  // ---- errors ----------------------------------------------------------------------------------

  @Override
  public String errorName(int code) {
    return text(call(F.getErrorName(), code, out()), "CUDA_ERROR_" + code);
  }

  @Override
  public String errorText(int code) {
    return text(call(F.getErrorString(), code, out()), "an error this driver has no words for");
  }

  @SuppressWarnings("restricted")
  private static String text(int code, String otherwise) {
    return code != Status.SUCCESS || longOut() == 0
        ? otherwise
        : MemorySegment.ofAddress(longOut()).reinterpret(Long.MAX_VALUE).getString(0);
  }
}
