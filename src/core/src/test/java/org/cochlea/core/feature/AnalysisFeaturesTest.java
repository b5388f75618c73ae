package org.cochlea.core.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.DpssTaper;
import org.cochlea.core.basis.FrequencyWeighting;
import org.cochlea.core.basis.GammatoneFilters;
import org.cochlea.core.basis.Intervals;
import org.cochlea.core.basis.PolynomialFit;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Cepstrum;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.PeakTracks;
import org.cochlea.core.stage.ProbabilisticYin;
import org.cochlea.core.stage.Reassignment;
import org.cochlea.core.stage.RollingEnvelope;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Features by analyses and constant-Q transforms, beyond what reference cases see. */
class AnalysisFeaturesTest {
  private static final int RATE = 8000;

  static List<Feature> features() {
    StftSpec stft = StftSpec.centred(256, 100, Padding.ZERO);
    CqtSpec octaves = CqtSpec.librosa().withBins(220, 40, 12);
    ConstantQ cqt = ConstantQ.librosa(22_050).withSpec(octaves).withSampleRate(RATE);
    return List.of(
        SpectralDescriptor.centroid(RATE),
        SpectralDescriptor.bandwidth(RATE),
        SpectralDescriptor.rolloff(RATE),
        new SpectralDescriptor(RATE, stft, new SpectralShape.Contrast(200, 4, 0.1, false)),
        new SpectralDescriptor(RATE, stft, new SpectralShape.Contrast(200, 4, 0.3, true)),
        new SpectralDescriptor(RATE, stft, new SpectralShape.Bandwidth(3, false)),
        new SpectralDescriptor(RATE, stft, new SpectralShape.Flatness(1, 1e-310)),
        SpectralDescriptor.flatness(RATE),
        SpectralDescriptor.crest(RATE),
        new PolynomialFeatures(RATE, stft, 3),
        Analyzed.spectralFlux(),
        Chroma.librosa(RATE),
        new Tonnetz(Chroma.librosa(RATE)),
        EstimatedTuning.librosa(RATE),
        OnsetEnvelope.librosa(RATE),
        onsets(OnsetStrength.Aggregate.MEDIAN),
        onsets(OnsetStrength.Aggregate.MAX),
        onsets(OnsetStrength.Aggregate.MIN),
        onsets(OnsetStrength.Aggregate.SUM),
        onsets(OnsetStrength.Aggregate.NONE),
        HarmonicPercussiveSpectrogram.librosa(HarmonicPercussive.Part.HARMONIC),
        HarmonicPercussiveSpectrogram.librosa(HarmonicPercussive.Part.PERCUSSIVE),
        // Even and odd widths beyond a clip's frames, margins and powers; pairs; values below 0.
        new HarmonicPercussiveSpectrogram(
            new Spectrogram(0, stft, 1),
            new HarmonicPercussive(HarmonicPercussive.Part.HARMONIC, 30, 1, 1.5, 1.2, 2, true)),
        new HarmonicPercussiveSpectrogram(
            Stft.of(stft),
            new HarmonicPercussive(HarmonicPercussive.Part.PERCUSSIVE, 9, 16, 2, 1, 1, false)),
        new HarmonicPercussiveSpectrogram(
            Stft.of(stft),
            new HarmonicPercussive(HarmonicPercussive.Part.PERCUSSIVE, 9, 16, 2, 1, 1, true)),
        new HarmonicPercussiveSpectrogram(
            LogMel.librosa(RATE),
            new HarmonicPercussive(HarmonicPercussive.Part.HARMONIC, 3, 5, 1, 1, 1, true)),
        YinPitch.librosa(RATE, 65, 2000),
        pyin(),
        Analyzed.tempogram(RATE),
        Analyzed.tempo(RATE),
        Analyzed.beats(RATE),
        new LinearPrediction(8),
        PowerSpectralDensity.welch(RATE),
        PowerSpectralDensity.periodogram(RATE),
        cqt,
        cqt.withOutput(Stft.Output.COMPLEX),
        new ConstantQ(
            RATE,
            99,
            octaves,
            ConstantQ.Method.RECURSIVE,
            true,
            Padding.ZERO,
            Stft.Output.MAGNITUDE),
        cqt.withMethod(ConstantQ.Method.PSEUDO),
        cqt.withMethod(ConstantQ.Method.HYBRID),
        new NnAudioCqt(
            RATE,
            100,
            CqtSpec.nnAudio().withBins(110, 50, 12),
            NnAudioCqt.Method.OCTAVES,
            NnAudioCqt.Normalization.LENGTH,
            true,
            Padding.REFLECT,
            Stft.Output.MAGNITUDE,
            false),
        CombinedFrequencyPeriodicity.nnAudio(RATE),
        SignalAnalysis.autocorrelation(50),
        new FrameCepstrum(stft, Cepstrum.Kind.REAL, 1e-3, 20, false),
        new FrameCepstrum(stft, Cepstrum.Kind.REAL, 1e-3, 20, true),
        new FrameCepstrum(stft, Cepstrum.Kind.POWER, 1e-3, 0, false),
        Analyzed.fourierTempogram(RATE),
        Analyzed.tempogramRatio(RATE),
        Analyzed.stacked(MelSpectrogram.librosa(RATE), 3, -2),
        new Analyzed(
            new Spectrogram(0, stft, 1),
            new PeakTracks(RATE, 256, 150, 3000, 0.1, Double.NaN, PeakTracks.Output.PITCH)),
        SignalAnalysis.separated(HarmonicPercussive.Part.PERCUSSIVE),
        SignalAnalysis.withoutNoise(stft, 2, 3),
        SignalAnalysis.gated(RATE, false),
        SignalAnalysis.hilbertEnvelope(),
        SignalAnalysis.rollingEnvelope(50, RollingEnvelope.Kind.RMS),
        SignalAnalysis.rollingEnvelope(51, RollingEnvelope.Kind.MAX),
        SignalAnalysis.spectrum(),
        Analyzed.perceptual(RATE, stft, Compression.Decibels.ofPower(), FrequencyWeighting.A),
        SegmentSpectrogram.spectrogram(RATE),
        SegmentSpectrogram.stft(RATE),
        SignalAnalysis.gammatone(RATE, 5, 100, 200, 80),
        SignalAnalysis.reassigned(RATE, stft, Reassignment.Output.FREQUENCY),
        SignalAnalysis.scalogram(RATE, 100, 20, 6, 50),
        new MultiResolution(List.of(stft, stft.withFftSize(512)), 1),
        cqt.withSpec(octaves.withIntervals(Intervals.just(12, 3, 5))));
  }

  private static OnsetEnvelope onsets(OnsetStrength.Aggregate aggregate) {
    List<OnsetStrength.Band> bands =
        aggregate == OnsetStrength.Aggregate.NONE
            ? List.of()
            : List.of(new OnsetStrength.Band(0, 40), new OnsetStrength.Band(35, 128));
    return new OnsetEnvelope(
        LogMel.librosa(RATE), new OnsetStrength(2, 4, aggregate, bands, true, 1));
  }

  /** Without NaN for unvoiced frames. */
  private static PyinPitch pyin() {
    PyinPitch plain = PyinPitch.librosa(RATE, 65, 2000);
    ProbabilisticYin model =
        new ProbabilisticYin(RATE, 65, 2000, 512, 100, 2, 18, 2, 0.1, 35.92, 0.01, 0.01, 0);
    return new PyinPitch(model, plain.frameLength(), true, plain.padding());
  }

  @ParameterizedTest
  @MethodSource("features")
  void clipsOfAnyLengthGiveWhatTheReferenceGives(Feature feature) {
    Waveform clips =
        Waveform.batch(
            List.of(
                Waveform.of(new float[0], RATE),
                Waveform.of(new float[] {0.5f}, RATE),
                Waveform.of(new float[3000], RATE),
                Waveform.of(sound(777), RATE),
                Waveform.of(sound(4001), RATE)));
    try (Engine engine = Engines.named("cpu");
        Extractor extractor = engine.compile(feature.pipeline())) {
      Tensor expected = Reference.extract(feature, clips);
      Tensor actual = extractor.extract(clips);
      assertEquals(expected.shape(), actual.shape());
      for (int b = 0; b < clips.batch(); b++) {
        assertEquals(feature.pipeline().frames(clips.length(b)), actual.frames(b), "clip " + b);
        float[] values = expected.toArray(b);
        for (float v : values) {
          assertTrue(Float.isFinite(v), "clip " + b);
        }
        float[] found = actual.toArray(b);
        double distance = Distance.relativeL2(found, values);
        // Of one sample some of them are nothing but rounding, which differs as it likes.
        assertTrue(
            distance <= 1e-5 || largest(found, values) <= 1e-5,
            "clip %d: %.2e".formatted(b, distance));
      }
    }
  }

  private static double largest(float[] a, float[] b) {
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    return difference;
  }

  /** A tone that glides, and a little noise. */
  private static float[] sound(int samples) {
    Random random = new Random(samples);
    float[] x = new float[samples];
    for (int i = 0; i < samples; i++) {
      double t = (double) i / RATE;
      x[i] =
          (float)
              (0.5 * Math.sin(2 * Math.PI * (300 + 200 * t) * t) + 0.05 * random.nextGaussian());
    }
    return x;
  }

  /** By every normalisation, a sine of amplitude 1 gives what its documentation says. */
  @Test
  void nnAudioNormalizationsAreThoseOfASine() {
    float[] sine = new float[RATE];
    double hz = 440;
    for (int i = 0; i < sine.length; i++) {
      sine[i] = (float) Math.cos(2 * Math.PI * hz * i / RATE);
    }
    for (NnAudioCqt.Method method : NnAudioCqt.Method.values()) {
      for (NnAudioCqt.Normalization norm :
          List.of(NnAudioCqt.Normalization.NONE, NnAudioCqt.Normalization.AMPLITUDE)) {
        NnAudioCqt feature =
            new NnAudioCqt(
                RATE,
                64,
                CqtSpec.nnAudio().withBins(110, 48, 12),
                method,
                norm,
                true,
                Padding.REFLECT,
                Stft.Output.MAGNITUDE,
                false);
        float[][] rows = Reference.extract(feature, sine, RATE);
        double expected = norm == NnAudioCqt.Normalization.NONE ? 0.5 : 1;
        assertEquals(expected, rows[24][rows[24].length / 2], 2e-3, method + " " + norm);
      }
    }
  }

  @Test
  void methodsOfNnAudioAgreeInsideTheClip() {
    float[] x = sound(RATE);
    CqtSpec spec = CqtSpec.nnAudio().withBins(110, 48, 12);
    float[][] time = Reference.extract(nnAudio(spec, NnAudioCqt.Method.TIME), x, RATE);
    float[][] frequency = Reference.extract(nnAudio(spec, NnAudioCqt.Method.FREQUENCY), x, RATE);
    float[][] octaves = Reference.extract(nnAudio(spec, NnAudioCqt.Method.OCTAVES), x, RATE);
    int frames = time[0].length;
    for (int k = 0; k < time.length; k++) {
      int from = frames / 4;
      int to = 3 * frames / 4;
      assertTrue(Distance.relativeL2(frequency[k], time[k], from, to) < 1e-2, "bin " + k);
      assertTrue(Distance.relativeL2(octaves[k], time[k], from, to) < 5e-2, "bin " + k);
    }
  }

  private static NnAudioCqt nnAudio(CqtSpec spec, NnAudioCqt.Method method) {
    return new NnAudioCqt(
        RATE,
        64,
        spec,
        method,
        NnAudioCqt.Normalization.LENGTH,
        true,
        Padding.REFLECT,
        Stft.Output.MAGNITUDE,
        false);
  }

  @Test
  void tapersAreOrthonormalAndConcentrated() {
    double[][] v = new double[7][];
    for (int k = 0; k < v.length; k++) {
      v[k] = new DpssTaper(4, k).coefficients(301);
      for (int j = 0; j <= k; j++) {
        double product = 0;
        for (int i = 0; i < v[k].length; i++) {
          product += v[k][i] * v[j][i];
        }
        assertEquals(j == k ? 1 : 0, product, 1e-10);
      }
    }
    // scipy.signal.windows.dpss(301, 4, 7, return_ratios=True)
    double[] ratios = {
      0.9999999997073338,
      0.999999972461895,
      0.999998794757105,
      0.9999676513733078,
      0.9994112864345241,
      0.9925138222168953,
      0.9366889889006462
    };
    for (int k = 0; k < ratios.length; k++) {
      assertEquals(ratios[k], new DpssTaper(4, k).concentration(301), 1e-9, "order " + k);
    }
    assertArrayEquals(
        scaledToPeak(Window.dpss(4).symmetric().coefficients(301)), scaledToPeak(v[0]), 1e-9);
  }

  private static double[] scaledToPeak(double[] x) {
    double peak = Arrays.stream(x).max().orElseThrow();
    return Arrays.stream(x).map(value -> value / peak).toArray();
  }

  @Test
  void polynomialsAreFoundAgain() {
    double[] places = new double[200];
    for (int i = 0; i < places.length; i++) {
      places[i] = i * 55.125;
    }
    Basis fit = PolynomialFit.matrix(places, 3);
    double[] wanted = {2e-9, -3e-5, 0.1, 7};
    for (int r = 0; r < wanted.length; r++) {
      double found = 0;
      for (int i = 0; i < places.length; i++) {
        double value = 0;
        for (double c : wanted) {
          value = value * places[i] + c;
        }
        found += fit.at(r, i) * value;
      }
      assertEquals(wanted[r], found, 1e-9 * Math.abs(wanted[r]));
    }
  }

  /** A lower rate from the start changes neither amplitudes nor frequencies. */
  @Test
  void downsamplingEarlyChangesNothing() {
    float[] x = sound(RATE);
    NnAudioCqt late =
        new NnAudioCqt(
            RATE,
            128,
            CqtSpec.nnAudio().withBins(55, 30, 12),
            NnAudioCqt.Method.OCTAVES,
            NnAudioCqt.Normalization.LENGTH,
            true,
            Padding.REFLECT,
            Stft.Output.MAGNITUDE,
            false);
    NnAudioCqt early = late.withEarly(true);
    assertEquals(4, early.earlyFactor());
    float[][] expected = Reference.extract(late, x, RATE);
    float[][] found = Reference.extract(early, x, RATE);
    int frames = expected[0].length;
    for (int k = 20; k < expected.length; k++) {
      double error = Distance.relativeL2(found[k], expected[k], frames / 4, 3 * frames / 4);
      assertTrue(error < 5e-2, "bin %d: %.1e".formatted(k, error));
    }
  }

  /** What echoes after d samples has a peak of its cepstrum there: ln|1 + a z^-d| begins with a. */
  @Test
  void anEchoIsAPeakOfTheCepstrum() {
    float[] x = new float[512];
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      x[i] = (float) random.nextGaussian();
    }
    for (int i = 511; i >= 100; i--) {
      x[i] += 0.5f * x[i - 100];
    }
    StftSpec frame =
        StftSpec.centred(512, 512, Padding.ZERO).withWindow(Window.BOXCAR).withCenter(false);
    float[][] real =
        Reference.extract(new FrameCepstrum(frame, Cepstrum.Kind.REAL, 1e-10, 0, false), x, RATE);
    assertEquals(0.25, real[100][0], 0.1);
    assertEquals(real[100][0], real[412][0], 1e-6);
    for (int n = 20; n < 256; n++) {
      assertTrue(n == 100 || Math.abs(real[n][0]) < real[100][0], "quefrency " + n);
    }
  }

  @Test
  void gammatonePolynomialsAreScipys() {
    // scipy.signal.gammatone(440, "iir", fs=16000)
    double[] b = {
      1.3149446136746419e-06,
      -5.033911966453952e-06,
      7.006494260008976e-06,
      -4.189519684198538e-06,
      9.026149104120111e-07
    };
    double[] a = {
      1,
      -7.656462354542177,
      25.758469932236604,
      -49.731921448323774,
      60.266736128918055,
      -46.93995909804863,
      22.947479880846107,
      -6.4379938129903405,
      0.7936515546253675
    };
    double[][] found = GammatoneFilters.polynomials(440, 16_000);
    assertArrayEquals(b, found[0], 1e-17);
    assertArrayEquals(a, found[1], 1e-12);
  }

  /** The energy of a tone between two bins is where the tone is, that of a click when it was. */
  @Test
  void reassignmentFindsTonesAndClicks() {
    float[] x = new float[4000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.cos(2 * Math.PI * 1003 * i / RATE);
    }
    StftSpec stft = StftSpec.centred(256, 100, Padding.ZERO);
    float[][] hz =
        Reference.extract(
            SignalAnalysis.reassigned(RATE, stft, Reassignment.Output.FREQUENCY), x, RATE);
    assertEquals(1003, hz[32][20], 0.5);
    assertEquals(1003, hz[33][20], 0.5);
    float[] click = new float[4000];
    click[1777] = 1;
    float[][] seconds =
        Reference.extract(
            SignalAnalysis.reassigned(RATE, stft, Reassignment.Output.TIME), click, RATE);
    assertEquals(1777.5 / RATE, seconds[10][18], 1e-4);
  }

  /** Noise before a tone: subtraction takes most of it away and leaves the tone. */
  @Test
  void subtractionLeavesTheTone() {
    Random random = new Random(3);
    float[] x = new float[8000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (0.05 * random.nextGaussian());
      x[i] += i < 4000 ? 0 : (float) (0.5 * Math.sin(2 * Math.PI * 500 * i / RATE));
    }
    StftSpec stft = StftSpec.centred(256, 64, Padding.ZERO);
    float[] y = Reference.extract(SignalAnalysis.withoutNoise(stft, 3, 50), x, RATE)[0];
    assertEquals(x.length, y.length);
    double noise = 0;
    double error = 0;
    for (int i = 0; i < x.length; i++) {
      if (i > 500 && i < 3500) {
        noise += y[i] * y[i] / 3000;
      } else if (i > 4500 && i < 7500) {
        error += Math.pow(y[i] - 0.5 * Math.sin(2 * Math.PI * 500 * i / RATE), 2) / 3000;
      }
    }
    assertTrue(noise < 0.05 * 0.05 / 10, "noise " + noise);
    assertTrue(error < 0.05 * 0.05 / 2, "error " + error);
  }

  @Test
  void aTooHighBinIsAnError() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> ConstantQ.librosa(22_050).withSpec(CqtSpec.librosa().withBins(110, 84, 12)));
    String message = String.valueOf(refused.getMessage());
    assertTrue(
        message.startsWith("the highest of bins must end below half the sample rate"), message);
  }
}
