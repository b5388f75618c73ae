package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Pipeline;

/** One of each kind, always applied, for tests of what all have in common. */
public final class Augmentations {
  public static final int RATE = 8000;

  private Augmentations() {}

  public static float[] noise(long seed, int samples) {
    float[] x = new float[samples];
    for (int i = 0; i < samples; i++) {
      x[i] = (float) (0.1 * Philox.normal(seed, 0, i));
    }
    return x;
  }

  public static float[] tone(double hz, int samples) {
    float[] x = new float[samples];
    for (int i = 0; i < samples; i++) {
      x[i] = (float) (0.5 * Math.sin(2 * Math.PI * hz * i / RATE));
    }
    return x;
  }

  public static ClipSource source() {
    return ClipSource.of(List.of(noise(101, 900), noise(102, 20_000), noise(103, 1)), RATE);
  }

  public static ClipSource responses() {
    float[] decaying = noise(104, 700);
    for (int i = 0; i < decaying.length; i++) {
      decaying[i] *= (float) Math.exp(-i / 100.0);
    }
    return ClipSource.of(List.of(decaying, new float[] {0, 0, 1}), RATE);
  }

  /** All that change a clip by itself. */
  public static List<Augmentation> wave() {
    Chance c = Chance.ALWAYS;
    return List.of(
        new WaveAugmentation.Gain(-18, 6, c),
        new WaveAugmentation.PolarityInversion(c),
        new WaveAugmentation.PeakNormalization(WaveAugmentation.PeakNormalization.ApplyTo.ALL, c),
        new WaveAugmentation.RmsNormalization(-30, -15, c.per(Chance.Mode.PER_CHANNEL)),
        new WaveAugmentation.LoudnessNormalization(-31, -13, c),
        new WaveAugmentation.Shift(-0.5, 0.5, WaveAugmentation.Shift.Unit.FRACTION, true, c),
        new WaveAugmentation.Shift(-0.1, 0.1, WaveAugmentation.Shift.Unit.SECONDS, false, c),
        new WaveAugmentation.TimeInversion(c),
        WaveAugmentation.AdjustDuration.randomCrop(0.125),
        new WaveAugmentation.AdjustDuration(
            0.6, WaveAugmentation.AdjustDuration.Position.CENTRE, Padding.WRAP, c),
        new WaveAugmentation.PadSection(0.1, 0.5, WaveAugmentation.PadSection.Section.START, c),
        new WaveAugmentation.SpliceOut(8, 20, c),
        new WaveAugmentation.ShuffleChannels(c),
        new WaveAugmentation.AddGaussianNoise(0.001, 0.015, c),
        new WaveAugmentation.AddColoredNoise(3, 30, -2, 2, c),
        new WaveAugmentation.AddBackgroundNoise(source(), 3, 30, c),
        new WaveAugmentation.ApplyImpulseResponse(responses(), true, c),
        new WaveAugmentation.LowPassFilter(150, 7500, c),
        new WaveAugmentation.HighPassFilter(20, 2400, c),
        new WaveAugmentation.BandPassFilter(200, 4000, 0.5, 1.99, c),
        new WaveAugmentation.BandStopFilter(200, 4000, 0.5, 1.99, c),
        new WaveAugmentation.SevenBandParametricEq(-12, 12, c),
        new WaveAugmentation.TimeStretch(0.8, 1.25, false, 256, c),
        new WaveAugmentation.PitchShift(-4, 4, 256, c),
        new WaveAugmentation.SpeedPerturbation(List.of(0.9, 1.1), c),
        new WaveAugmentation.ClippingDistortion(0, 40, c),
        new WaveAugmentation.TanhDistortion(0.01, 0.7, c),
        new WaveAugmentation.BitCrush(5, 10, c),
        new WaveAugmentation.G711Codec(WaveAugmentation.G711Codec.Law.MU_LAW, c),
        new WaveAugmentation.G711Codec(WaveAugmentation.G711Codec.Law.A_LAW, c));
  }

  /** All of real features that change a clip by itself. */
  public static List<Augmentation> spectrogram() {
    Chance c = Chance.ALWAYS;
    SpectrogramAugmentation.Fill mean = SpectrogramAugmentation.Fill.MEAN;
    return List.of(
        new SpectrogramAugmentation.TimeMasking(10, 0.5, 2, mean, c),
        new SpectrogramAugmentation.FrequencyMasking(
            5, 2, SpectrogramAugmentation.Fill.MIN, c.per(Chance.Mode.PER_CHANNEL)),
        SpectrogramAugmentation.AdaptiveTimeMasking.paper(),
        SpectrogramAugmentation.RandomErasing.of(1),
        new SpectrogramAugmentation.TimeWarp(4, c),
        new SpectrogramAugmentation.FrequencyWarp(0.8, 1.25, 8000, c),
        SpectrogramAugmentation.Roll.of(1),
        SpectrogramAugmentation.TimeFlip.of(1),
        new SpectrogramAugmentation.ZoomCrop(1, 1.5, c),
        SpectrogramAugmentation.RandomResizedCrop.of(1),
        new SpectrogramAugmentation.RandomAffine(0.9, 1.1, -0.1, 0.1, c),
        SpectrogramAugmentation.RandomPower.birdClef(),
        new SpectrogramAugmentation.MelNoise(1, c),
        new SpectrogramAugmentation.MelBandNoise(0.1, 4, c),
        new SpectrogramAugmentation.AttenuateHighs(0.5, 0.5, c));
  }

  /** Clips of noise, every channel its own. */
  public static Waveform clips(int channels, int... lengths) {
    List<Waveform> clips = new ArrayList<>();
    for (int b = 0; b < lengths.length; b++) {
      float[][] x = new float[channels][];
      for (int c = 0; c < channels; c++) {
        x[c] = noise(10L * b + c, lengths[b]);
      }
      clips.add(Waveform.ofChannels(x, RATE));
    }
    return Waveform.batch(clips);
  }

  /** Every clip a class of its own. */
  public static float[][] targets(int batch) {
    float[][] targets = new float[batch][batch];
    for (int b = 0; b < batch; b++) {
      targets[b][b] = 1;
    }
    return targets;
  }

  /** Two engines give the same shape, frames and targets, and values within a bound. */
  public static void assertAgree(
      AugmentationPlan plan,
      Waveform in,
      long[] keys,
      Pipeline pipeline,
      Engine expecting,
      Engine engine,
      double bound) {
    int batch = in.batch();
    long[] some = Arrays.copyOf(keys, batch);
    float[][] expectedTargets = targets(batch);
    float[][] targets = targets(batch);
    Tensor expected;
    Tensor made;
    try (AugmentedExtractor one = new AugmentedExtractor(plan, 42, pipeline, expecting);
        AugmentedExtractor other = new AugmentedExtractor(plan, 42, pipeline, engine)) {
      expected = one.extract(in, some, 3, expectedTargets);
      made = other.extract(in, some, 3, targets);
    }
    assertEquals(expected.shape(), made.shape());
    for (int b = 0; b < batch; b++) {
      assertEquals(expected.frames(b), made.frames(b));
      assertArrayEquals(expectedTargets[b], targets[b]);
    }
    double error = EngineContract.relativeError(expected.toArray(), made.toArray());
    assertTrue(error < bound, () -> error + ": " + plan);
  }
}
