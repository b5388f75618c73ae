package org.cochlea.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUgraphNode;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.CUuuid;
import jcuda.driver.JCudaDriver;

/**
 * The driver through JCuda.
 *
 * <p>JCuda wraps every handle and address in an object that only it can fill. Here they are {@code
 * long}s, put into objects that each thread keeps.
 *
 * <p>Statuses are checked here, so JCuda's own exceptions, which have no codes, are switched off;
 * that switch is one for all of JCuda in this JVM.
 */
final class JcudaDriver implements CudaDriver {
  private static final int STREAM_NON_BLOCKING = 1;
  private static final int EVENT_DISABLE_TIMING = 2;
  private static final int CAPTURE_THREAD_LOCAL = 1;

  /** What JCuda keeps of a handle or an address. */
  static final VarHandle NATIVE = nativePointer();

  private static final ThreadLocal<Arguments> ARGUMENTS = ThreadLocal.withInitial(Arguments::new);

  /** The arguments and small results of one thread's calls. */
  private static final class Arguments {
    final CUdevice device = new CUdevice();
    final CUcontext context = new CUcontext();
    final CUmodule module = new CUmodule();
    final CUfunction function = new CUfunction();
    final CUstream stream = new CUstream();
    final CUevent event = new CUevent();
    final CUevent secondEvent = new CUevent();
    final CUgraph graph = new CUgraph();
    final CUgraphExec executable = new CUgraphExec();
    final CUdeviceptr address = new CUdeviceptr();
    final CUdeviceptr secondAddress = new CUdeviceptr();
    final Pointer host = new Pointer();
    final int[] integer = new int[1];
    final long[] wide = new long[1];
    final long[] secondWide = new long[1];
    final float[] real = new float[1];
  }

  private JcudaDriver() {}

  /**
   * Returns the driver.
   *
   * @throws LinkageError if JCuda or its native library is not there
   */
  static JcudaDriver create() {
    JCudaDriver.setExceptionsEnabled(false);
    return new JcudaDriver();
  }

  private static VarHandle nativePointer() {
    try {
      return MethodHandles.privateLookupIn(NativePointerObject.class, MethodHandles.lookup())
          .findVarHandle(NativePointerObject.class, "nativePointer", long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JCuda keeps its handles differently", e);
    }
  }

  /** Returns the object, with a handle or an address put into it. */
  static <T extends NativePointerObject> T set(T object, long value) {
    NATIVE.set((NativePointerObject) object, value);
    return object;
  }

  static long get(NativePointerObject object) {
    return (long) NATIVE.get(object);
  }

  private static CUdevice device(int device) {
    return set(ARGUMENTS.get().device, device);
  }

  private static CUstream stream(long stream) {
    return set(ARGUMENTS.get().stream, stream);
  }

  private static CUfunction function(long function) {
    return set(ARGUMENTS.get().function, function);
  }

  private static CUevent event(long event) {
    return set(ARGUMENTS.get().event, event);
  }

  private static CUdeviceptr address(long address) {
    return set(ARGUMENTS.get().address, address);
  }

  private static CUdeviceptr secondAddress(long address) {
    return set(ARGUMENTS.get().secondAddress, address);
  }

  private static Pointer host(long address) {
    return set(ARGUMENTS.get().host, address);
  }

  private void check(String function, int code) {
    Status.check(this, function, code);
  }

  @Override
  public String binding() {
    return CudaBinding.JCUDA.label();
  }

  @Override
  public void init() {
    check("cuInit", JCudaDriver.cuInit(0));
  }

  @Override
  public int driverVersion() {
    int[] version = ARGUMENTS.get().integer;
    check("cuDriverGetVersion", JCudaDriver.cuDriverGetVersion(version));
    return version[0];
  }

  // ---- devices ---------------------------------------------------------------------------------

  @Override
  public int deviceGetCount() {
    int[] count = ARGUMENTS.get().integer;
    check("cuDeviceGetCount", JCudaDriver.cuDeviceGetCount(count));
    return count[0];
  }

  @Override
  public int deviceGet(int ordinal) {
    CUdevice device = ARGUMENTS.get().device;
    check("cuDeviceGet", JCudaDriver.cuDeviceGet(device, ordinal));
    return (int) get(device);
  }

  @Override
  public String deviceGetName(int device) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", JCudaDriver.cuDeviceGetName(name, name.length, device(device)));
    return Status.text(name);
  }

  @Override
  public String deviceGetUuid(int device) {
    CUuuid uuid = new CUuuid();
    check("cuDeviceGetUuid", JCudaDriver.cuDeviceGetUuid(uuid, device(device)));
    return Status.uuid(uuid.bytes);
  }

  @Override
  public long deviceTotalMem(int device) {
    long[] bytes = ARGUMENTS.get().wide;
    check("cuDeviceTotalMem", JCudaDriver.cuDeviceTotalMem(bytes, device(device)));
    return bytes[0];
  }

  @Override
  public int deviceGetAttribute(DeviceAttribute attribute, int device) {
    int[] value = ARGUMENTS.get().integer;
    check(
        "cuDeviceGetAttribute",
        JCudaDriver.cuDeviceGetAttribute(value, attribute.code(), device(device)));
    return value[0];
  }

  // ---- contexts --------------------------------------------------------------------------------

  @Override
  public long devicePrimaryCtxRetain(int device) {
    CUcontext context = ARGUMENTS.get().context;
    check(
        "cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device(device)));
    return get(context);
  }

  @Override
  public void devicePrimaryCtxRelease(int device) {
    check("cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(device(device)));
  }

  @Override
  public void ctxSetCurrent(long context) {
    check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(set(ARGUMENTS.get().context, context)));
  }

  @Override
  public long ctxGetCurrent() {
    CUcontext context = set(ARGUMENTS.get().context, 0);
    check("cuCtxGetCurrent", JCudaDriver.cuCtxGetCurrent(context));
    return get(context);
  }

  @Override
  public void ctxPushCurrent(long context) {
    check("cuCtxPushCurrent", JCudaDriver.cuCtxPushCurrent(set(ARGUMENTS.get().context, context)));
  }

  @Override
  public void ctxPopCurrent() {
    check("cuCtxPopCurrent", JCudaDriver.cuCtxPopCurrent(ARGUMENTS.get().context));
  }

  @Override
  public void ctxSynchronize() {
    check("cuCtxSynchronize", JCudaDriver.cuCtxSynchronize());
  }

  // ---- modules ---------------------------------------------------------------------------------

  @Override
  public long moduleLoadData(MemorySegment image) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = JitLog.terminated(arena, image);
      JitLog log = new JitLog(arena);
      CUmodule module = ARGUMENTS.get().module;
      int code =
          JCudaDriver.cuModuleLoadDataEx(
              module,
              host(copy.address()),
              JitLog.COUNT,
              JitLog.optionKeys(),
              set(new Pointer(), log.values()));
      if (code != Status.SUCCESS) {
        throw log.explain(Status.failure(this, "cuModuleLoadDataEx", code), errorText(code));
      }
      return get(module);
    }
  }

  @Override
  public void moduleUnload(long module) {
    check("cuModuleUnload", JCudaDriver.cuModuleUnload(set(ARGUMENTS.get().module, module)));
  }

  @Override
  public long moduleGetFunction(long module, String name) {
    CUfunction function = ARGUMENTS.get().function;
    int code = JCudaDriver.cuModuleGetFunction(function, set(ARGUMENTS.get().module, module), name);
    check("cuModuleGetFunction(" + name + ")", code);
    return get(function);
  }

  @Override
  public int funcGetAttribute(FunctionAttribute attribute, long function) {
    int[] value = ARGUMENTS.get().integer;
    check(
        "cuFuncGetAttribute",
        JCudaDriver.cuFuncGetAttribute(value, attribute.code(), function(function)));
    return value[0];
  }

  @Override
  public void funcSetAttribute(FunctionAttribute attribute, long function, int value) {
    check(
        "cuFuncSetAttribute",
        JCudaDriver.cuFuncSetAttribute(function(function), attribute.code(), value));
  }

  @Override
  public int occupancyMaxActiveBlocksPerMultiprocessor(
      long function, int blockThreads, long sharedBytes) {
    int[] blocks = ARGUMENTS.get().integer;
    check(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, function(function), blockThreads, sharedBytes));
    return blocks[0];
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
    try {
      check(
          "cuLaunchKernel",
          JCudaDriver.cuLaunchKernel(
              function(function),
              gridX,
              gridY,
              gridZ,
              blockX,
              blockY,
              blockZ,
              sharedBytes,
              stream(stream),
              host(parameters.address()),
              null));
    } finally {
      Reference.reachabilityFence(parameters);
    }
  }

  // ---- memory ----------------------------------------------------------------------------------

  @Override
  public long memAlloc(long bytes) {
    CUdeviceptr address = ARGUMENTS.get().address;
    check("cuMemAlloc", JCudaDriver.cuMemAlloc(address, bytes));
    return get(address);
  }

  @Override
  public void memFree(long address) {
    check("cuMemFree", JCudaDriver.cuMemFree(address(address)));
  }

  @Override
  public MemoryInfo memGetInfo() {
    long[] free = ARGUMENTS.get().wide;
    long[] total = ARGUMENTS.get().secondWide;
    check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, total));
    return new MemoryInfo(free[0], total[0]);
  }

  @Override
  public MemoryRange memGetAddressRange(long address) {
    CUdeviceptr base = ARGUMENTS.get().address;
    long[] bytes = ARGUMENTS.get().wide;
    check(
        "cuMemGetAddressRange",
        JCudaDriver.cuMemGetAddressRange(base, bytes, secondAddress(address)));
    return new MemoryRange(get(base), bytes[0]);
  }

  @Override
  public int pointerGetDevice(long address) {
    int[] value = new int[1];
    Pointer out = Pointer.to(value);
    int code = JCudaDriver.cuPointerGetAttribute(out, Status.POINTER_MEMORY_TYPE, address(address));
    if (code == Status.INVALID_VALUE) {
      return -1;
    }
    check("cuPointerGetAttribute", code);
    if (value[0] != Status.MEMORY_TYPE_DEVICE) {
      return -1;
    }
    check(
        "cuPointerGetAttribute",
        JCudaDriver.cuPointerGetAttribute(out, Status.POINTER_DEVICE_ORDINAL, address(address)));
    return value[0];
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment memHostAlloc(long bytes) {
    Status.checkPinned(bytes);
    // JCuda puts a buffer into the pointer, so it cannot be one that is used again.
    Pointer pointer = new Pointer();
    check("cuMemHostAlloc", JCudaDriver.cuMemHostAlloc(pointer, bytes, 0));
    return MemorySegment.ofAddress(get(pointer)).reinterpret(bytes);
  }

  @Override
  public void memFreeHost(MemorySegment memory) {
    check("cuMemFreeHost", JCudaDriver.cuMemFreeHost(set(new Pointer(), memory.address())));
  }

  @Override
  public void memsetD8Async(long address, byte value, long count, long stream) {
    check(
        "cuMemsetD8Async",
        JCudaDriver.cuMemsetD8Async(address(address), value, count, stream(stream)));
  }

  @Override
  public void memsetD32Async(long address, int value, long count, long stream) {
    check(
        "cuMemsetD32Async",
        JCudaDriver.cuMemsetD32Async(address(address), value, count, stream(stream)));
  }

  @Override
  public void memcpyHtoD(long to, MemorySegment from, long offset, long bytes) {
    long host = Status.hostAddress(from, offset, bytes);
    try {
      check("cuMemcpyHtoD", JCudaDriver.cuMemcpyHtoD(address(to), host(host), bytes));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  @Override
  public void memcpyDtoH(MemorySegment to, long offset, long from, long bytes) {
    long host = Status.hostAddress(to, offset, bytes);
    try {
      check("cuMemcpyDtoH", JCudaDriver.cuMemcpyDtoH(host(host), address(from), bytes));
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  @Override
  public void memcpyDtoD(long to, long from, long bytes) {
    check("cuMemcpyDtoD", JCudaDriver.cuMemcpyDtoD(address(to), secondAddress(from), bytes));
  }

  @Override
  public void memcpyHtoDAsync(long to, MemorySegment from, long offset, long bytes, long stream) {
    long host = Status.hostAddress(from, offset, bytes);
    try {
      check(
          "cuMemcpyHtoDAsync",
          JCudaDriver.cuMemcpyHtoDAsync(address(to), host(host), bytes, stream(stream)));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  @Override
  public void memcpyDtoHAsync(MemorySegment to, long offset, long from, long bytes, long stream) {
    long host = Status.hostAddress(to, offset, bytes);
    try {
      check(
          "cuMemcpyDtoHAsync",
          JCudaDriver.cuMemcpyDtoHAsync(host(host), address(from), bytes, stream(stream)));
    } finally {
      Reference.reachabilityFence(to);
    }
  }

  @Override
  public void memcpyDtoDAsync(long to, long from, long bytes, long stream) {
    check(
        "cuMemcpyDtoDAsync",
        JCudaDriver.cuMemcpyDtoDAsync(address(to), secondAddress(from), bytes, stream(stream)));
  }

  // ---- streams ---------------------------------------------------------------------------------

  @Override
  public long streamCreate() {
    CUstream stream = ARGUMENTS.get().stream;
    check("cuStreamCreate", JCudaDriver.cuStreamCreate(stream, STREAM_NON_BLOCKING));
    return get(stream);
  }

  @Override
  public void streamDestroy(long stream) {
    check("cuStreamDestroy", JCudaDriver.cuStreamDestroy(stream(stream)));
  }

  @Override
  public void streamSynchronize(long stream) {
    check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(stream(stream)));
  }

  @Override
  public boolean streamQuery(long stream) {
    return Status.ready(this, "cuStreamQuery", JCudaDriver.cuStreamQuery(stream(stream)));
  }

  @Override
  public void streamWaitEvent(long stream, long event) {
    check("cuStreamWaitEvent", JCudaDriver.cuStreamWaitEvent(stream(stream), event(event), 0));
  }

  // ---- events ----------------------------------------------------------------------------------

  @Override
  public long eventCreate(boolean timing) {
    CUevent event = ARGUMENTS.get().event;
    check("cuEventCreate", JCudaDriver.cuEventCreate(event, timing ? 0 : EVENT_DISABLE_TIMING));
    return get(event);
  }

  @Override
  public void eventDestroy(long event) {
    check("cuEventDestroy", JCudaDriver.cuEventDestroy(event(event)));
  }

  @Override
  public void eventRecord(long event, long stream) {
    check("cuEventRecord", JCudaDriver.cuEventRecord(event(event), stream(stream)));
  }

  @Override
  public void eventSynchronize(long event) {
    check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(event(event)));
  }

  @Override
  public boolean eventQuery(long event) {
    return Status.ready(this, "cuEventQuery", JCudaDriver.cuEventQuery(event(event)));
  }

  @Override
  public float eventElapsedTime(long start, long end) {
    float[] milliseconds = ARGUMENTS.get().real;
    check(
        "cuEventElapsedTime",
        JCudaDriver.cuEventElapsedTime(
            milliseconds, event(start), set(ARGUMENTS.get().secondEvent, end)));
    return milliseconds[0];
  }

  // ---- graphs ----------------------------------------------------------------------------------

  @Override
  public void streamBeginCapture(long stream) {
    check(
        "cuStreamBeginCapture",
        JCudaDriver.cuStreamBeginCapture(stream(stream), CAPTURE_THREAD_LOCAL));
  }

  @Override
  public long streamEndCapture(long stream) {
    CUgraph graph = ARGUMENTS.get().graph;
    check("cuStreamEndCapture", JCudaDriver.cuStreamEndCapture(stream(stream), graph));
    return get(graph);
  }

  @Override
  public boolean streamIsCapturing(long stream) {
    int[] status = ARGUMENTS.get().integer;
    check("cuStreamIsCapturing", JCudaDriver.cuStreamIsCapturing(stream(stream), status));
    return status[0] != 0;
  }

  @Override
  public long graphInstantiate(long graph) {
    CUgraphExec executable = ARGUMENTS.get().executable;
    byte[] log = new byte[256];
    check(
        "cuGraphInstantiate",
        JCudaDriver.cuGraphInstantiate(
            executable, set(ARGUMENTS.get().graph, graph), new CUgraphNode(), log, log.length));
    return get(executable);
  }

  @Override
  public void graphLaunch(long executable, long stream) {
    check(
        "cuGraphLaunch",
        JCudaDriver.cuGraphLaunch(set(ARGUMENTS.get().executable, executable), stream(stream)));
  }

  @Override
  public void graphExecDestroy(long executable) {
    check(
        "cuGraphExecDestroy",
        JCudaDriver.cuGraphExecDestroy(set(ARGUMENTS.get().executable, executable)));
  }

  @Override
  public void graphDestroy(long graph) {
    check("cuGraphDestroy", JCudaDriver.cuGraphDestroy(set(ARGUMENTS.get().graph, graph)));
  }

  // ---- errors ----------------------------------------------------------------------------------

  @Override
  public String errorName(int code) {
    String[] name = new String[1];
    int status = JCudaDriver.cuGetErrorName(code, name);
    return status != Status.SUCCESS || name[0] == null ? "CUDA_ERROR_" + code : name[0];
  }

  @Override
  public String errorText(int code) {
    String[] text = new String[1];
    int status = JCudaDriver.cuGetErrorString(code, text);
    return status != Status.SUCCESS || text[0] == null
        ? "an error this driver has no words for"
        : text[0];
  }
}
