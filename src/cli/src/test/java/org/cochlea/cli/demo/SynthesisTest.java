package org.cochlea.cli.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cochlea.cli.demo.Voice.Melody;
import org.cochlea.cli.demo.Voice.Speaker;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SynthesisTest {
  private static final int RATE = 48_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.7, 1, 1.5, 2.5})
  void glottalFlowReturnsToWhereItBegan(double rd) {
    GlottalSource source = new GlottalSource(rd);
    double sum = 0;
    double lowest = 0;
    for (int i = 0; i < 10_000; i++) {
      sum += source.at(i / 10_000.0) / 10_000;
      lowest = Math.min(lowest, source.at(i / 10_000.0));
    }
    assertEquals(0, sum, 1e-3);
    assertEquals(-1, lowest, 1e-2, "the sharpest point is the closure");
    assertEquals(source.at(0), source.at(0.99999), 1e-3, "periods join");
  }

  @ParameterizedTest
  @EnumSource(Speaker.class)
  void vowelsHaveTheirFormants(Speaker speaker) {
    // In a whisper the formants are not sampled by harmonics.
    for (Vowel vowel : List.of(Vowel.HEED, Vowel.HOD)) {
      float[] sound =
          new Voice(speaker, Melody.STATEMENT, 1)
              .speak(List.of(new Phone.Voiced(vowel, 4)), RATE, 5);
      double[] power = spectrum(sound, 1024);
      for (int k = 0; k < 2; k++) {
        int hz = vowel.formant(speaker, k);
        double at = power[bin(hz)];
        // Between the formants of HEED, or outside those of HOD.
        int away =
            k == 0 ? (vowel.equals(Vowel.HOD) ? -350 : 600) : vowel.equals(Vowel.HOD) ? 600 : -900;
        double beside = power[bin(hz + away)];
        assertTrue(at > 2.5 * beside, "%s of %s at %d Hz".formatted(vowel, speaker, hz));
      }
    }
  }

  @Test
  void aVoiceHasItsPitch() {
    float[] sound =
        new Voice(Speaker.MAN, Melody.QUESTION, 0)
            .speak(List.of(new Phone.Voiced(Vowel.HOD, 1)), RATE, 1);
    // At 0.25 of the utterance the melody is on the speaker's own pitch.
    assertEquals(118, pitch(Arrays.copyOfRange(sound, 11_000, 14_000)), 3);
    // At 0.973 the question is 7.8 semitones above: 9 of 0.323 / 0.35, less the swing.
    assertEquals(118 * Math.pow(2, 7.8 / 12), pitch(Arrays.copyOfRange(sound, 45_500, 47_900)), 4);
  }

  @Test
  void noisesHaveTheirSlopes() {
    assertEquals(0, slope(Noises.white(8 * RATE, 1)), 0.3);
    assertEquals(-3, slope(Noises.pink(8 * RATE, 1)), 0.5);
    assertEquals(-6, slope(Noises.brown(8 * RATE, 1)), 0.5);
  }

  @Test
  void instrumentsAreInTune() {
    Band band = new Band(RATE, 1, 3);
    band.tone(0, 0.9, 57, 0.6, 0.8, 0);
    assertEquals(220, pitch(Arrays.copyOfRange(band.track()[0], 20_000, 30_000)), 1);
    for (int note : new int[] {36, 50, 62, 70}) {
      Band strings = new Band(RATE, 1, note);
      strings.pluck(0, 1, note, 0.8, -1);
      double hz = 440 * Math.pow(2, (note - 69) / 12.0);
      assertEquals(hz, pitch(Arrays.copyOfRange(strings.track()[0], 20_000, 34_000)), 0.01 * hz);
      assertTrue(peak(strings.track()[1]) < 1e-6, "panned to the left");
    }
  }

  @Test
  void sweepPassesTheMiddleOfItsRangeHalfWay() {
    float[] sweep = Noises.sweep(RATE, RATE, 100, 10_000);
    assertEquals(1000, pitch(Arrays.copyOfRange(sweep, 23_500, 24_500)), 30);
  }

  @Test
  void theCorpusIsAsDescribed() {
    List<Corpus.Clip> clips = Corpus.clips();
    assertEquals(24, clips.size());
    assertEquals(24, clips.stream().map(Corpus.Clip::name).distinct().count());
    for (String label : List.of("speech", "music", "noise")) {
      assertEquals(8, clips.stream().filter(c -> c.label().equals(label)).count());
    }
    assertEquals(
        List.of(8_000, 16_000, 22_050, 44_100, 48_000),
        clips.stream().map(Corpus.Clip::sampleRate).sorted().distinct().toList());
    assertTrue(clips.stream().anyMatch(c -> c.channels() == 2));
    // Each kind of synthesis once; all of them together take several seconds.
    for (String name : List.of("telephone-man", "bass", "drums", "white", "wind")) {
      Corpus.Clip clip =
          clips.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
      float[][] samples = clip.samples();
      assertEquals(clip.channels(), samples.length);
      double seconds = (double) samples[0].length / clip.sampleRate();
      assertTrue(seconds >= 1 && seconds <= 10, name);
      double peak = Arrays.stream(samples).mapToDouble(SynthesisTest::peak).max().orElse(0);
      assertEquals(Math.pow(10, -1 / 20.0), peak, 1e-6);
      assertArrayEquals(samples, clip.samples(), "the same every time");
    }
  }

  /** The average power per bin, of windows of a size. */
  private static double[] spectrum(float[] sound, int fftSize) {
    Spectrogram feature =
        new Spectrogram(RATE, StftSpec.centred(fftSize, fftSize, Padding.REFLECT), 2);
    try (Engine engine = Engines.named("reference");
        Extractor extractor = engine.compile(feature.pipeline())) {
      Tensor powers = extractor.extract(Waveform.of(sound, RATE));
      double[] mean = new double[fftSize / 2 + 1];
      for (int k = 0; k < mean.length; k++) {
        for (int t = 1; t + 1 < powers.shape().frames(); t++) {
          mean[k] += powers.at(0, 0, k, t);
        }
      }
      return mean;
    }
  }

  private static int bin(double hz) {
    return (int) Math.round(hz * 1024 / RATE);
  }

  /** The slope of a spectrum from 200 Hz to 6.4 kHz in dB per octave. */
  private static double slope(float[] sound) {
    double[] power = spectrum(sound, 4096);
    double low = octave(power, 200 * 4096.0 / RATE);
    double high = octave(power, 6400 * 4096.0 / RATE);
    return 10 * Math.log10(high / low) / 5;
  }

  /** The mean power around a bin. */
  private static double octave(double[] power, double bin) {
    int from = (int) (bin / Math.sqrt(2));
    int to = (int) (bin * Math.sqrt(2));
    double sum = 0;
    for (int k = from; k <= to; k++) {
      // Weighted so that the octave's middle is what is measured, on any slope.
      sum += Math.log(power[k]) / k;
    }
    double weights = 0;
    for (int k = from; k <= to; k++) {
      weights += 1.0 / k;
    }
    return Math.exp(sum / weights);
  }

  /** The pitch by the first high peak of the autocorrelation, between 40 Hz and 2 kHz. */
  private static double pitch(float[] sound) {
    double[] correlations = new double[RATE / 40 + 2];
    double highest = 0;
    for (int lag = RATE / 2000; lag < Math.min(correlations.length, sound.length / 2); lag++) {
      double sum = 0;
      double energy = 0;
      for (int i = 0; i + lag < sound.length; i++) {
        sum += sound[i] * sound[i + lag];
        energy += sound[i] * sound[i] + sound[i + lag] * sound[i + lag];
      }
      correlations[lag] = 2 * sum / energy;
      highest = Math.max(highest, correlations[lag]);
    }
    // Multiples of the period correlate as well: the first one counts.
    for (int lag = RATE / 2000 + 1; lag + 1 < correlations.length; lag++) {
      if (correlations[lag] > 0.95 * highest
          && correlations[lag] >= correlations[lag - 1]
          && correlations[lag] >= correlations[lag + 1]) {
        return (double) RATE / lag;
      }
    }
    return Double.NaN;
  }

  private static double peak(float[] sound) {
    double peak = 0;
    for (float x : sound) {
      peak = Math.max(peak, Math.abs(x));
    }
    return peak;
  }
}
