package org.cochlea.core.engine;

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
import java.util.SplittableRandom;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.FrequencyScale;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WithDeltas;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine must do; a subclass supplies the engine. */
public abstract class EngineContract {
  private static final int RATE = 16_000;

  /** float32 arithmetic on audio in [-1, 1]: a few units in the last place, times √log2(n). */
  private static final double FLOAT32 = 1e-6;

  /** Returns the engine; it is not closed. */
  protected abstract Engine engine();

  protected static float[] noise(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (2 * random.nextDouble() - 1);
    }
    return x;
  }

  protected final Tensor extract(Feature feature, Waveform in) {
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      return extractor.extract(in);
    }
  }

  protected final Tensor extract(Feature feature, float... samples) {
    return extract(feature, Waveform.of(samples, RATE));
  }

  public static double relativeError(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, "number of values");
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) actual[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }

  protected static List<StftSpec> specs() {
    List<StftSpec> specs = new ArrayList<>();
    for (int size :
        new int[] {1, 2, 3, 16, 60, 101, 240, 400, 405, 480, 509, 512, 1000, 1024, 2048}) {
      specs.add(StftSpec.centred(size, Math.max(1, size / 4), Padding.REFLECT));
    }
    specs.add(StftSpec.centred(400, 160, Padding.ZERO).withWindow(Window.HAMMING));
    specs.add(StftSpec.centred(512, 160, Padding.EDGE).withWindowLength(400));
    specs.add(StftSpec.centred(512, 700, Padding.WRAP));
    specs.add(StftSpec.centred(256, 1, Padding.SYMMETRIC));
    specs.add(StftSpec.centred(512, 127, Padding.ZERO).withCenter(false));
    specs.add(StftSpec.centred(320, 80, Padding.REFLECT).withPad(37));
    specs.add(StftSpec.centred(320, 80, Padding.REFLECT).withScaling(StftSpec.Scaling.WINDOW));
    return specs;
  }

  protected static List<Feature> features() {
    StftSpec small = StftSpec.centred(256, 64, Padding.REFLECT);
    MelSpectrogram mel = MelSpectrogram.librosa(RATE);
    return List.of(
        Stft.of(small),
        Stft.of(small).withOutput(Stft.Output.MAGNITUDE),
        new Stft(RATE, small, new FrequencyScale.Linear(50, 6000, 40), Stft.Output.MAGNITUDE),
        new Stft(RATE, small, new FrequencyScale.Logarithmic(50, 6000, 40), Stft.Output.COMPLEX),
        new Spectrogram(0, small, 1.5),
        mel,
        MelSpectrogram.torchaudio(RATE),
        Gammatonegram.nnAudio(RATE),
        LogMel.librosa(RATE),
        new LogMel(mel, Compression.Decibels.ofPower().withReference(0)),
        new LogMel(mel, Compression.Logarithm.offset(1e-6)),
        new LogMel(mel, Compression.Pcen.librosa(RATE, 512)),
        Mfcc.librosa(RATE),
        Lfcc.torchaudio(RATE),
        new Compressed(Gammatonegram.nnAudio(RATE), Compression.Logarithm.clamped(1e-10)),
        Normalized.cmvn(Mfcc.librosa(RATE)),
        new WithDeltas(Mfcc.librosa(RATE), 9, 2, Stage.Delta.Edge.NEAREST),
        Rms.librosa(),
        ZeroCrossingRate.librosa());
  }

  @ParameterizedTest
  @MethodSource("specs")
  void stftIsLinear(StftSpec spec) {
    float[] a = noise(1, 3000);
    float[] b = noise(2, 3000);
    float[] sum = new float[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = 0.25f * a[i] - 0.5f * b[i];
    }
    float[] ofA = extract(Stft.of(spec), a).toArray();
    float[] ofB = extract(Stft.of(spec), b).toArray();
    float[] expected = new float[ofA.length];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = 0.25f * ofA[i] - 0.5f * ofB[i];
    }
    assertTrue(relativeError(expected, extract(Stft.of(spec), sum).toArray()) < FLOAT32);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 64, 75, 97, 400, 512, 1000, 2048})
  void energyOfTheSpectrumIsThatOfTheFrame(int size) {
    StftSpec spec =
        StftSpec.centred(size, size, Padding.ZERO).withCenter(false).withWindow(Window.BOXCAR);
    float[] x = noise(3, 4 * size);
    Tensor power = extract(new Spectrogram(0, spec, 2), x);
    for (int t = 0; t < 4; t++) {
      double frame = 0;
      for (int n = 0; n < size; n++) {
        frame += Math.pow(x[t * size + n], 2);
      }
      double spectrum = 0;
      for (int k = 0; k < spec.bins(); k++) {
        boolean single = k == 0 || (size % 2 == 0 && k == size / 2);
        spectrum += (single ? 1 : 2) * power.at(0, 0, k, t);
      }
      assertEquals(frame, spectrum / size, frame * FLOAT32);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 75, 97, 400, 512, 1000, 2048})
  void inverseOfTheTransformIsTheSignal(int size) {
    for (Window window : List.of(Window.HANN, Window.HAMMING, Window.BLACKMAN)) {
      StftSpec spec = StftSpec.centred(size, size / 4, Padding.REFLECT).withWindow(window);
      float[] x = noise(4, 5000);
      Tensor spectrum = extract(Stft.of(spec), x);
      try (Extractor inverse = engine().compile(new InverseStft(spec, x.length).pipeline())) {
        Tensor y = inverse.extract(spectrum);
        assertEquals(new Shape(1, 1, 1, x.length, false), y.shape());
        // Samples after the last frame's centre are covered by its falling half alone.
        int covered = (spectrum.frames(0) - 1) * spec.hopLength();
        float[] expected = Arrays.copyOf(x, covered);
        assertTrue(
            relativeError(expected, Arrays.copyOf(y.toArray(), covered)) < FLOAT32,
            spec.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void magnitudeIsAtMostTheSumOfTheWindow(StftSpec spec) {
    double bound = 0;
    for (double w : spec.window().coefficients(spec.windowLength())) {
      bound += Math.abs(w);
    }
    Tensor magnitude =
        extract(
            Stft.of(spec.withScaling(StftSpec.Scaling.NONE)).withOutput(Stft.Output.MAGNITUDE),
            noise(5, 3000));
    for (float m : magnitude.toArray()) {
      assertTrue(m <= bound * (1 + FLOAT32));
    }
  }

  @Test
  void aShiftByOneHopShiftsTheFrames() {
    StftSpec spec = StftSpec.centred(512, 160, Padding.ZERO).withCenter(false);
    float[] x = noise(6, 4000);
    float[] late = new float[x.length - spec.hopLength()];
    System.arraycopy(x, spec.hopLength(), late, 0, late.length);
    Feature feature = new Spectrogram(0, spec, 2);
    Tensor all = extract(feature, x);
    Tensor shifted = extract(feature, late);
    for (int k = 0; k < spec.bins(); k++) {
      for (int t = 0; t < shifted.frames(0); t++) {
        assertEquals(all.at(0, 0, k, t + 1), shifted.at(0, 0, k, t), "bin " + k + ", frame " + t);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void aBatchIsItsClipsOneByOne(Feature feature) {
    int[] lengths = {9000, 700, 9001, 5003, 8192};
    List<Waveform> clips = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      clips.add(Waveform.of(noise(10 + i, lengths[i]), RATE));
    }
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      Tensor batch = extractor.extract(Waveform.batch(clips));
      for (int i = 0; i < lengths.length; i++) {
        Tensor alone = extractor.extract(clips.get(i));
        assertEquals(alone.frames(0), batch.frames(i));
        assertArrayEquals(alone.toArray(0), batch.toArray(i), "clip " + i);
        for (int t = batch.frames(i); t < batch.shape().frames(); t++) {
          assertEquals(0, batch.at(i, 0, 0, t), "padding");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void channelsAreIndependentOrShareTheirMaximum(Feature feature) {
    float[] a = noise(20, 6000);
    float[] b = noise(21, 6000);
    Tensor both = extract(feature, Waveform.ofChannels(new float[][] {a, b, a}, RATE));
    assertEquals(3, both.shape().channels());
    int per = both.toArray().length / 3;
    float[] first = Arrays.copyOfRange(both.toArray(), 0, per);
    float[] third = Arrays.copyOfRange(both.toArray(), 2 * per, 3 * per);
    assertArrayEquals(first, third);
  }

  @ParameterizedTest
  @MethodSource("features")
  void samplesMayBeShortsAndMayLieOffTheHeap(Feature feature) {
    short[] pcm = new short[5000];
    float[] floats = new float[pcm.length];
    SplittableRandom random = new SplittableRandom(30);
    for (int i = 0; i < pcm.length; i++) {
      pcm[i] = (short) random.nextInt(-32768, 32768);
      floats[i] = pcm[i] / 32768f;
    }
    float[] expected = extract(feature, floats).toArray();
    assertArrayEquals(expected, extract(feature, Waveform.of(pcm, RATE)).toArray());
    try (Arena arena = Arena.ofConfined();
        Extractor extractor = engine().compile(feature.pipeline())) {
      MemorySegment shorts = arena.allocateFrom(ValueLayout.JAVA_SHORT, pcm);
      Waveform in =
          Waveform.wrap(shorts, SampleType.INT16, 1, 1, pcm.length, new int[] {pcm.length}, RATE);
      Tensor out = Tensor.allocate(extractor.outputShape(in), arena);
      extractor.extract(in, out);
      assertArrayEquals(expected, out.toArray());
      MemorySegment samples = arena.allocateFrom(ValueLayout.JAVA_FLOAT, floats);
      in =
          Waveform.wrap(
              samples, SampleType.FLOAT32, 1, 1, pcm.length, new int[] {pcm.length}, RATE);
      assertArrayEquals(expected, extractor.extract(in).toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void silenceAndTinyAndLoudSamplesGiveNumbers(Feature feature) {
    for (float level : new float[] {0, Float.MIN_VALUE, 1e-30f, 1e9f}) {
      float[] x = noise(40, 6000);
      for (int i = 0; i < x.length; i++) {
        x[i] *= level;
      }
      for (float v : extract(feature, x).toArray()) {
        assertTrue(Float.isFinite(v), () -> feature + " at level " + level);
      }
    }
  }

  @Test
  void notANumberStaysInItsFramesAndItsClip() {
    float[] bad = noise(50, 8000);
    bad[4000] = Float.NaN;
    float[] good = noise(51, 8000);
    StftSpec spec = StftSpec.centred(512, 128, Padding.REFLECT);
    Feature feature =
        new LogMel(
            MelSpectrogram.torchaudio(RATE).withStft(spec), Compression.Logarithm.clamped(1e-10));
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      Waveform clean = Waveform.of(good, RATE);
      Tensor batch = extractor.extract(Waveform.batch(List.of(Waveform.of(bad, RATE), clean)));
      assertArrayEquals(extractor.extract(clean).toArray(0), batch.toArray(1));
      for (int t = 0; t < batch.frames(0); t++) {
        int start = t * 128 - 256;
        boolean touched = start <= 4000 && 4000 < start + 512;
        if (start == 4000) {
          continue; // Under the Hann window's zero: an engine may multiply by it or skip it.
        }
        assertEquals(touched, Float.isNaN(batch.at(0, 0, 20, t)), "frame " + t);
      }
    }
  }

  /** Around the length of a frame, of transforms that are a product of 2, 3 and 5, odd, prime. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 37, 101, 400, 405, 512, 1009})
  void awkwardLengthsGiveTheFramesTheFormulaSays(int size) {
    int hop = Math.max(1, size * 2 / 5);
    for (Padding padding : Padding.values()) {
      // Of an odd size both margins together are one sample short of it.
      checkFrames(StftSpec.centred(size, hop, padding), size / 2);
    }
    checkFrames(StftSpec.centred(size, hop, Padding.ZERO).withCenter(false), 0);
  }

  private void checkFrames(StftSpec spec, int margin) {
    int size = spec.fftSize();
    try (Extractor extractor = engine().compile(new Spectrogram(0, spec, 2).pipeline())) {
      for (int n : awkwardLengths(size)) {
        Tensor power = extractor.extract(Waveform.of(noise(60, n), RATE));
        int beyond = n + 2 * margin - size;
        assertEquals(
            beyond < 0 ? 0 : 1 + beyond / spec.hopLength(),
            power.frames(0),
            () -> n + " samples, " + spec);
        for (float v : power.toArray()) {
          assertTrue(Float.isFinite(v));
        }
      }
    }
  }

  /** None, one, around a frame, two frames and one sample, primes. */
  static int[] awkwardLengths(int size) {
    return new int[] {0, 1, 2, size - 1, size, size + 1, 2 * size + 1, 797, 1013};
  }

  @Test
  void misuseIsRefusedWithBothValues() {
    try (Extractor extractor = engine().compile(LogMel.librosa(RATE).pipeline())) {
      Waveform wrongRate = Waveform.of(noise(70, 1000), 44_100);
      var rate = assertThrows(IllegalArgumentException.class, () -> extractor.extract(wrongRate));
      assertMentions(rate, "44100", "16000");
      Waveform in = Waveform.of(noise(70, 1000), RATE);
      Tensor small = Tensor.allocate(new Shape(1, 1, 128, 1, false));
      var shape = assertThrows(IllegalArgumentException.class, () -> extractor.extract(in, small));
      assertMentions(shape, "[1, 1, 128, 1]");
      assertThrows(IllegalArgumentException.class, () -> extractor.extract(small));
    }
  }

  private static void assertMentions(Exception e, String... parts) {
    for (String part : parts) {
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }
  }

  @Test
  void aRoomierTensorIsFilledWithZeros() {
    Feature feature = LogMel.librosa(RATE);
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      Waveform in = Waveform.of(noise(80, 4000), RATE);
      Tensor tight = extractor.extract(in);
      Tensor room = Tensor.allocate(new Shape(1, 1, 128, tight.shape().frames() + 5, false));
      MemorySegment.copy(
          MemorySegment.ofArray(noise(81, room.toArray().length)),
          0,
          room.segment(),
          0,
          room.segment().byteSize());
      extractor.extract(in, room);
      assertEquals(tight.frames(0), room.frames(0));
      assertArrayEquals(tight.toArray(0), room.toArray(0));
      assertEquals(0, room.at(0, 0, 3, room.shape().frames() - 1));
    }
  }
}
