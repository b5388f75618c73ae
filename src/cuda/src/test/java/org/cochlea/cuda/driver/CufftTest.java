package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cochlea.cuda.CudaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** cuFFT through both bindings, on the stand-in, beside a transform by its definition. */
@Emulator.Needs
class CufftTest {
  @AfterEach
  void nothingIsLeft() {
    Emulator.failNothing();
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  private interface Body {
    void run(CudaDriver driver, Cufft cufft, Arena arena);
  }

  private static void inContext(CudaBinding binding, Body body) {
    CudaDriver driver = Emulator.driver(binding);
    assertEquals(List.of(), binding.cufftReasons());
    try (Arena arena = Arena.ofConfined();
        CudaContext context = CudaContext.retain(driver, CudaDevice.of(driver, 0))) {
      context.push();
      try {
        body.run(driver, binding.cufft(), arena);
      } finally {
        context.pop();
      }
    }
  }

  private static float[] noise(int count) {
    Random random = new Random(7);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Device memory with values in it. */
  private static long upload(CudaDriver driver, Arena arena, float[] values) {
    long address = driver.memAlloc(4L * values.length);
    driver.memcpyHtoD(
        address, arena.allocateFrom(ValueLayout.JAVA_FLOAT, values), 0, 4L * values.length);
    return address;
  }

  private static float[] download(CudaDriver driver, Arena arena, long address, int count) {
    MemorySegment values = arena.allocate(4L * count, 4);
    driver.memcpyDtoH(values, 0, address, 4L * count);
    return values.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Real overlapping frames, as an STFT has them: length 12, a hop of 5, 4 frames. */
  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void framesOfRealSamplesAndBack(CudaBinding binding) {
    inContext(
        binding,
        (driver, cufft, arena) -> {
          int n = 12;
          int hop = 5;
          int frames = 4;
          int bins = n / 2 + 1;
          float[] x = noise(n + hop * (frames - 1));
          assertTrue(cufft.version() >= 10_000);
          long in = upload(driver, arena, x);
          long out = driver.memAlloc(8L * bins * frames);
          long stream = driver.streamCreate();
          int plan = cufft.planMany(Cufft.Type.R2C, n, hop, bins, frames);
          long bytes = cufft.workBytes(plan);
          assertTrue(bytes > 0);
          long work = driver.memAlloc(bytes);
          cufft.setStream(plan, stream);
          CudaException e = assertThrows(CudaException.class, () -> cufft.execR2C(plan, in, out));
          assertEquals("CUFFT_NO_WORKSPACE", e.name());
          cufft.setWorkArea(plan, work);
          cufft.execR2C(plan, in, out);
          driver.streamSynchronize(stream);
          float[] y = download(driver, arena, out, 2 * bins * frames);
          for (int frame = 0; frame < frames; frame++) {
            for (int k = 0; k < bins; k++) {
              double re = 0;
              double im = 0;
              for (int i = 0; i < n; i++) {
                double angle = -2 * Math.PI * k * i / n;
                re += x[frame * hop + i] * Math.cos(angle);
                im += x[frame * hop + i] * Math.sin(angle);
              }
              assertEquals(re, y[2 * (frame * bins + k)], 1e-5);
              assertEquals(im, y[2 * (frame * bins + k) + 1], 1e-5);
            }
          }
          cufft.destroy(plan);

          long back = driver.memAlloc(4L * n * frames);
          int inverse = cufft.planMany(Cufft.Type.C2R, n, bins, n, frames);
          long more = driver.memAlloc(Math.max(1, cufft.workBytes(inverse)));
          cufft.setWorkArea(inverse, more);
          cufft.setStream(inverse, stream);
          cufft.execC2R(inverse, out, back);
          driver.streamSynchronize(stream);
          float[] z = download(driver, arena, back, n * frames);
          for (int frame = 0; frame < frames; frame++) {
            for (int i = 0; i < n; i++) {
              assertEquals(n * x[frame * hop + i], z[frame * n + i], 1e-4);
            }
          }
          cufft.destroy(inverse);
          for (long address : new long[] {in, out, work, back, more}) {
            driver.memFree(address);
          }
          driver.streamDestroy(stream);
        });
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void complexForwardsAndBackwards(CudaBinding binding) {
    inContext(
        binding,
        (driver, cufft, arena) -> {
          int n = 30;
          float[] x = noise(2 * n);
          long in = upload(driver, arena, x);
          long out = driver.memAlloc(8L * n);
          int plan = cufft.planMany(Cufft.Type.C2C, n, n, n, 1);
          long work = driver.memAlloc(Math.max(1, cufft.workBytes(plan)));
          cufft.setWorkArea(plan, work);
          cufft.setStream(plan, 0);
          cufft.execC2C(plan, in, out, false);
          driver.ctxSynchronize();
          float[] y = download(driver, arena, out, 2 * n);
          double sum = 0;
          for (int i = 0; i < n; i++) {
            sum += x[2 * i];
          }
          assertEquals(sum, y[0], 1e-5);
          double re = 0;
          for (int i = 0; i < n; i++) {
            double angle = -2 * Math.PI * i / n;
            re += x[2 * i] * Math.cos(angle) - x[2 * i + 1] * Math.sin(angle);
          }
          assertEquals(re, y[2], 1e-5);
          cufft.execC2C(plan, out, in, true);
          driver.ctxSynchronize();
          float[] back = download(driver, arena, in, 2 * n);
          for (int i = 0; i < 2 * n; i++) {
            assertEquals(n * x[i], back[i], 1e-4);
          }
          cufft.destroy(plan);
          driver.memFree(in);
          driver.memFree(out);
          driver.memFree(work);
        });
  }

  private interface Call {
    void run(Cufft cufft, int plan, long a, long b);
  }

  @ParameterizedTest
  @EnumSource(CudaBinding.class)
  void everyCallFailsOnce(CudaBinding binding) {
    Map<String, Call> calls = new LinkedHashMap<>();
    calls.put("cufftCreate", (f, p, a, b) -> f.destroy(f.planMany(Cufft.Type.C2C, 8, 8, 8, 1)));
    calls.put("cufftSetAutoAllocation", calls.get("cufftCreate"));
    calls.put("cufftMakePlanMany64", calls.get("cufftCreate"));
    calls.put("cufftGetSize", (f, p, a, b) -> f.workBytes(p));
    calls.put("cufftSetWorkArea", (f, p, a, b) -> f.setWorkArea(p, b));
    calls.put("cufftSetStream", (f, p, a, b) -> f.setStream(p, 0));
    calls.put("cufftExecR2C", (f, p, a, b) -> f.execR2C(p, a, a + 512));
    calls.put("cufftExecC2R", (f, p, a, b) -> transform(f, Cufft.Type.C2R, a, b));
    calls.put("cufftExecC2C", (f, p, a, b) -> transform(f, Cufft.Type.C2C, a, b));
    calls.put(
        "cufftDestroy",
        (f, p, a, b) -> {
          int plan = f.planMany(Cufft.Type.C2C, 8, 8, 8, 1);
          try {
            f.destroy(plan);
          } catch (CudaException e) {
            f.destroy(plan);
            throw e;
          }
        });
    inContext(
        binding,
        (driver, cufft, arena) -> {
          long a = driver.memAlloc(1024);
          long b = driver.memAlloc(1024);
          int plan = cufft.planMany(Cufft.Type.R2C, 16, 16, 9, 2);
          cufft.setWorkArea(plan, b);
          calls.forEach(
              (name, call) -> {
                call.run(cufft, plan, a, b);
                Emulator.fail(name, 1, 6);
                CudaException e =
                    assertThrows(CudaException.class, () -> call.run(cufft, plan, a, b), name);
                assertEquals(name, e.function());
                assertEquals("CUFFT_EXEC_FAILED", e.name());
                Emulator.failNothing();
                call.run(cufft, plan, a, b);
              });
          cufft.destroy(plan);
          CudaException e = assertThrows(CudaException.class, () -> cufft.workBytes(plan));
          assertEquals("CUFFT_INVALID_PLAN", e.name());
          e = assertThrows(CudaException.class, () -> cufft.planMany(Cufft.Type.R2C, 0, 1, 1, 1));
          assertEquals("cufftMakePlanMany64", e.function());
          driver.memFree(a);
          driver.memFree(b);
        });
  }

  private static void transform(Cufft cufft, Cufft.Type type, long in, long work) {
    int plan = cufft.planMany(type, 8, 8, 8, 1);
    try {
      cufft.setWorkArea(plan, work);
      if (type == Cufft.Type.C2R) {
        cufft.execC2R(plan, in, in + 512);
      } else {
        cufft.execC2C(plan, in, in + 512, false);
      }
    } finally {
      cufft.destroy(plan);
    }
  }
}
