package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmentations;
import org.cochlea.core.augment.AugmentedExtractor;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaContext;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Augmentation on the emulated driver, beside that of the CPU. */
@Emulator.Needs
class CudaAugmentTest {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("ffm", "auto", 0));
  private static final Engine CPU = Engines.named("cpu");

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  private static final int RATE = Augmentations.RATE;
  private static final int[] LENGTHS = {2500, 0, 1, 2, 7, 700, 2049};
  private static final long[] KEYS = {70, 3, 12, 5, 1L << 40, -9, 44};

  /** Samples as they are. */
  private static final Pipeline SAMPLES = Pipeline.of(0, new Stage.Affine(1, 0));

  @AfterAll
  static void close() {
    ENGINE.close();
    CPU.close();
  }

  private static void agrees(AugmentationPlan plan, Waveform in, Pipeline pipeline) {
    Augmentations.assertAgree(plan, in, KEYS, pipeline, CPU, ENGINE, BOUND);
  }

  static Stream<Augmentation> wave() {
    return Augmentations.wave().stream();
  }

  @ParameterizedTest
  @MethodSource("wave")
  void waveformsAreThoseOfTheCpu(Augmentation a) {
    agrees(AugmentationPlan.ofWaveform(a), Augmentations.clips(2, LENGTHS), SAMPLES);
  }

  @Test
  void clipsAreMixed() {
    Chance c = Chance.of(0.8);
    for (WaveAugmentation.Mix.MixTarget target : WaveAugmentation.Mix.MixTarget.values()) {
      agrees(
          AugmentationPlan.ofWaveform(
              WaveAugmentation.Gain.of(0.5),
              WaveAugmentation.Shift.of(0.5),
              new WaveAugmentation.Mix(0, 5, target, c),
              WaveAugmentation.TimeInversion.of(0.5),
              new WaveAugmentation.Mix(0, 5, target, c),
              new WaveAugmentation.BitCrush(5, 10, Chance.of(0.5))),
          Augmentations.clips(2, LENGTHS),
          SAMPLES);
    }
  }

  @Test
  void chainsAgree() {
    // Rounding tips a sample that lies between two levels, so what has levels comes first, where
    // both engines have the same bits. Vocoders are by themselves: what a bin has in silence is
    // rounding, and its phase there stays with it.
    List<Augmentation> all = new ArrayList<>(Augmentations.wave());
    all.removeIf(
        a ->
            a instanceof WaveAugmentation.BitCrush
                || a instanceof WaveAugmentation.G711Codec
                || a instanceof WaveAugmentation.TimeStretch
                || a instanceof WaveAugmentation.PitchShift);
    for (int k = 1; k < 4; k++) {
      List<Augmentation> some = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        some.add(all.get((i * (2 * k + 5) + k) % all.size()));
      }
      agrees(
          AugmentationPlan.ofWaveform(
              new WaveAugmentation.BitCrush(5, 10, Chance.of(0.5)),
              WaveAugmentation.G711Codec.of(0.5),
              new Augmentation.SomeOf(3, 9, 1, some),
              WaveAugmentation.Gain.of(1)),
          Augmentations.clips(2, LENGTHS),
          SAMPLES);
    }
  }

  @Test
  void longResponsesGoByTransforms() {
    float[] room = Augmentations.noise(7, 5000);
    room[2100] = 2;
    ClipSource source = ClipSource.of(List.of(room), RATE);
    for (boolean compensate : new boolean[] {false, true}) {
      AugmentationPlan plan =
          AugmentationPlan.ofWaveform(
              WaveAugmentation.Gain.of(1),
              new WaveAugmentation.ApplyImpulseResponse(source, compensate, Chance.ALWAYS));
      Waveform in = Augmentations.clips(2, 4500, 0, 1, 700, 2049);
      agrees(plan, in, SAMPLES);
      // Spectra of samples and of taps, their products, and what is stored for the feature.
      assertEquals(
          3, launches(plan, in, SAMPLES) - launches(AugmentationPlan.ofWaveform(), in, SAMPLES));
    }
  }

  @Test
  void loudnessIsMeasured() {
    // Loud and quiet parts, for the gates; silence; below the gates; too short.
    float[] parts = Augmentations.noise(5, 12_345);
    for (int i = 0; i < parts.length; i++) {
      parts[i] *= i % 5000 < 2000 ? 1 : i % 5000 < 3500 ? 0.03f : 1e-5f;
    }
    float[] quiet = Augmentations.noise(6, 6000);
    for (int i = 0; i < quiet.length; i++) {
      quiet[i] *= 1e-4f;
    }
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            WaveAugmentation.Gain.of(1),
            WaveAugmentation.LoudnessNormalization.of(1),
            WaveAugmentation.ShuffleChannels.of(1),
            new WaveAugmentation.LoudnessNormalization(-20, -20, Chance.of(0.7)));
    for (float[] x : List.of(parts, quiet, new float[4000], Augmentations.noise(7, 3199))) {
      float[][] channels = new float[5][x.length];
      for (int c = 0; c < channels.length; c++) {
        for (int i = 0; i < x.length; i++) {
          channels[c][i] = x[i] * (c + 1) / 3;
        }
      }
      agrees(plan, Waveform.ofChannels(channels, RATE), SAMPLES);
    }
    Waveform in = Augmentations.clips(1, 4000, 4000);
    AugmentationPlan one =
        AugmentationPlan.ofWaveform(
            WaveAugmentation.Gain.of(1),
            WaveAugmentation.LoudnessNormalization.of(1),
            WaveAugmentation.Gain.of(1));
    // Settled, weighted, measured, and scaled where it is stored for the feature.
    assertEquals(
        4, launches(one, in, SAMPLES) - launches(AugmentationPlan.ofWaveform(), in, SAMPLES));
  }

  @Test
  void vocodersOfAnyLengthAndRate() {
    Chance c = Chance.ALWAYS;
    Waveform in = Augmentations.clips(2, 2500, 0, 1, 100, 5);
    for (int size : new int[] {16, 1024}) {
      agrees(
          AugmentationPlan.ofWaveform(
              new WaveAugmentation.TimeStretch(0.3, 3, true, size, Chance.of(0.7)),
              WaveAugmentation.Gain.of(1),
              new WaveAugmentation.PitchShift(
                  -12, 12, size, Chance.of(0.7).per(Chance.Mode.PER_CHANNEL))),
          in,
          SAMPLES);
    }
    // No change at all, and beyond the fused transforms.
    agrees(
        AugmentationPlan.ofWaveform(
            new WaveAugmentation.PitchShift(0, 0, 512, c),
            new WaveAugmentation.TimeStretch(1, 1, false, 16_384, c)),
        in,
        SAMPLES);
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            WaveAugmentation.Gain.of(1),
            new Augmentation.OneOf(
                1,
                List.of(
                    new WaveAugmentation.TimeStretch(0.8, 1.25, false, 256, c),
                    new WaveAugmentation.PitchShift(-4, 4, 256, c))),
            WaveAugmentation.Shift.of(1));
    // Spectra, their stretch, signals, another speed, and what is stored for the feature.
    assertEquals(
        5, launches(plan, in, SAMPLES) - launches(AugmentationPlan.ofWaveform(), in, SAMPLES));
  }

  // ---- features ------------------------------------------------------------------------------

  private static final Pipeline MEL =
      new MelSpectrogram(
              RATE,
              StftSpec.centred(128, 64, Padding.REFLECT),
              MelSpec.slaney(24, 0, RATE / 2.0),
              2)
          .pipeline();

  private static final SpectrogramAugmentation.Fill MEAN = SpectrogramAugmentation.Fill.MEAN;

  static Stream<Augmentation> spectrogram() {
    return Augmentations.spectrogram().stream();
  }

  @ParameterizedTest
  @MethodSource("spectrogram")
  void featuresAreThoseOfTheCpu(Augmentation a) {
    agrees(AugmentationPlan.ofSpectrogram(a), Augmentations.clips(2, LENGTHS), MEL);
  }

  @Test
  void featuresAreMixedAndTargetsFollow() {
    Chance c = Chance.of(0.8);
    for (Augmentation mix :
        List.of(
            new SpectrogramAugmentation.Mixup(0.4, true, c),
            new SpectrogramAugmentation.Mixup(0.4, false, c),
            new SpectrogramAugmentation.CutMix(1, c),
            new SpectrogramAugmentation.SpecMix(0.25, 0.25, c))) {
      agrees(
          AugmentationPlan.ofSpectrogram(
              SpectrogramAugmentation.Roll.of(0.5),
              mix,
              SpectrogramAugmentation.TimeFlip.of(0.5),
              mix,
              SpectrogramAugmentation.TimeMasking.of(5)),
          Augmentations.clips(2, LENGTHS),
          MEL);
    }
  }

  @Test
  void chainsOfBothAgree() {
    List<Augmentation> all = Augmentations.spectrogram();
    for (int k = 1; k < 4; k++) {
      List<Augmentation> some = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        some.add(all.get((i * (2 * k + 5) + k) % all.size()));
      }
      agrees(
          new AugmentationPlan(
              List.of(WaveAugmentation.Gain.of(1), WaveAugmentation.Mix.of(1)),
              List.of(new Augmentation.SomeOf(3, 8, 1, some), SpectrogramAugmentation.Mixup.of(1))),
          // No shorter ones: the spectrum of one sample, repeated, is rounding but for one bin, and
          // what is divided by its maximum or range would be compared.
          Augmentations.clips(2, 2500, 300, 700, 2049),
          MEL);
    }
  }

  @Test
  void complexFeaturesAreMasked() {
    Pipeline stft = Stft.of(StftSpec.centred(128, 64, Padding.REFLECT)).pipeline();
    agrees(
        AugmentationPlan.ofSpectrogram(
            new SpectrogramAugmentation.TimeMasking(10, 0.5, 2, MEAN, Chance.ALWAYS),
            SpectrogramAugmentation.FrequencyMasking.of(9)),
        Augmentations.clips(2, 2500, 0, 700),
        stft);
  }

  @Test
  void complexFeaturesAreStretched() {
    Pipeline stft = Stft.of(StftSpec.centred(128, 64, Padding.REFLECT)).pipeline();
    AugmentationPlan plan =
        AugmentationPlan.ofSpectrogram(
            SpectrogramAugmentation.TimeMasking.of(10),
            new SpectrogramAugmentation.TimeStretch(0.8, 1.25, 64, Chance.ALWAYS),
            new SpectrogramAugmentation.TimeStretch(0.3, 3, 64, Chance.of(0.5)),
            new SpectrogramAugmentation.TimeMasking(10, 0.5, 2, MEAN, Chance.ALWAYS));
    assertEquals(List.of(), ENGINE.transformsOnCpu(plan, stft));
    agrees(plan, Augmentations.clips(2, LENGTHS), stft);
  }

  // ---- what stays on the host ------------------------------------------------------------------

  @Test
  void whatHasNoKernelRunsOnTheHost() {
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(WaveAugmentation.Gain.of(1), WaveAugmentation.PitchShift.of(1)),
            List.of(SpectrogramAugmentation.TimeMasking.of(3)));
    assertEquals(List.of(), ENGINE.transformsOnCpu(plan, MEL));
    try (CudaEngine engine =
        new CudaEngine(new CudaOptions("ffm", "auto", 0), Set.of(Stage.Frame.class))) {
      assertEquals(
          List.of(plan.waveform().get(0), plan.waveform().get(1), plan.spectrogram().get(0)),
          engine.transformsOnCpu(plan, MEL));
      Waveform in = Augmentations.clips(1, 4000, 700);
      Augmentations.assertAgree(plan, in, KEYS, MEL, CPU, engine, BOUND);
    }
  }

  // ---- batches ---------------------------------------------------------------------------------

  private static final AugmentationPlan CHAIN =
      new AugmentationPlan(
          List.of(
              WaveAugmentation.Gain.of(1),
              WaveAugmentation.Shift.of(1),
              WaveAugmentation.PolarityInversion.of(1),
              WaveAugmentation.TimeInversion.of(1),
              WaveAugmentation.AddGaussianNoise.of(1),
              WaveAugmentation.PadSection.of(1),
              new WaveAugmentation.BitCrush(8, 10, Chance.ALWAYS),
              WaveAugmentation.G711Codec.of(1),
              WaveAugmentation.AdjustDuration.randomCrop(0.1)),
          List.of(
              SpectrogramAugmentation.FrequencyMasking.of(5),
              SpectrogramAugmentation.TimeMasking.of(5),
              SpectrogramAugmentation.Roll.of(1),
              SpectrogramAugmentation.RandomErasing.of(1)));

  @Test
  void aClipIsTheSameInAnyBatch() {
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(new Augmentation.SomeOf(4, 8, 1, Augmentations.wave())),
            List.of(new Augmentation.SomeOf(3, 6, 1, Augmentations.spectrogram())));
    Waveform in = Augmentations.clips(2, LENGTHS);
    try (AugmentedExtractor extractor = new AugmentedExtractor(plan, 7, MEL, ENGINE)) {
      Tensor all = extractor.extract(in, KEYS, 2, null);
      for (int b : new int[] {6, 0, 5, 2}) {
        float[][] x = {in.toArray(b, 0), in.toArray(b, 1)};
        Tensor one = extractor.extract(Waveform.ofChannels(x, RATE), new long[] {KEYS[b]}, 2, null);
        assertEquals(all.frames(b), one.frames(0));
        for (int c = 0; c < 2; c++) {
          for (int k = 0; k < one.shape().bins(); k++) {
            for (int t = 0; t < one.frames(0); t++) {
              assertEquals(all.at(b, c, k, t), one.at(0, c, k, t));
            }
          }
        }
      }
    }
  }

  @Test
  void shortsAreReadAsTheyAre() {
    short[] pcm = Noise.shorts(9, 2000);
    float[] floats = new float[pcm.length];
    for (int i = 0; i < pcm.length; i++) {
      floats[i] = pcm[i] / 32768f;
    }
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            WaveAugmentation.LowPassFilter.of(1),
            WaveAugmentation.Gain.of(1),
            WaveAugmentation.PeakNormalization.of(1));
    try (AugmentedExtractor extractor = new AugmentedExtractor(plan, 7, SAMPLES, ENGINE)) {
      assertArrayEquals(
          extractor.extract(Waveform.of(floats, RATE), new long[] {1}, 0, null).toArray(),
          extractor.extract(Waveform.of(pcm, RATE), new long[] {1}, 0, null).toArray());
    }
  }

  /** Everything that has a kernel, in a few launches of each. */
  private static final AugmentationPlan ALL =
      new AugmentationPlan(
          List.of(
              WaveAugmentation.SpeedPerturbation.threeWay(),
              WaveAugmentation.SevenBandParametricEq.of(1),
              WaveAugmentation.AddColoredNoise.of(1),
              WaveAugmentation.TanhDistortion.of(1),
              WaveAugmentation.LowPassFilter.of(1),
              WaveAugmentation.ApplyImpulseResponse.of(Augmentations.responses(), 1),
              WaveAugmentation.Mix.of(1),
              WaveAugmentation.AdjustDuration.randomCrop(0.1)),
          List.of(
              new SpectrogramAugmentation.TimeMasking(5, 1, 2, MEAN, Chance.ALWAYS),
              SpectrogramAugmentation.Mixup.of(1)));

  /** What a clip must be long for. */
  private static final AugmentationPlan LONG =
      AugmentationPlan.ofWaveform(
          WaveAugmentation.LoudnessNormalization.of(1),
          WaveAugmentation.TimeStretch.of(1),
          WaveAugmentation.PitchShift.of(1),
          WaveAugmentation.AdjustDuration.randomCrop(0.1));

  @Test
  void jcudaGivesTheSameBits() {
    Emulator.requireJcuda();
    Waveform in = Augmentations.clips(1, 3300, 700);
    long[] keys = {1, 2};
    for (AugmentationPlan plan : List.of(ALL, LONG)) {
      try (CudaEngine jcuda = new CudaEngine(new CudaOptions("jcuda", "auto", 0));
          AugmentedExtractor one = new AugmentedExtractor(plan, 7, MEL, ENGINE);
          AugmentedExtractor other = new AugmentedExtractor(plan, 7, MEL, jcuda)) {
        assertArrayEquals(
            one.extract(in, keys, 0, Augmentations.targets(2)).toArray(),
            other.extract(in, keys, 0, Augmentations.targets(2)).toArray());
      }
    }
  }

  /** The last pass writes them, where there is one. */
  @Test
  void halvesAreTheRoundedResult() {
    Waveform in = Augmentations.clips(1, 900, 700);
    long[] keys = {1, 2};
    AugmentationPlan plan =
        AugmentationPlan.ofSpectrogram(
            SpectrogramAugmentation.Roll.of(1),
            new SpectrogramAugmentation.TimeMasking(5, 1, 2, MEAN, Chance.ALWAYS),
            SpectrogramAugmentation.Mixup.of(1));
    CudaDriver driver = CudaBinding.named("ffm").driver();
    CudaContext context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
    context.push();
    long input = driver.memAlloc(2 * 900 * Float.BYTES);
    long output = 0;
    try (Arena arena = Arena.ofConfined();
        Augmenter augmenter = new Augmenter(plan, 7);
        CudaAugmentedExtractor extractor = ENGINE.compile(plan, MEL, ExtractorOptions.defaults())) {
      for (int b = 0; b < 2; b++) {
        MemorySegment samples = arena.allocateFrom(ValueLayout.JAVA_FLOAT, in.toArray(b, 0));
        driver.memcpyHtoD(input + b * 900L * Float.BYTES, samples, 0, samples.byteSize());
      }
      Draws draws = augmenter.draw(keys, 0, 1);
      Shape shape = extractor.outputShape(in, draws);
      // More frames than the result has: they become zero.
      Shape room =
          new Shape(shape.batch(), shape.channels(), shape.bins(), shape.frames() + 3, false);
      Tensor expected = Tensor.allocate(room);
      extractor.extract(in, draws, expected);
      MemorySegment made = arena.allocate(ValueLayout.JAVA_SHORT, room.floats());
      output = driver.memAlloc(made.byteSize());
      driver.memsetD8Async(output, (byte) 1, made.byteSize(), 0);
      DeviceWaveform waveform =
          new DeviceWaveform(input, SampleType.FLOAT32, 1, 900, new int[] {900, 700}, RATE);
      extractor.extract(
          waveform, draws, new DeviceTensor(output, room, DeviceTensor.Type.FLOAT16), 0);
      driver.streamSynchronize(0);
      driver.memcpyDtoH(made, 0, output, made.byteSize());
      float[] values = expected.toArray();
      short[] halves = new short[values.length];
      for (int i = 0; i < values.length; i++) {
        halves[i] = Float.floatToFloat16(values[i]);
      }
      assertArrayEquals(halves, made.toArray(ValueLayout.JAVA_SHORT));
    } finally {
      if (output != 0) {
        driver.memFree(output);
      }
      driver.memFree(input);
      context.pop();
      context.close();
    }
  }

  @Test
  void dataStaysOnTheDevice() {
    Waveform in = Augmentations.clips(1, 900, 700);
    long[] keys = {1, 2};
    float[] expected;
    try (AugmentedExtractor extractor = new AugmentedExtractor(ALL, 7, MEL, ENGINE)) {
      expected = extractor.extract(in, keys, 0, Augmentations.targets(2)).toArray();
    }
    CudaDriver driver = CudaBinding.named("ffm").driver();
    CudaContext context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
    context.push();
    long stream = driver.streamCreate();
    long input = driver.memAlloc(2 * 900 * Float.BYTES);
    long output = driver.memAlloc(4L * expected.length);
    try (Arena arena = Arena.ofConfined();
        Augmenter augmenter = new Augmenter(ALL, 7);
        CudaAugmentedExtractor extractor = ENGINE.compile(ALL, MEL, ExtractorOptions.defaults())) {
      for (int b = 0; b < 2; b++) {
        MemorySegment samples = arena.allocateFrom(ValueLayout.JAVA_FLOAT, in.toArray(b, 0));
        driver.memcpyHtoD(input + b * 900L * Float.BYTES, samples, 0, samples.byteSize());
      }
      Draws draws = augmenter.draw(keys, 0, 1);
      DeviceWaveform waveform =
          new DeviceWaveform(input, SampleType.FLOAT32, 1, 900, new int[] {900, 700}, RATE);
      Shape shape = extractor.outputShape(waveform, draws);
      assertEquals(expected.length, shape.floats());
      DeviceTensor out = new DeviceTensor(output, shape, DeviceTensor.Type.FLOAT32);
      for (long to : new long[] {stream, stream, 0}) {
        driver.memsetD8Async(output, (byte) 1, 4L * expected.length, to);
        extractor.extract(waveform, draws, out, to);
        driver.streamSynchronize(to);
        MemorySegment made = arena.allocate(ValueLayout.JAVA_FLOAT, expected.length);
        driver.memcpyDtoH(made, 0, output, made.byteSize());
        assertArrayEquals(expected, made.toArray(ValueLayout.JAVA_FLOAT));
      }
      AugmentationPlan host =
          AugmentationPlan.ofSpectrogram(
              new SpectrogramAugmentation.TimeStretch(0.8, 1.25, 64, Chance.ALWAYS));
      try (CudaAugmentedExtractor refuses = ENGINE.compile(host, MEL, ExtractorOptions.defaults());
          Augmenter other = new Augmenter(host, 7)) {
        Draws drawn = other.draw(keys, 0, 1);
        assertThrows(
            UnsupportedOperationException.class,
            () -> refuses.extract(waveform, drawn, out, stream));
        assertThrows(
            IllegalArgumentException.class, () -> extractor.extract(waveform, drawn, out, stream));
      }
    } finally {
      driver.memFree(input);
      driver.memFree(output);
      driver.streamDestroy(stream);
      context.pop();
      context.close();
    }
  }

  // ---- launches and memory ---------------------------------------------------------------------

  private static long launches(AugmentationPlan plan, Waveform in, Pipeline pipeline) {
    try (AugmentedExtractor extractor = new AugmentedExtractor(plan, 7, pipeline, ENGINE)) {
      long[] keys = Arrays.copyOf(KEYS, in.batch());
      Tensor _ = extractor.extract(in, keys, 0, null);
      long before = Emulator.calls("cuLaunchKernel");
      Tensor _ = extractor.extract(in, keys, 1, null);
      return Emulator.calls("cuLaunchKernel") - before;
    }
  }

  @Test
  void chainsAreFused() {
    Waveform in = Augmentations.clips(1, 1500, 1500, 1500);
    long plain = launches(AugmentationPlan.ofWaveform(), in, SAMPLES);
    assertEquals(1, launches(CHAIN, in, MEL) - launches(waveOf(CHAIN), in, MEL));
    assertEquals(1, launches(waveOf(CHAIN), in, SAMPLES) - plain);
    // Levels that gains alone lie between: the samples are looked at once.
    assertEquals(
        2,
        launches(
                AugmentationPlan.ofWaveform(
                    WaveAugmentation.Gain.of(1),
                    WaveAugmentation.PeakNormalization.of(1),
                    WaveAugmentation.RmsNormalization.of(1),
                    WaveAugmentation.Shift.of(1),
                    WaveAugmentation.AddBackgroundNoise.of(Augmentations.source(), 1)),
                in,
                SAMPLES)
            - plain);
    // Settled and looked at, its percentile, distorted and looked at, scaled.
    assertEquals(
        4,
        launches(
                AugmentationPlan.ofWaveform(
                    WaveAugmentation.Gain.of(1), WaveAugmentation.TanhDistortion.of(1)),
                in,
                SAMPLES)
            - plain);
    // Each clip does one of several, which take as many launches as the longest.
    assertEquals(
        2,
        launches(
                AugmentationPlan.ofWaveform(
                    new Augmentation.OneOf(
                        1,
                        List.of(
                            WaveAugmentation.PeakNormalization.of(1),
                            WaveAugmentation.RmsNormalization.of(1),
                            WaveAugmentation.AddGaussianNoise.of(1)))),
                in,
                SAMPLES)
            - plain);
  }

  private static AugmentationPlan waveOf(AugmentationPlan plan) {
    return new AugmentationPlan(plan.waveform(), List.of());
  }

  @Test
  void memoryStaysWhenBatchesComeAgain() {
    List<Augmentation> wave =
        List.of(
            new Augmentation.SomeOf(
                2,
                4,
                1,
                List.of(
                    WaveAugmentation.AddColoredNoise.of(1),
                    WaveAugmentation.TanhDistortion.of(1),
                    WaveAugmentation.BandStopFilter.of(1),
                    new WaveAugmentation.PitchShift(-4, 4, 256, Chance.ALWAYS),
                    WaveAugmentation.SpeedPerturbation.threeWay())));
    AugmentationPlan plan = new AugmentationPlan(wave, CHAIN.spectrogram());
    Waveform in = Augmentations.clips(1, 900, 700);
    try (AugmentedExtractor extractor = new AugmentedExtractor(plan, 7, MEL, ENGINE)) {
      long[] keys = {1, 2};
      for (int epoch = 0; epoch < 20; epoch++) {
        Tensor _ = extractor.extract(in, keys, epoch, null);
      }
      long memory = Emulator.live("memory");
      long bytes = Emulator.live("bytes");
      long pinned = Emulator.live("pinned");
      for (int round = 0; round < 2; round++) {
        for (int epoch = 0; epoch < 20; epoch++) {
          Tensor _ = extractor.extract(in, keys, epoch, null);
        }
      }
      assertEquals(memory, Emulator.live("memory"));
      assertEquals(bytes, Emulator.live("bytes"));
      assertEquals(pinned, Emulator.live("pinned"));
    }
  }

  private static String live() {
    StringBuilder all = new StringBuilder();
    for (String kind : new String[] {"memory", "pinned", "streams", "events", "graphs"}) {
      all.append(kind).append(' ').append(Emulator.live(kind)).append(' ');
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuMemAlloc_v2",
        "cuMemHostAlloc",
        "cuEventCreate",
        "cuStreamCreate",
        "cuLaunchKernel",
        "cuMemcpyHtoDAsync_v2",
        "cuEventRecord"
      })
  void whatFailsWorksAgainAndLeavesNothing(String function) {
    Waveform in = Augmentations.clips(1, 300, 200);
    long[] keys = {1, 2};
    float[] expected;
    try (AugmentedExtractor extractor = new AugmentedExtractor(ALL, 7, MEL, ENGINE)) {
      expected = extractor.extract(in, keys, 0, null).toArray();
    }
    String before = live();
    for (int nth : new int[] {1, 6}) {
      try (CudaEngine engine = new CudaEngine(new CudaOptions("ffm", "auto", 0));
          AugmentedExtractor extractor = new AugmentedExtractor(ALL, 7, MEL, engine)) {
        Emulator.fail(function, nth, 2);
        int failed = 0;
        for (int i = 0; i < 2; i++) {
          try {
            assertArrayEquals(expected, extractor.extract(in, keys, 0, null).toArray());
          } catch (CudaException e) {
            failed++;
          }
        }
        assertTrue(failed == 1 || nth > 1, function + " fails once, failed " + failed);
        Emulator.failNothing();
        assertArrayEquals(expected, extractor.extract(in, keys, 0, null).toArray());
      }
      assertEquals(before, live());
    }
  }
}
