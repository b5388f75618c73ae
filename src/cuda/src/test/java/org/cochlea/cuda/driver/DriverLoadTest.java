package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.cochlea.core.testing.Allocated;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many calls: what they need does not grow. */
@Emulator.Needs
class DriverLoadTest {
  /** Rounds of 8 calls in each of 5 parts; 25000 make it a million calls. */
  private static final int LOOPS = Integer.getInteger("cochlea.cuda.test.loops", 6_000);

  /** Values to copy; a block of one thread is the least work for the emulator. */
  private static final int COUNT = 1;

  @AfterEach
  void nothingIsLeft() {
    assertEquals("", Emulator.leaks());
  }

  /** What an engine does with a small batch, over and over. */
  private static final class Loop implements AutoCloseable {
    final CudaDriver driver;
    final Arena arena = Arena.ofConfined();
    final CudaContext context;
    final Copying kernel;
    final long a;
    final long b;
    final long stream;
    final long other;
    final long event;
    final MemorySegment in;
    final MemorySegment out;

    Loop(CudaDriver driver) {
      this.driver = driver;
      context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
      context.push();
      kernel = new Copying(driver, arena);
      a = driver.memAlloc(4 * COUNT);
      b = driver.memAlloc(4 * COUNT);
      stream = driver.streamCreate();
      other = driver.streamCreate();
      event = driver.eventCreate(false);
      in = driver.memHostAlloc(4 * COUNT);
      out = driver.memHostAlloc(4 * COUNT);
      in.set(ValueLayout.JAVA_FLOAT, 0, 42);
      kernel.set(a, b, COUNT);
    }

    void run(int launches) {
      for (int i = 0; i < launches; i++) {
        context.push();
        driver.memsetD32Async(b, 0, COUNT, stream);
        driver.memcpyHtoDAsync(a, in, 0, 4 * COUNT, stream);
        kernel.launch(COUNT, 1, stream);
        driver.memcpyDtoHAsync(out, 0, b, 4 * COUNT, stream);
        driver.eventRecord(event, stream);
        driver.streamWaitEvent(other, event);
        if (i % 16 == 15) {
          driver.eventSynchronize(event);
          driver.streamSynchronize(stream);
          driver.streamSynchronize(other);
        }
        driver.ctxPopCurrent();
      }
      driver.ctxSynchronize();
    }

    @Override
    public void close() {
      driver.memFreeHost(in);
      driver.memFreeHost(out);
      driver.eventDestroy(event);
      driver.streamDestroy(stream);
      driver.streamDestroy(other);
      driver.memFree(a);
      driver.memFree(b);
      kernel.close();
      context.pop();
      context.close();
      arena.close();
    }
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void callsKeepNothing(CudaBinding binding) throws IOException {
    CudaDriver driver = Emulator.driver(binding);
    try (Loop loop = new Loop(driver)) {
      loop.run(5_000);
      long live = Emulator.live("bytes");
      // What is kept grows in every part; the heap and compiled code grow in some.
      long least = Long.MAX_VALUE;
      for (int part = 0; part < 5; part++) {
        long before = residentBytes();
        loop.run(LOOPS);
        least = Math.min(least, residentBytes() - before);
      }
      assertEquals(live, Emulator.live("bytes"));
      assertEquals(42, loop.out.get(ValueLayout.JAVA_FLOAT, 0));
      long kept = least;
      // The least that malloc keeps is 32 bytes: here, for one of the eight calls.
      assertTrue(kept < 24L * LOOPS, () -> "%d calls kept %d bytes".formatted(8 * LOOPS, kept));
    }
  }

  /** The calls of every batch put nothing on the heap. */
  @Test
  void noAllocationThroughFfm() {
    try (Loop loop = new Loop(CudaBinding.FFM.driver())) {
      long[] bytes = new long[40];
      // The first rounds run before the compiler has seen them.
      for (int round = 0; round < bytes.length; round++) {
        bytes[round] = Allocated.by(1, () -> loop.run(1000));
      }
      long[] last = Arrays.copyOfRange(bytes, bytes.length - 5, bytes.length);
      assertArrayEquals(new long[5], last, () -> Arrays.toString(bytes));
    }
  }
}
