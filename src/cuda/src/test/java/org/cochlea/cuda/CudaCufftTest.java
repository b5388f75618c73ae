package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaOptions.Fourier;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transforms by cuFFT, on the stand-in: as the engine's own. */
@Emulator.Needs
class CudaCufftTest {
  private static final int RATE = 16_000;

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  @AfterEach
  void nothingIsLeft() {
    Emulator.failNothing();
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  private static CudaEngine engine(CudaBinding binding, Fourier fourier) {
    if (binding == CudaBinding.JCUDA) {
      Emulator.requireJcuda();
    }
    return new CudaEngine(new CudaOptions(binding.label(), "auto", 0).withFourier(fourier));
  }

  private static List<Feature> features() {
    StftSpec spec = StftSpec.centred(400, 160, Padding.REFLECT);
    return List.of(
        Stft.of(spec),
        Stft.of(StftSpec.centred(1009, 300, Padding.ZERO)),
        new Spectrogram(0, StftSpec.centred(2018, 1009, Padding.REFLECT), 1),
        new LogMel(
            new MelSpectrogram(RATE, spec, MelSpec.slaney(20, 0, RATE / 2.0), 2),
            Compression.Logarithm.clamped(1e-10)));
  }

  private static Waveform clips(int... lengths) {
    List<Waveform> all = new ArrayList<>();
    for (int n : lengths) {
      all.add(Waveform.of(Noise.floats(n, n), RATE));
    }
    return Waveform.batch(all);
  }

  private static Tensor reference(Pipeline pipeline, Waveform in) {
    try (Extractor extractor = Engines.named("reference").compile(pipeline)) {
      return extractor.extract(in);
    }
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    double error = EngineContract.relativeError(expected.toArray(), actual.toArray());
    assertTrue(error < BOUND, "relative error " + error);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithTheReference(CudaBinding binding) {
    for (Feature feature : features()) {
      Pipeline pipeline = feature.pipeline();
      try (CudaEngine engine = engine(binding, Fourier.CUFFT);
          Extractor extractor = engine.compile(pipeline)) {
        long before = Emulator.calls("cufftExecC2C");
        // Another shape needs another plan; the same one again is a graph.
        for (int i = 0; i < 2; i++) {
          Waveform in = clips(4001, 640, 3999 + 500 * i);
          Tensor expected = reference(pipeline, in);
          for (int repeat = 0; repeat < 3; repeat++) {
            assertClose(expected, extractor.extract(in));
          }
        }
        assertTrue(Emulator.calls("cufftExecC2C") > before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 254, 1009})
  void inversesAgreeToo(int size) {
    StftSpec spec = StftSpec.centred(size, size / 4, Padding.REFLECT);
    Pipeline inverse = new InverseStft(spec, 3000).pipeline();
    Waveform in = clips(3000, 2000);
    Tensor spectra = reference(Stft.of(spec).pipeline(), in);
    try (Extractor extractor = Engines.named("reference").compile(inverse);
        CudaEngine engine = engine(CudaBinding.FFM, Fourier.CUFFT);
        Extractor actual = engine.compile(inverse)) {
      assertClose(extractor.extract(spectra), actual.extract(spectra));
    }
  }

  @Test
  void splitBatchesAndSeveralGpusHavePlansOfTheirOwn() {
    Pipeline pipeline = features().getFirst().pipeline();
    Waveform in = clips(3000, 800, 2999, 3000, 1000, 64, 3000);
    float[] whole;
    try (CudaEngine engine = engine(CudaBinding.FFM, Fourier.CUFFT);
        Extractor extractor = engine.compile(pipeline)) {
      whole = extractor.extract(in).toArray();
    }
    CudaOptions options = new CudaOptions("ffm", "all", 300_000).withFourier(Fourier.CUFFT);
    try (CudaEngine engine = new CudaEngine(options);
        Extractor extractor = engine.compile(pipeline)) {
      assertArrayEquals(whole, extractor.extract(in).toArray());
      assertArrayEquals(whole, extractor.extract(in).toArray());
    }
  }

  @Test
  void autoTakesItForAwkwardLengthsOnly() {
    for (Fourier fourier : List.of(Fourier.AUTO, Fourier.OWN)) {
      try (CudaEngine engine = engine(CudaBinding.FFM, fourier)) {
        for (int size : new int[] {400, 1009}) {
          Pipeline pipeline = Stft.of(StftSpec.centred(size, 160, Padding.ZERO)).pipeline();
          long before = Emulator.calls("cufftExecC2C");
          try (Extractor extractor = engine.compile(pipeline)) {
            Waveform in = clips(3000);
            assertClose(reference(pipeline, in), extractor.extract(in));
          }
          boolean used = Emulator.calls("cufftExecC2C") > before;
          assertEquals(fourier == Fourier.AUTO && size == 1009, used, fourier + " " + size);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cufftCreate",
        "cufftMakePlanMany64",
        "cufftGetSize",
        "cufftSetWorkArea",
        "cufftSetStream",
        "cufftExecC2C",
      })
  void failuresAreClearAndThenItWorks(String function) {
    Pipeline pipeline = features().getFirst().pipeline();
    Waveform in = clips(3000);
    for (CudaBinding binding : CudaBinding.values()) {
      try (CudaEngine engine = engine(binding, Fourier.CUFFT);
          Extractor extractor = engine.compile(pipeline)) {
        Emulator.fail(function, 1, 5);
        CudaException e = assertThrows(CudaException.class, () -> extractor.extract(in));
        assertEquals(function, e.function());
        float[] first = extractor.extract(in).toArray();
        assertArrayEquals(first, extractor.extract(in).toArray());
        assertClose(reference(pipeline, in), extractor.extract(in));
      }
      assertEquals("", Emulator.leaks());
    }
  }

  @Test
  void theChoiceIsCheckedByName() {
    System.setProperty(CudaOptions.FOURIER_PROPERTY, "fftw");
    try {
      var e = assertThrows(IllegalArgumentException.class, CudaOptions::ofProperties);
      assertEquals("cochlea.cuda.fourier must be own, cufft or auto, was fftw", e.getMessage());
      System.setProperty(CudaOptions.FOURIER_PROPERTY, "auto");
      assertEquals(Fourier.AUTO, CudaOptions.ofProperties().fourier());
    } finally {
      System.clearProperty(CudaOptions.FOURIER_PROPERTY);
    }
    assertEquals(Fourier.OWN, CudaOptions.ofProperties().fourier());
  }
}
