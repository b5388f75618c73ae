package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.cochlea.cuda.CudaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every call of the driver fails once: the error says so, and nothing else happens. */
@Emulator.Needs
class DriverFaultTest {
  /** CUDA_ERROR_UNKNOWN, which nothing gives by itself. */
  private static final int CODE = 999;

  @AfterEach
  void nothingIsLeft() {
    Emulator.failNothing();
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  /** What calls need, made anew for every binding. */
  private static final class Things implements AutoCloseable {
    final CudaDriver driver;
    final Arena arena = Arena.ofConfined();
    final CudaContext context;
    final Copying kernel;
    final long a;
    final long b;
    final long stream;
    final long event;
    final MemorySegment host;

    Things(CudaDriver driver) {
      this.driver = driver;
      context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
      context.push();
      kernel = new Copying(driver, arena);
      a = driver.memAlloc(4096);
      b = driver.memAlloc(4096);
      stream = driver.streamCreate();
      event = driver.eventCreate(true);
      host = driver.memHostAlloc(4096);
      driver.memsetD8Async(a, (byte) 0, 4096, 0);
      kernel.set(a, b, 1000);
      driver.eventRecord(event, stream);
      driver.streamSynchronize(stream);
    }

    long graph() {
      driver.streamBeginCapture(stream);
      kernel.launch(1000, 256, stream);
      return driver.streamEndCapture(stream);
    }

    @Override
    public void close() {
      driver.memFreeHost(host);
      driver.eventDestroy(event);
      driver.streamDestroy(stream);
      driver.memFree(b);
      driver.memFree(a);
      kernel.close();
      context.pop();
      context.close();
      arena.close();
    }
  }

  /** A call that is to fail; what it makes is undone. */
  private interface Call {
    void run(Things t);
  }

  /** The driver's function, and a method that calls it exactly once. */
  private static Map<String, Call> calls() {
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("cuInit", t -> t.driver.init());
    calls.put("cuDriverGetVersion", t -> t.driver.driverVersion());
    calls.put("cuDeviceGetCount", t -> t.driver.deviceGetCount());
    calls.put("cuDeviceGet", t -> t.driver.deviceGet(0));
    calls.put("cuDeviceGetName", t -> t.driver.deviceGetName(0));
    calls.put("cuDeviceGetUuid", t -> t.driver.deviceGetUuid(0));
    calls.put("cuDeviceTotalMem", t -> t.driver.deviceTotalMem(0));
    calls.put(
        "cuDeviceGetAttribute", t -> t.driver.deviceGetAttribute(DeviceAttribute.WARP_SIZE, 0));
    calls.put(
        "cuDevicePrimaryCtxRetain",
        t -> {
          t.driver.devicePrimaryCtxRetain(1);
          t.driver.devicePrimaryCtxRelease(1);
        });
    calls.put(
        "cuDevicePrimaryCtxRelease",
        t -> {
          if (Emulator.live("contexts") == 1) {
            t.driver.devicePrimaryCtxRetain(0);
          }
          t.driver.devicePrimaryCtxRelease(0);
        });
    calls.put("cuCtxSetCurrent", t -> t.driver.ctxSetCurrent(t.driver.ctxGetCurrent()));
    calls.put("cuCtxGetCurrent", t -> t.driver.ctxGetCurrent());
    calls.put(
        "cuCtxPushCurrent",
        t -> {
          t.driver.ctxPushCurrent(t.driver.ctxGetCurrent());
          t.driver.ctxPopCurrent();
        });
    calls.put(
        "cuCtxPopCurrent",
        t -> {
          long current = t.driver.ctxGetCurrent();
          t.driver.ctxPopCurrent();
          t.driver.ctxPushCurrent(current);
        });
    calls.put("cuCtxSynchronize", t -> t.driver.ctxSynchronize());
    calls.put(
        "cuModuleLoadDataEx", t -> t.driver.moduleUnload(t.driver.moduleLoadData(Copying.image())));
    calls.put("cuModuleUnload", t -> unload(t));
    calls.put("cuModuleGetFunction", t -> t.driver.moduleGetFunction(t.kernel.module, "pointwise"));
    calls.put(
        "cuFuncGetAttribute",
        t -> t.driver.funcGetAttribute(FunctionAttribute.NUM_REGS, t.kernel.function));
    calls.put(
        "cuFuncSetAttribute",
        t ->
            t.driver.funcSetAttribute(
                FunctionAttribute.PREFERRED_SHARED_MEMORY_CARVEOUT, t.kernel.function, 50));
    calls.put(
        "cuOccupancyMaxActiveBlocksPerMultiprocessor",
        t -> t.driver.occupancyMaxActiveBlocksPerMultiprocessor(t.kernel.function, 128, 0));
    calls.put("cuLaunchKernel", t -> t.kernel.launch(1000, 256, t.stream));
    calls.put("cuMemAlloc", t -> t.driver.memFree(t.driver.memAlloc(16)));
    calls.put("cuMemFree", t -> t.driver.memFree(0));
    calls.put("cuMemGetInfo", t -> t.driver.memGetInfo());
    calls.put("cuMemGetAddressRange", t -> t.driver.memGetAddressRange(t.a));
    calls.put("cuPointerGetAttribute", t -> t.driver.pointerGetDevice(t.a));
    calls.put("cuMemHostAlloc", t -> t.driver.memFreeHost(t.driver.memHostAlloc(16)));
    calls.put("cuMemFreeHost", t -> freeHost(t));
    calls.put("cuMemsetD8Async", t -> t.driver.memsetD8Async(t.a, (byte) 1, 16, t.stream));
    calls.put("cuMemsetD32Async", t -> t.driver.memsetD32Async(t.a, 1, 16, t.stream));
    calls.put("cuMemcpyHtoD", t -> t.driver.memcpyHtoD(t.a, t.host, 0, 16));
    calls.put("cuMemcpyDtoH", t -> t.driver.memcpyDtoH(t.host, 0, t.a, 16));
    calls.put("cuMemcpyDtoD", t -> t.driver.memcpyDtoD(t.b, t.a, 16));
    calls.put("cuMemcpyHtoDAsync", t -> t.driver.memcpyHtoDAsync(t.a, t.host, 0, 16, t.stream));
    calls.put("cuMemcpyDtoHAsync", t -> t.driver.memcpyDtoHAsync(t.host, 0, t.a, 16, t.stream));
    calls.put("cuMemcpyDtoDAsync", t -> t.driver.memcpyDtoDAsync(t.b, t.a, 16, t.stream));
    calls.put("cuStreamCreate", t -> t.driver.streamDestroy(t.driver.streamCreate()));
    calls.put("cuStreamDestroy", t -> destroyStream(t));
    calls.put("cuStreamSynchronize", t -> t.driver.streamSynchronize(t.stream));
    calls.put("cuStreamQuery", t -> t.driver.streamQuery(t.stream));
    calls.put("cuStreamWaitEvent", t -> t.driver.streamWaitEvent(t.stream, t.event));
    calls.put("cuEventCreate", t -> t.driver.eventDestroy(t.driver.eventCreate(false)));
    calls.put("cuEventDestroy", t -> destroyEvent(t));
    calls.put("cuEventRecord", t -> t.driver.eventRecord(t.event, t.stream));
    calls.put("cuEventSynchronize", t -> t.driver.eventSynchronize(t.event));
    calls.put("cuEventQuery", t -> t.driver.eventQuery(t.event));
    calls.put("cuEventElapsedTime", t -> t.driver.eventElapsedTime(t.event, t.event));
    calls.put("cuStreamBeginCapture", t -> t.driver.graphDestroy(t.graph()));
    calls.put("cuStreamEndCapture", t -> endCapture(t));
    calls.put("cuStreamIsCapturing", t -> t.driver.streamIsCapturing(t.stream));
    calls.put("cuGraphInstantiate", t -> instantiate(t));
    calls.put("cuGraphLaunch", t -> launchGraph(t));
    calls.put("cuGraphExecDestroy", t -> destroyExecutable(t));
    calls.put("cuGraphDestroy", t -> destroyGraph(t));
    return calls;
  }

  // What was made is undone even when the call under test, which undoes it, fails once.

  private static void twice(Runnable call) {
    try {
      call.run();
    } catch (CudaException e) {
      call.run();
      throw e;
    }
  }

  private static void unload(Things t) {
    long module = t.driver.moduleLoadData(Copying.image());
    twice(() -> t.driver.moduleUnload(module));
  }

  private static void freeHost(Things t) {
    MemorySegment memory = t.driver.memHostAlloc(16);
    twice(() -> t.driver.memFreeHost(memory));
  }

  private static void destroyStream(Things t) {
    long stream = t.driver.streamCreate();
    twice(() -> t.driver.streamDestroy(stream));
  }

  private static void destroyEvent(Things t) {
    long event = t.driver.eventCreate(false);
    twice(() -> t.driver.eventDestroy(event));
  }

  private static void endCapture(Things t) {
    t.driver.streamBeginCapture(t.stream);
    twice(() -> t.driver.graphDestroy(t.driver.streamEndCapture(t.stream)));
  }

  private static void instantiate(Things t) {
    long graph = t.graph();
    try {
      t.driver.graphExecDestroy(t.driver.graphInstantiate(graph));
    } finally {
      t.driver.graphDestroy(graph);
    }
  }

  private static void launchGraph(Things t) {
    long graph = t.graph();
    long executable = t.driver.graphInstantiate(graph);
    try {
      t.driver.graphLaunch(executable, t.stream);
      t.driver.streamSynchronize(t.stream);
    } finally {
      t.driver.graphExecDestroy(executable);
      t.driver.graphDestroy(graph);
    }
  }

  private static void destroyExecutable(Things t) {
    long graph = t.graph();
    long executable = t.driver.graphInstantiate(graph);
    t.driver.graphDestroy(graph);
    twice(() -> t.driver.graphExecDestroy(executable));
  }

  private static void destroyGraph(Things t) {
    long graph = t.graph();
    twice(() -> t.driver.graphDestroy(graph));
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void everyCallFailsOnce(CudaBinding binding) {
    CudaDriver driver = Emulator.driver(binding);
    for (Map.Entry<String, Call> call : calls().entrySet()) {
      String name = call.getKey();
      try (Things t = new Things(driver)) {
        call.getValue().run(t); // works
        Emulator.fail(name, 1, CODE);
        CudaException e = assertThrows(CudaException.class, () -> call.getValue().run(t), name);
        assertEquals(name, e.function().replaceAll("\\(.*", ""));
        assertEquals(CODE, e.code());
        assertEquals("CUDA_ERROR_UNKNOWN", e.name());
        assertTrue(e.getMessage().contains(" failed: unknown error (CUDA_ERROR_UNKNOWN, 999)"));
        Emulator.failNothing();
        call.getValue().run(t); // works again
      }
      assertEquals("", Emulator.leaks(), name);
    }
  }

  @Test
  void noMethodIsForgotten() {
    Set<String> tested = new TreeSet<>();
    for (String function : calls().keySet()) {
      String name = function.substring(2).replaceAll("Ex$", "");
      tested.add(Character.toLowerCase(name.charAt(0)) + name.substring(1));
    }
    // Names that differ, and what does not call the driver or never fails.
    tested.add("pointerGetDevice");
    tested.addAll(Set.of("binding", "driverVersion", "errorName", "errorText"));
    Set<String> methods = new TreeSet<>();
    for (Method method : CudaDriver.class.getDeclaredMethods()) {
      methods.add(method.getName());
    }
    tested.retainAll(methods);
    assertEquals(methods, tested);
  }

  /** An error that is the delayed one of a launch: whoever waits next gets it, and it stays. */
  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void aContextInError(CudaBinding binding) {
    CudaDriver driver = Emulator.driver(binding);
    Things t = new Things(driver);
    Emulator.fail("cuLaunchKernel", 1, -719);
    CudaException e = assertThrows(CudaException.class, () -> t.kernel.launch(1000, 256, t.stream));
    assertEquals("CUDA_ERROR_LAUNCH_FAILED", e.name());
    assertTrue(e.isSticky());
    Emulator.failNothing();
    CudaException again = assertThrows(CudaException.class, () -> driver.memAlloc(16));
    assertEquals("CUDA_ERROR_LAUNCH_FAILED", again.name());
    assertThrows(CudaException.class, t::close);
    t.context.pop();
    t.context.close(); // the last release frees everything
  }
}
