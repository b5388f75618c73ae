package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cochlea.core.Extractor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of the driver that fail: a clear exception, nothing left, and work can go on. */
@Emulator.Needs
class CudaFaultTest {
  private static final int OUT_OF_MEMORY = 2;
  private static final int LAUNCH_FAILED = 719;
  private static final Pipeline PIPELINE = Mfcc.librosa(16_000).pipeline();
  private static final Waveform CLIP = Waveform.of(Noise.floats(1, 3000), 16_000);

  @AfterEach
  void nothingIsLeft() {
    Emulator.failNothing();
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  private static CudaEngine engine(CudaBinding binding) {
    return new CudaEngine(new CudaOptions(binding.label(), "auto", 0));
  }

  private static float[] expected() {
    try (CudaEngine engine = engine(CudaBinding.FFM);
        Extractor extractor = engine.compile(PIPELINE)) {
      return extractor.extract(CLIP).toArray();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuDevicePrimaryCtxRetain",
        "cuCtxPushCurrent_v2",
        "cuModuleLoadDataEx",
        "cuModuleGetFunction",
        "cuMemAlloc_v2",
        "cuMemcpyHtoD_v2",
        "cuStreamCreate",
      })
  void compilingFailsClearlyAndThenWorks(String function) {
    float[] expected = expected();
    for (CudaBinding binding : CudaBinding.values()) {
      for (int nth = 1; nth <= 3; nth++) {
        try (CudaEngine engine = engine(binding)) {
          Emulator.fail(function, nth, OUT_OF_MEMORY);
          try {
            engine.compile(PIPELINE).close();
            assertTrue(nth > 1, "the first call fails");
          } catch (CudaException e) {
            assertEquals(OUT_OF_MEMORY, e.code());
            assertTrue(
                e.function().startsWith(function.replaceFirst("(Ex|_v2)$", "")), e.getMessage());
          }
          Emulator.failNothing();
          try (Extractor extractor = engine.compile(PIPELINE)) {
            assertArrayEquals(expected, extractor.extract(CLIP).toArray());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuCtxPushCurrent_v2",
        "cuMemAlloc_v2",
        "cuMemHostAlloc",
        "cuMemcpyHtoDAsync_v2",
        "cuLaunchKernel",
        "cuMemcpyDtoHAsync_v2",
        "cuStreamSynchronize",
        "cuStreamBeginCapture_v2",
        "cuStreamEndCapture",
        "cuGraphInstantiate",
        "cuGraphDestroy",
        "cuGraphLaunch",
      })
  void extractingFailsClearlyAndThenWorks(String function) {
    float[] expected = expected();
    for (CudaBinding binding : CudaBinding.values()) {
      for (int nth = 1; nth <= 3; nth++) {
        try (CudaEngine engine = engine(binding);
            Extractor extractor = engine.compile(PIPELINE)) {
          Emulator.fail(function, nth, OUT_OF_MEMORY);
          int failed = 0;
          for (int i = 0; i < 4; i++) {
            try {
              assertArrayEquals(expected, extractor.extract(CLIP).toArray());
            } catch (CudaException e) {
              assertTrue(
                  e.function().startsWith(function.replaceFirst("(Ex|_v2)$", "")), e.getMessage());
              failed++;
            }
          }
          assertTrue(failed == 1 || nth > 1, function + " fails once, failed " + failed);
          Emulator.failNothing();
          for (int i = 0; i < 3; i++) {
            assertArrayEquals(expected, extractor.extract(CLIP).toArray());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuMemFree_v2",
        "cuMemFreeHost",
        "cuStreamDestroy_v2",
        "cuModuleUnload",
        "cuGraphExecDestroy",
        "cuStreamSynchronize",
        "cuCtxPushCurrent_v2",
      })
  void closingGoesOn(String function) {
    for (CudaBinding binding : CudaBinding.values()) {
      try (CudaEngine engine = engine(binding);
          Extractor extractor = engine.compile(PIPELINE)) {
        for (int i = 0; i < 3; i++) {
          extractor.extract(CLIP);
        }
        Emulator.fail(function, 1, OUT_OF_MEMORY);
      }
      Emulator.failNothing();
      // The context is released last, and takes with it what could not be freed.
      assertEquals("", Emulator.leaks());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aKernelThatFaultsIsReportedAndANewEngineWorks(CudaBinding binding) {
    float[] expected = expected();
    try (CudaEngine engine = engine(binding);
        Extractor extractor = engine.compile(PIPELINE)) {
      assertArrayEquals(expected, extractor.extract(CLIP).toArray());
      // A negative code leaves the context in error, as a fault on a device does.
      Emulator.fail("cuLaunchKernel", 1, -LAUNCH_FAILED);
      Waveform other = Waveform.of(Noise.floats(2, 4000), 16_000);
      CudaException first = assertThrows(CudaException.class, () -> extractor.extract(other));
      assertEquals(LAUNCH_FAILED, first.code());
      assertTrue(first.isSticky());
      CudaException second = assertThrows(CudaException.class, () -> extractor.extract(other));
      assertTrue(second.isSticky());
    }
    assertArrayEquals(expected, expected());
  }

  @Test
  void probingNeverThrows() {
    for (String function :
        List.of("cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGetName")) {
      Emulator.fail(function, 1, OUT_OF_MEMORY);
      try (CudaEngine engine = engine(CudaBinding.FFM)) {
        assertTrue(!engine.probe().toString().isEmpty());
      }
      Emulator.failNothing();
    }
  }
}
