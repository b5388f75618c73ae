package org.cochlea.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Filtered;
import org.cochlea.core.feature.GriffinLim;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Resampled;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.signal.Biquad;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.SecondOrderSections;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.testing.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine does with resampling, filters and Griffin-Lim; a subclass supplies it. */
public abstract class FilterStagesContract {
  private static final int RATE = 16_000;

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  private static final double BOUND = 1e-5;

  protected abstract Engine engine();

  private static float[] noise(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat() * 2 - 1;
    }
    return x;
  }

  /** Clips of awkward lengths; none, one sample, and more than a block of any kernel. */
  private static List<float[]> clips() {
    List<float[]> clips = new ArrayList<>();
    for (int n : new int[] {5000, 0, 1, 37, 1025, 4097}) {
      clips.add(noise(n, n));
    }
    return clips;
  }

  private static Waveform batch(List<float[]> clips, int rate) {
    return Waveform.batch(clips.stream().map(x -> Waveform.of(x, rate)).toList());
  }

  private Tensor extract(Pipeline pipeline, Waveform in) {
    try (Extractor extractor = engine().compile(pipeline)) {
      return extractor.extract(in);
    }
  }

  private static void assertClose(float[] expected, float[] actual, double bound, String what) {
    assertEquals(expected.length, actual.length, what);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    // What a filter takes away altogether leaves roundings of samples of about 1.
    assertTrue(
        Math.sqrt(difference) <= bound * Math.sqrt(norm) + 1e-9,
        what + ": relative error " + Math.sqrt(difference / norm));
  }

  private interface Definition {
    float[] of(float[] samples);
  }

  private void hold(Stage stage, int rate, Definition definition) {
    List<float[]> clips = clips();
    Tensor all = extract(Pipeline.of(rate, stage), batch(clips, rate));
    for (int i = 0; i < clips.size(); i++) {
      assertClose(definition.of(clips.get(i)), all.toArray(i), BOUND, stage + ", clip " + i);
    }
    // 16 bits, behind a factor that a kernel may take along.
    short[] shorts = new short[3000];
    float[] scaled = new float[shorts.length];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) (clips.getFirst()[i] * 32_767);
      scaled[i] = 0.25f * (shorts[i] / 32_768f);
    }
    Pipeline behind = Pipeline.of(rate, new Stage.Affine(0.25, 0), stage);
    assertClose(
        definition.of(scaled),
        extract(behind, Waveform.of(shorts, rate)).toArray(),
        BOUND,
        stage + ", 16 bits");
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 16000",
    "16000, 44100",
    "8000, 16000",
    "48000, 16000",
    "22050, 16000",
    "16000, 16000",
    "16000, 11025",
    "96000, 8000",
    "16001, 16000"
  })
  void ratesChangeAsTheResamplerChangesThem(int from, int to) {
    for (SincKernel kernel : List.of(SincKernel.torchaudio(), Resampler.Quality.HIGH.kernel())) {
      Resampler resampler = Resampler.of(from, to, kernel);
      hold(resampler.stage(), from, resampler::resample);
    }
  }

  @Test
  void aFeatureOfAnotherRateIsTheFeatureOfTheResampledSignal() {
    Feature mel = mel();
    float[] samples = noise(5, 30_000);
    float[] resampled = Resampler.of(44_100, RATE).resample(samples);
    Feature feature = Resampled.of(mel, 44_100);
    assertEquals(44_100, feature.pipeline().sampleRate());
    assertClose(
        extract(mel.pipeline(), Waveform.of(resampled, RATE)).toArray(),
        extract(feature.pipeline(), Waveform.of(samples, 44_100)).toArray(),
        BOUND,
        "log mel");
    assertEquals(mel.pipeline(), Resampled.of(mel, RATE).pipeline());
    assertThrows(
        IllegalArgumentException.class,
        () -> Resampler.of(1_000_003, 999_983, SincKernel.torchaudio()).stage());
  }

  private static Feature mel() {
    return new LogMel(
        new MelSpectrogram(
            RATE,
            StftSpec.centred(400, 160, Padding.REFLECT),
            MelSpec.slaney(20, 0, RATE / 2.0),
            2),
        Compression.Logarithm.clamped(1e-10));
  }

  private static List<SecondOrderSections> filters() {
    return List.of(
        Butterworth.highpass(5, 80, RATE).sections(),
        Butterworth.lowpass(2, 4000, RATE).sections(),
        SecondOrderSections.of(Biquad.lowpass(RATE, 1000), Biquad.highpass(RATE, 50)));
  }

  @Test
  void sectionsRunForwards() {
    for (SecondOrderSections filter : filters()) {
      hold(filter.stage(), RATE, filter::filter);
    }
  }

  @Test
  void sectionsRunBothWays() {
    for (SecondOrderSections filter : filters()) {
      hold(
          filter.zeroPhaseStage(),
          RATE,
          x -> {
            if (x.length == 0) {
              return x;
            }
            double[] wide = new double[x.length];
            for (int i = 0; i < x.length; i++) {
              wide[i] = x[i];
            }
            // Shorter clips are continued by less.
            double[] y = filter.filtfilt(wide, Math.min(filter.padLength(), x.length - 1));
            float[] narrow = new float[y.length];
            for (int i = 0; i < y.length; i++) {
              narrow[i] = (float) y[i];
            }
            return narrow;
          });
    }
  }

  @Test
  void outputsMayBeClamped() {
    SecondOrderSections loud = SecondOrderSections.of(new Biquad(3, 0.5, 0, -0.2, 0.1));
    Stage.SosFilter plain = loud.stage();
    Stage stage =
        new Stage.SosFilter(plain.sections(), Stage.SosFilter.Direction.FORWARDS, 0, true);
    hold(stage, RATE, loud::filterClamped);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 257, 700})
  void finiteResponsesAreConvolutions(int count) {
    float[] taps = noise(count, count);
    double[] row = new double[count];
    for (int k = 0; k < count; k++) {
      row[k] = taps[k];
    }
    for (int offset : new int[] {0, (count - 1) / 2, count - 1}) {
      hold(
          new Stage.FirFilter(Basis.row(row), offset),
          RATE,
          x -> {
            float[] y = new float[x.length];
            for (int n = 0; n < y.length; n++) {
              double sum = 0;
              for (int k = 0; k < count; k++) {
                int at = n + offset - k;
                sum += at >= 0 && at < x.length ? row[k] * x[at] : 0;
              }
              y[n] = (float) sum;
            }
            return y;
          });
    }
  }

  @Test
  void aFeatureMayBeFilteredFirst() {
    SecondOrderSections filter = filters().getFirst();
    float[] samples = noise(6, 20_000);
    assertClose(
        extract(mel().pipeline(), Waveform.of(filter.filter(samples), RATE)).toArray(),
        extract(Filtered.of(mel(), filter).pipeline(), Waveform.of(samples, RATE)).toArray(),
        BOUND,
        "filtered");
    assertClose(
        extract(mel().pipeline(), Waveform.of(filter.filtfilt(samples), RATE)).toArray(),
        extract(Filtered.zeroPhase(mel(), filter).pipeline(), Waveform.of(samples, RATE)).toArray(),
        BOUND,
        "filtered without delay");
  }

  // ---- Griffin-Lim -----------------------------------------------------------------------------

  private static Tensor frames(Npy values) {
    int[] shape = values.shape();
    return Tensor.wrap(new Shape(1, 1, shape[0], shape[1], false), values.data());
  }

  private Tensor extract(Feature feature, Tensor in) {
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      return extractor.extract(in);
    }
  }

  /** The rounds multiply what float32 loses: 1e-4 where one transform keeps 1e-6. */
  private static final double ROUNDS = 1e-4;

  @Test
  void griffinLimIsThatOfLibrosa() {
    GriffinLim feature =
        new GriffinLim(
            StftSpec.centred(256, 64, Padding.ZERO),
            1,
            8,
            0.99,
            Stage.GriffinLim.Start.ZERO,
            0,
            -1);
    Tensor signal = extract(feature, frames(Npy.read("griffin_lim_magnitude")));
    assertClose(Npy.read("griffin_lim_librosa").data(), signal.toArray(), ROUNDS, "librosa");
  }

  @Test
  void griffinLimIsThatOfTorchaudio() {
    GriffinLim feature =
        new GriffinLim(
            StftSpec.centred(300, 100, Padding.REFLECT),
            2,
            8,
            0.5,
            Stage.GriffinLim.Start.ZERO,
            0,
            -1);
    Tensor power = frames(Npy.read("griffin_lim_power"));
    float[] expected = Npy.read("griffin_lim_torchaudio").data();
    assertClose(expected, extract(feature, power).toArray(), ROUNDS, "torchaudio");
    GriffinLim longer =
        new GriffinLim(
            feature.spec(), 2, 8, 0.5, Stage.GriffinLim.Start.ZERO, 0, expected.length + 50);
    float[] zeros = extract(longer, power).toArray();
    assertClose(expected, Arrays.copyOf(zeros, expected.length), ROUNDS, "longer");
    assertArrayEquals(new float[50], Arrays.copyOfRange(zeros, expected.length, zeros.length));
  }

  /** From noise the rounds come closer to the moduli that are wanted; batch and seed decide. */
  @ParameterizedTest
  @EnumSource
  void griffinLimComesCloser(Stage.GriffinLim.Start start) {
    StftSpec spec = StftSpec.centred(200, 50, Padding.REFLECT);
    float[] samples = new float[3000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (Math.sin(0.05 * i + 1e-5 * i * i) + 0.5 * Math.sin(0.31 * i));
    }
    Waveform in =
        Waveform.batch(
            List.of(
                Waveform.of(samples, RATE),
                Waveform.of(new float[500], RATE),
                Waveform.of(noise(3, 10), RATE)));
    Feature magnitudes = new Spectrogram(0, spec, 1);
    Tensor wanted = extract(magnitudes.pipeline(), in);
    double last = Double.POSITIVE_INFINITY;
    for (int rounds : new int[] {1, 30}) {
      GriffinLim feature = new GriffinLim(spec, 1, rounds, 0.9, start, 5, -1);
      Tensor signal = extract(feature, wanted);
      for (float v : signal.toArray(1)) {
        assertEquals(0, v, "silence has no phase");
      }
      assertArrayEquals(signal.toArray(), extract(feature, wanted).toArray(), "the same again");
      float[] rebuilt =
          extract(magnitudes.pipeline(), Waveform.of(signal.toArray(0), RATE)).toArray();
      double error = EngineContract.relativeError(wanted.toArray(0), rebuilt);
      assertTrue(error < last / 2, rounds + " rounds: " + error);
      last = Math.min(error, 1);
    }
  }
}
