package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pipelines with a stage that has no kernel: as if it had one. */
@Emulator.Needs
class HostTailTest {
  private static final int RATE = 16_000;

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  private static final CudaOptions FFM = new CudaOptions("ffm", "auto", 0);

  @AfterEach
  void nothingIsLeft() {
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  /** A pipeline, the stage that is to have no kernel, and how many stages follow with it. */
  static List<Arguments> tails() {
    Pipeline mel =
        new LogMel(
                new MelSpectrogram(
                    RATE,
                    StftSpec.centred(400, 160, Padding.REFLECT),
                    MelSpec.slaney(20, 0, RATE / 2.0),
                    2),
                Compression.Logarithm.clamped(1e-10))
            .pipeline();
    Pipeline sliding = mel.then(new Stage.SlidingNormalize(30, 10, true, true));
    Pipeline signal =
        new Pipeline(
            RATE,
            mel.input(),
            with(
                List.of(
                    new Stage.FitLength(new LengthRule.Steps(500, 300)),
                    new Stage.PreEmphasis(0.97, Stage.PreEmphasis.Before.ZERO)),
                mel.stages()));
    Stage branch =
        new Stage.Branch(
            List.of(
                List.of(new Stage.Affine(2, 1)),
                List.of(new Stage.Delta(5, 1, Stage.Delta.Edge.NEAREST))),
            Stage.Branch.Join.CONCATENATE);
    StftSpec spec = StftSpec.centred(400, 160, Padding.REFLECT);
    return List.of(
        Arguments.of(sliding, Stage.SlidingNormalize.class, 1),
        Arguments.of(sliding.then(new Stage.DropFrames(1, 0)), Stage.SlidingNormalize.class, 2),
        Arguments.of(signal, Stage.Frame.class, mel.stages().size()),
        Arguments.of(signal, Stage.PreEmphasis.class, mel.stages().size() + 1),
        Arguments.of(Stft.of(spec).pipeline().then(new Stage.Modulus(1)), Stage.Modulus.class, 1),
        Arguments.of(LogMel.librosa(RATE).pipeline(), Stage.DynamicRange.class, 1),
        Arguments.of(Mfcc.librosa(RATE).pipeline(), Stage.Project.class, 4),
        Arguments.of(Rms.librosa().pipeline(), Stage.Reduce.class, 2),
        Arguments.of(mel.then(branch, new Stage.Affine(2, 1)), Stage.Delta.class, 2),
        Arguments.of(signal, Stage.FitLength.class, mel.stages().size() + 2));
  }

  private static List<Stage> with(List<Stage> first, List<Stage> then) {
    List<Stage> all = new ArrayList<>(first);
    all.addAll(then);
    return all;
  }

  private static CudaEngine without(Class<? extends Stage> type) {
    return new CudaEngine(FFM, Set.of(type));
  }

  private static Waveform clips(int count) {
    List<Waveform> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int n = 900 + 397 * (i % 5);
      all.add(
          Waveform.ofChannels(
              new float[][] {Noise.floats(2L * i, n), Noise.floats(2L * i + 1, n)}, RATE));
    }
    return Waveform.batch(all);
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape());
    for (int b = 0; b < expected.shape().batch(); b++) {
      assertEquals(expected.frames(b), actual.frames(b));
    }
    double error = EngineContract.relativeError(expected.toArray(), actual.toArray());
    assertTrue(error < BOUND, "relative error " + error);
  }

  @ParameterizedTest
  @MethodSource("tails")
  void theHostGoesOnWhereTheDeviceStops(
      Pipeline pipeline, Class<? extends Stage> type, int stagesOnCpu) {
    try (CudaEngine whole = new CudaEngine(FFM);
        CudaEngine cut = without(type);
        Extractor expected = whole.compile(pipeline);
        Extractor actual = cut.compile(pipeline)) {
      assertEquals(List.of(), whole.stagesOnCpu(pipeline));
      int size = pipeline.stages().size();
      assertEquals(pipeline.stages().subList(size - stagesOnCpu, size), cut.stagesOnCpu(pipeline));
      // Smaller and larger than before, and none at all.
      for (int count : new int[] {4, 2, 7, 7}) {
        assertClose(expected.extract(clips(count)), actual.extract(clips(count)));
      }
      Waveform empty = Waveform.of(new float[0], RATE);
      assertClose(expected.extract(empty), actual.extract(empty));
    }
  }

  @Test
  void spectraGoTheSameWay() {
    StftSpec spec = StftSpec.centred(256, 64, Padding.REFLECT);
    Pipeline inverse = new InverseStft(spec, 2000).pipeline();
    for (Class<? extends Stage> type :
        List.of(Stage.OverlapAdd.class, Stage.InverseRealFft.class)) {
      try (CudaEngine whole = new CudaEngine(FFM);
          CudaEngine cut = without(type);
          Extractor forward = whole.compile(Stft.of(spec).pipeline());
          Extractor expected = whole.compile(inverse);
          Extractor actual = cut.compile(inverse)) {
        Tensor spectra = forward.extract(clips(3));
        assertClose(expected.extract(spectra), actual.extract(spectra));
      }
    }
  }

  @Test
  void withoutAnyKernelItIsTheCpuEngine() {
    Pipeline pipeline = Mfcc.librosa(RATE).pipeline();
    try (CudaEngine none = without(pipeline.stages().getFirst().getClass());
        Engine cpu = Engines.named("cpu");
        Extractor expected = cpu.compile(pipeline);
        Extractor actual = none.compile(pipeline)) {
      long launches = Emulator.calls("cuLaunchKernel");
      assertArrayEquals(expected.extract(clips(3)).toArray(), actual.extract(clips(3)).toArray());
      assertEquals(launches, Emulator.calls("cuLaunchKernel"));
    }
  }

  @Test
  void deviceMemoryIsRefused() {
    Pipeline pipeline = MelSpectrogram.torchaudio(RATE).pipeline();
    try (CudaEngine cut = without(Stage.Project.class);
        CudaExtractor extractor = cut.compile(pipeline)) {
      DeviceWaveform in =
          new DeviceWaveform(4096, SampleType.FLOAT32, 1, 400, new int[] {400}, RATE);
      DeviceTensor out =
          new DeviceTensor(8192, extractor.outputShape(in), DeviceTensor.Type.FLOAT32);
      var refused =
          assertThrows(UnsupportedOperationException.class, () -> extractor.extract(in, out, 0));
      String message = String.valueOf(refused.getMessage());
      assertTrue(message.startsWith("Project has no kernel"), message);
    }
  }
}
