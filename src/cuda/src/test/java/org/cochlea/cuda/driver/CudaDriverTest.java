package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.cochlea.cuda.CudaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every function of the driver, through both bindings, on the emulator. */
@Emulator.Needs
class CudaDriverTest {
  private static final int COUNT = 3000;
  private static final long BYTES = COUNT * Float.BYTES;

  @AfterEach
  void nothingIsLeft() {
    Emulator.failNothing();
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  private interface Body {
    void run(CudaDriver driver, CudaContext context, Arena arena) throws Exception;
  }

  private static void inContext(CudaBinding binding, Body body) throws Exception {
    CudaDriver driver = Emulator.driver(binding);
    try (Arena arena = Arena.ofConfined();
        CudaContext context = CudaContext.retain(driver, CudaDevice.of(driver, 0))) {
      context.push();
      try {
        body.run(driver, context, arena);
      } finally {
        context.pop();
      }
    }
  }

  private static float[] ramp(int count, float first) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = first + i;
    }
    return values;
  }

  private static float[] floats(MemorySegment memory) {
    return memory.toArray(ValueLayout.JAVA_FLOAT);
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void devices(CudaBinding binding) {
    CudaDriver driver = Emulator.driver(binding);
    assertEquals(binding.label(), driver.binding());
    assertEquals(13000, driver.driverVersion());
    assertEquals(2, driver.deviceGetCount());
    CudaDevice device = CudaDevice.of(driver, 1);
    assertEquals("Cochlea emulator (compute capability 9.0)", device.name());
    assertEquals("GPU-c0c1c2c3-c4c5-c6c7-c8c9-cacbcccdce01", device.uuid());
    assertTrue(device.pciAddress().matches("[0-9a-f]{8}:[0-9a-f]{2}:[0-9a-f]{2}\\.0"));
    assertEquals(90, device.computeCapability());
    assertEquals(132, device.multiprocessors());
    assertEquals(49152, device.sharedPerBlock());
    assertEquals(232448, device.sharedPerBlockOptIn());
    assertEquals(Integer.MAX_VALUE, device.maxGridX());
    assertEquals(65535, device.maxGridY());
    assertEquals(4L << 30, device.totalMemory());
    assertEquals(32, driver.deviceGetAttribute(DeviceAttribute.WARP_SIZE, device.handle()));
    CudaException e = assertThrows(CudaException.class, () -> driver.deviceGet(2));
    assertEquals("cuDeviceGet", e.function());
    assertEquals("CUDA_ERROR_INVALID_DEVICE", e.name());
    assertEquals(101, e.code());
    assertFalse(e.isSticky());
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void contexts(CudaBinding binding) throws Exception {
    CudaDriver driver = Emulator.driver(binding);
    assertEquals(0, driver.ctxGetCurrent());
    CudaContext first = CudaContext.retain(driver, CudaDevice.of(driver, 0));
    CudaContext second = CudaContext.retain(driver, CudaDevice.of(driver, 1));
    first.push();
    long one = driver.ctxGetCurrent();
    second.push();
    assertNotEquals(one, driver.ctxGetCurrent());
    second.pop();
    assertEquals(one, driver.ctxGetCurrent());
    driver.ctxSetCurrent(one);
    driver.ctxSynchronize();

    // Another thread has another current context.
    AtomicReference<Object> seen = new AtomicReference<>();
    Thread.ofPlatform().start(() -> seen.set(driver.ctxGetCurrent())).join();
    assertEquals(0L, seen.get());
    Thread.ofVirtual()
        .name("one")
        .start(() -> seen.set(assertThrows(IllegalStateException.class, first::push)))
        .join();
    assertTrue(((Throwable) seen.get()).getMessage().contains("this is the virtual thread one"));

    first.pop();
    assertEquals(0, driver.ctxGetCurrent());
    first.close();
    first.close();
    assertThrows(IllegalStateException.class, first::push);
    assertEquals(1, Emulator.live("contexts"));
    second.close();
    CudaException e = assertThrows(CudaException.class, () -> driver.memAlloc(1));
    assertEquals("CUDA_ERROR_INVALID_CONTEXT", e.name());
    driver.ctxSetCurrent(0);
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void memory(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          CudaDriver.MemoryInfo before = driver.memGetInfo();
          assertEquals(context.device().totalMemory(), before.total());
          long a = driver.memAlloc(BYTES);
          long b = driver.memAlloc(BYTES);
          assertEquals(2 * BYTES, before.free() - driver.memGetInfo().free());

          MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, ramp(COUNT, 1));
          MemorySegment back = arena.allocate(BYTES, 16);
          driver.memcpyHtoD(a, host, 0, BYTES);
          driver.memcpyDtoD(b, a, BYTES);
          driver.memcpyDtoH(back, 0, b, BYTES);
          assertArrayEquals(floats(host), floats(back));

          // At offsets, on both sides.
          driver.memcpyHtoD(b, host, 40, 80);
          driver.memcpyDtoH(back, 120, b, 40);
          assertEquals(11, back.getAtIndex(ValueLayout.JAVA_FLOAT, 30));
          assertEquals(20, back.getAtIndex(ValueLayout.JAVA_FLOAT, 39));
          assertEquals(41, back.getAtIndex(ValueLayout.JAVA_FLOAT, 40));
          driver.memcpyHtoD(b, host, 0, 0);

          driver.memsetD32Async(a, 0x01020304, COUNT, 0);
          driver.memsetD8Async(a + 4, (byte) 0xAB, 3, 0);
          driver.memcpyDtoH(back, 0, a, 12);
          assertEquals(0x01020304, back.get(ValueLayout.JAVA_INT, 0));
          assertEquals(0x01ABABAB, back.get(ValueLayout.JAVA_INT, 4));
          assertEquals(0x01020304, back.get(ValueLayout.JAVA_INT, 8));

          assertEquals(new CudaDriver.MemoryRange(a, BYTES), driver.memGetAddressRange(a + 100));
          assertEquals(0, driver.pointerGetDevice(a + 100));
          assertEquals(-1, driver.pointerGetDevice(back.address()));
          MemorySegment pinned = driver.memHostAlloc(BYTES);
          assertEquals(BYTES, pinned.byteSize());
          assertEquals(-1, driver.pointerGetDevice(pinned.address()));
          driver.memFreeHost(pinned);
          driver.memFree(a);
          driver.memFree(b);
          driver.memFree(0);
          assertEquals(before, driver.memGetInfo());

          CudaException e = assertThrows(CudaException.class, () -> driver.memAlloc(1L << 40));
          assertEquals(2, e.code());
          assertEquals("cuMemAlloc", e.function());
          assertTrue(
              e.getMessage()
                  .startsWith(
                      "cuMemAlloc failed: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2); use smaller"
                          + " batches"),
              e.getMessage());
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void hostMemoryThatDoesNotFit(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          long a = driver.memAlloc(100);
          MemorySegment heap = MemorySegment.ofArray(new byte[100]);
          assertThrows(IllegalArgumentException.class, () -> driver.memcpyHtoD(a, heap, 0, 100));
          assertThrows(
              IllegalArgumentException.class, () -> driver.memcpyDtoHAsync(heap, 0, a, 100, 0));
          MemorySegment host = arena.allocate(100);
          for (long[] part : new long[][] {{0, 101}, {1, 100}, {-1, 10}, {0, -1}, {101, 0}}) {
            IndexOutOfBoundsException e =
                assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> driver.memcpyHtoDAsync(a, host, part[0], part[1], 0));
            assertEquals(
                "host memory has 100 bytes, a copy of %d bytes at offset %d does not fit"
                    .formatted(part[1], part[0]),
                e.getMessage());
          }
          MemorySegment freed;
          try (Arena other = Arena.ofConfined()) {
            freed = other.allocate(100);
          }
          assertThrows(IllegalStateException.class, () -> driver.memcpyDtoH(freed, 0, a, 100));
          KernelParameters parameters;
          try (Arena other = Arena.ofConfined()) {
            parameters = KernelParameters.allocate(other, 8);
          }
          assertThrows(
              IllegalStateException.class,
              () -> driver.launchKernel(0, 1, 1, 1, 1, 1, 1, 0, 0, parameters));
          for (long bytes : new long[] {0, 4097}) {
            assertThrows(
                IllegalArgumentException.class, () -> KernelParameters.allocate(arena, bytes));
          }
          for (long bytes : new long[] {0, -1, 1L << 31}) {
            assertThrows(IllegalArgumentException.class, () -> driver.memHostAlloc(bytes));
          }
          driver.memFree(a);
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void streamsAndEvents(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          long a = driver.memAlloc(BYTES);
          long b = driver.memAlloc(BYTES);
          long stream = driver.streamCreate();
          long other = driver.streamCreate();
          long start = driver.eventCreate(true);
          long end = driver.eventCreate(true);
          long order = driver.eventCreate(false);
          MemorySegment in = driver.memHostAlloc(BYTES);
          MemorySegment out = driver.memHostAlloc(BYTES);
          MemorySegment.copy(ramp(COUNT, 5), 0, in, ValueLayout.JAVA_FLOAT, 0, COUNT);
          out.fill((byte) 0);

          driver.eventRecord(start, stream);
          driver.memcpyHtoDAsync(a, in, 0, BYTES, stream);
          driver.memcpyDtoDAsync(b, a, BYTES, stream);
          driver.eventRecord(order, stream);
          driver.streamWaitEvent(other, order);
          driver.memcpyDtoHAsync(out, 0, b, BYTES, other);
          driver.eventRecord(end, other);
          assertEquals(0, out.get(ValueLayout.JAVA_FLOAT, 0), "a copy from pinned memory waits");
          assertFalse(driver.streamQuery(other));
          assertFalse(driver.eventQuery(end));
          driver.eventSynchronize(end);
          assertTrue(driver.eventQuery(end));
          assertTrue(driver.streamQuery(stream));
          driver.streamSynchronize(other);
          assertArrayEquals(ramp(COUNT, 5), floats(out));
          assertTrue(driver.eventElapsedTime(start, end) >= 0);
          assertThrows(CudaException.class, () -> driver.eventElapsedTime(start, order));

          driver.memFreeHost(in);
          driver.memFreeHost(out);
          for (long event : new long[] {start, end, order}) {
            driver.eventDestroy(event);
          }
          driver.streamDestroy(stream);
          driver.streamDestroy(other);
          driver.memFree(a);
          driver.memFree(b);
          CudaException e =
              assertThrows(CudaException.class, () -> driver.streamSynchronize(stream));
          assertEquals("CUDA_ERROR_INVALID_HANDLE", e.name());
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void kernels(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          Copying kernel = new Copying(driver, arena);
          assertEquals(
              256,
              driver.funcGetAttribute(FunctionAttribute.MAX_THREADS_PER_BLOCK, kernel.function));
          driver.funcSetAttribute(
              FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES, kernel.function, 100_000);
          assertEquals(
              100_000,
              driver.funcGetAttribute(
                  FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES, kernel.function));
          assertEquals(
              8, driver.occupancyMaxActiveBlocksPerMultiprocessor(kernel.function, 256, 0));
          assertEquals(
              2, driver.occupancyMaxActiveBlocksPerMultiprocessor(kernel.function, 256, 100_000));

          long a = driver.memAlloc(BYTES);
          long b = driver.memAlloc(BYTES);
          MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, ramp(COUNT, -7));
          MemorySegment back = arena.allocate(BYTES, 16);
          driver.memcpyHtoD(a, host, 0, BYTES);
          kernel.set(a, b, COUNT);
          long stream = driver.streamCreate();
          kernel.launch(COUNT, 256, stream);
          kernel.scramble(); // the struct was copied by the launch
          driver.streamSynchronize(stream);
          driver.memcpyDtoH(back, 0, b, BYTES);
          assertArrayEquals(floats(host), floats(back));
          driver.streamDestroy(stream);
          driver.memFree(a);
          driver.memFree(b);

          CudaException e =
              assertThrows(
                  CudaException.class, () -> driver.moduleGetFunction(kernel.module, "nothing"));
          assertEquals("cuModuleGetFunction(nothing)", e.function());
          assertEquals("CUDA_ERROR_NOT_FOUND", e.name());
          e = assertThrows(CudaException.class, () -> kernel.launch(COUNT, 257, 0));
          assertEquals("cuLaunchKernel", e.function());
          assertEquals("CUDA_ERROR_INVALID_VALUE", e.name());
          assertThrows(
              CudaException.class,
              () ->
                  driver.funcSetAttribute(
                      FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES, kernel.function, 300_000));
          kernel.close();
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void imagesThatAreNone(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          MemorySegment text =
              MemorySegment.ofArray("not a kernel".getBytes(StandardCharsets.US_ASCII));
          CudaException e = assertThrows(CudaException.class, () -> driver.moduleLoadData(text));
          assertEquals("cuModuleLoadDataEx", e.function());
          assertEquals("CUDA_ERROR_INVALID_IMAGE", e.name());
          assertTrue(e.getMessage().endsWith("update NVIDIA's driver"), e.getMessage());
          assertFalse(e.isSticky());
          // Off-heap, too.
          long module =
              driver.moduleLoadData(
                  arena.allocateFrom(
                      ValueLayout.JAVA_BYTE, Copying.image().toArray(ValueLayout.JAVA_BYTE)));
          driver.moduleUnload(module);
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void graphs(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          Copying kernel = new Copying(driver, arena);
          long a = driver.memAlloc(BYTES);
          long b = driver.memAlloc(BYTES);
          MemorySegment in = driver.memHostAlloc(BYTES);
          MemorySegment out = driver.memHostAlloc(BYTES);
          long stream = driver.streamCreate();
          kernel.set(a, b, COUNT);
          assertFalse(driver.streamIsCapturing(stream));
          driver.streamBeginCapture(stream);
          assertTrue(driver.streamIsCapturing(stream));
          driver.memcpyHtoDAsync(a, in, 0, BYTES, stream);
          kernel.launch(COUNT, 256, stream);
          driver.memcpyDtoHAsync(out, 0, b, BYTES, stream);
          CudaException e =
              assertThrows(CudaException.class, () -> driver.streamSynchronize(stream));
          assertEquals("CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", e.name());
          long graph = driver.streamEndCapture(stream);
          long executable = driver.graphInstantiate(graph);
          driver.graphDestroy(graph);
          for (float first : new float[] {3, 4}) {
            MemorySegment.copy(ramp(COUNT, first), 0, in, ValueLayout.JAVA_FLOAT, 0, COUNT);
            driver.graphLaunch(executable, stream);
            driver.streamSynchronize(stream);
            assertArrayEquals(ramp(COUNT, first), floats(out));
          }
          driver.graphExecDestroy(executable);
          driver.streamDestroy(stream);
          driver.memFreeHost(in);
          driver.memFreeHost(out);
          driver.memFree(a);
          driver.memFree(b);
          kernel.close();
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void aFaultStaysUntilTheContextIsReleased(CudaBinding binding) throws Exception {
    inContext(
        binding,
        (driver, context, arena) -> {
          Copying kernel = new Copying(driver, arena);
          long a = driver.memAlloc(BYTES);
          kernel.set(a, a + BYTES - 400, COUNT);
          long stream = driver.streamCreate();
          kernel.launch(COUNT, 256, stream);
          CudaException e =
              assertThrows(CudaException.class, () -> driver.streamSynchronize(stream));
          assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", e.name());
          assertTrue(e.isSticky());
          assertTrue(e.getMessage().contains("close this engine and make a new one"));
          assertNotEquals("", Emulator.report());
          e = assertThrows(CudaException.class, () -> driver.memAlloc(1));
          assertEquals("CUDA_ERROR_ILLEGAL_ADDRESS", e.name());
          e = assertThrows(CudaException.class, () -> driver.memFree(a));
          assertTrue(e.isSticky());
        });
    assertEquals("", Emulator.leaks());
    // The next context works.
    kernels(binding);
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void namesOfErrors(CudaBinding binding) {
    CudaDriver driver = Emulator.driver(binding);
    assertEquals("CUDA_ERROR_OUT_OF_MEMORY", driver.errorName(2));
    assertEquals("out of memory", driver.errorText(2));
    assertEquals("CUDA_ERROR_12345", driver.errorName(12345));
    assertEquals("an error this driver has no words for", driver.errorText(12345));
    assertNotNull(driver.errorText(0));
  }

  /** Both bindings work on the same primary context. */
  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void bothBindingsInOneProcess(CudaBinding binding) throws Exception {
    CudaDriver other =
        Emulator.driver(binding == CudaBinding.FFM ? CudaBinding.JCUDA : CudaBinding.FFM);
    inContext(
        binding,
        (driver, context, arena) -> {
          long a = driver.memAlloc(BYTES);
          MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, ramp(COUNT, 2));
          MemorySegment back = arena.allocate(BYTES, 16);
          driver.memcpyHtoD(a, host, 0, BYTES);
          other.memcpyDtoH(back, 0, a, BYTES);
          assertArrayEquals(floats(host), floats(back));
          other.memFree(a);
        });
  }
}
