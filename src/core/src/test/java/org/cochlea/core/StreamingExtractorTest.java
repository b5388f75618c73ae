package org.cochlea.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.CombinedFrequencyPeriodicity;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.Delta;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Filtered;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.NemoLogMel;
import org.cochlea.core.feature.NnAudioCqt;
import org.cochlea.core.feature.PsfMfcc;
import org.cochlea.core.feature.Resampled;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.feature.YinPitch;
import org.cochlea.core.feature.ZeroCrossingRate;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.ChromaEnergy;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.SpectralFlux;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamingExtractorTest {
  private static final int RATE = 16_000;

  /** Ways to cut a signal, of every feature on every engine. */
  private static final int CHUNKINGS = Integer.getInteger("cochlea.streaming.chunkings", 16);

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final LogMel LOG_MEL =
      new LogMel(
          new MelSpectrogram(
              RATE,
              StftSpec.centred(256, 80, Padding.REFLECT),
              MelSpec.slaney(24, 0, RATE / 2.0),
              2),
          Compression.Logarithm.offset(1e-6));

  private static Pipeline spectrum() {
    return Stft.of(StftSpec.centred(64, 16, Padding.REFLECT)).pipeline().then(new Stage.Modulus(1));
  }

  private static Feature after(Stage... stages) {
    return new Custom(List.of(stages).toString(), spectrum().then(stages));
  }

  private static Feature before(Stage... stages) {
    List<Stage> all = new ArrayList<>(List.of(stages));
    all.addAll(spectrum().stages());
    return new Custom(List.of(stages).toString(), new Pipeline(0, spectrum().input(), all));
  }

  private static Feature frames(Stage.Frame frame) {
    Stage dither = new Stage.Dither(0.5, 4);
    return new Custom(frame.toString(), Pipeline.of(0, frame, dither, new Stage.RealFft(40)));
  }

  static Stream<Feature> features() {
    Stage.Frame.Tail drop = Stage.Frame.Tail.DROP;
    Stage.Frame.Tail cover = Stage.Frame.Tail.COVER;
    Stage.Frame.Tail round = Stage.Frame.Tail.ROUND;
    List<Feature> features = new ArrayList<>();
    for (Padding padding :
        List.of(Padding.ZERO, Padding.REFLECT, Padding.SYMMETRIC, Padding.EDGE)) {
      features.add(frames(new Stage.Frame(40, 13, 20, 20, padding, drop)));
      features.add(frames(new Stage.Frame(40, 13, 3, 9, padding, cover)));
      features.add(frames(new Stage.Frame(40, 16, 12, 12, padding, round)));
      features.add(before(new Stage.Pad(7, 33, padding)));
    }
    features.add(frames(new Stage.Frame(20, 50, 60, 0, Padding.REFLECT, drop)));
    features.add(frames(new Stage.Frame(20, 50, -30, -25, Padding.ZERO, drop)));
    features.add(frames(new Stage.Frame(30, 10, 0, 0, Padding.ZERO, cover)));
    for (Stage.Delta.Edge edge : Stage.Delta.Edge.values()) {
      if (edge != Stage.Delta.Edge.WRAP) {
        features.add(after(new Stage.Delta(9, 1, edge)));
      }
    }
    Basis fir = Basis.row(0.1, -0.2, 0.7, 0.3, 0.05);
    features.addAll(
        List.of(
            LOG_MEL,
            new Mfcc(LOG_MEL.mel(), LOG_MEL.compression(), DctSpec.ortho(13)),
            after(new Stage.DropFrames(2, 3)),
            after(new Stage.FitFrames(new LengthRule.Exactly(20), 2), new Stage.Affine(2, 1)),
            after(new Stage.FitFrames(new LengthRule.Steps(8, 16), -1)),
            after(new Stage.FitFrames(new LengthRule.WholeSteps(7), -1)),
            after(new Stage.FitFrames(new LengthRule.DropShorter(12), -1)),
            after(new Stage.FitFrames(new LengthRule.Extend(5), -1)),
            after(new Stage.SlidingNormalize(11, 4, true, true)),
            after(new Stage.SlidingNormalize(11, 4, false, true)),
            after(
                new Stage.Pcen(0.1, 0.98, 2, 0.5, 1e-6, 3),
                new Stage.Delta(3, 1, Stage.Delta.Edge.NEAREST)),
            after(new SpectralFlux(2, 2, true)),
            after(new OnsetStrength(2, 3, OnsetStrength.Aggregate.MEAN, List.of(), false, 3)),
            after(new ChromaEnergy(Basis.row(1, 2, 3, 4, 3, 1))),
            after(new ChromaEnergy(Basis.row(1, 2, 3, 2, 1))),
            before(new Stage.FitLength(new LengthRule.Shorten(5))),
            after(new Stage.FitFrames(new LengthRule.Shorten(3), 0)),
            after(new HarmonicPercussive(HarmonicPercussive.Part.HARMONIC, 7, 5, 2, 1, 1, false)),
            after(
                new Stage.Branch(
                    List.of(
                        List.of(),
                        List.of(new Stage.Delta(5, 1, Stage.Delta.Edge.NEAREST)),
                        List.of(
                            new Stage.Delta(5, 1, Stage.Delta.Edge.NEAREST),
                            new Stage.Delta(9, 2, Stage.Delta.Edge.NEAREST))),
                    Stage.Branch.Join.CONCATENATE)),
            after(
                new Stage.Branch(
                    List.of(List.of(), List.of(new Stage.Pcen(0.2, 0.9, 2, 0.5, 1e-6, 1))),
                    Stage.Branch.Join.MULTIPLY)),
            after(
                new Stage.Branch(
                    List.of(List.of(), List.of(new Stage.Delta(5, 1, Stage.Delta.Edge.NEAREST))),
                    Stage.Branch.Join.DIVIDE)),
            before(new Stage.PreEmphasis(0.97, Stage.PreEmphasis.Before.ZERO)),
            before(
                new Stage.Affine(3, 0.1),
                new Stage.PreEmphasis(0.9, Stage.PreEmphasis.Before.EXTRAPOLATE),
                new Stage.Dither(0.1, 5),
                new Stage.PreEmphasis(0.5, Stage.PreEmphasis.Before.FIRST)),
            before(new Stage.FirFilter(fir, 0)),
            before(new Stage.FirFilter(fir, 3)),
            before(new Stage.FitLength(new LengthRule.Exactly(700))),
            before(new Stage.FitLength(new LengthRule.Steps(0, 256))),
            Filtered.of(LOG_MEL, Butterworth.highpass(4, 300, RATE).sections()),
            Resampled.of(LOG_MEL, 44_100),
            Resampled.of(LOG_MEL, 8000),
            new Custom(
                "round trip",
                Stft.of(StftSpec.centred(64, 16, Padding.REFLECT))
                    .pipeline()
                    .then(
                        new Stage.InverseRealFft(64),
                        new Stage.OverlapAdd(16, Basis.row(Window.HANN.coefficients(64)), 32, -1))),
            new Custom(
                "round trip of a length",
                Stft.of(StftSpec.centred(64, 24, Padding.REFLECT))
                    .pipeline()
                    .then(
                        new Stage.InverseRealFft(64),
                        new Stage.OverlapAdd(
                            24, Basis.row(Window.HANN.coefficients(64)), 20, 900))),
            new Compressed(MelSpectrogram.librosa(RATE), Compression.Pcen.librosa(RATE, 512)),
            Delta.librosa(LOG_MEL),
            KaldiFbank.torchaudio(RATE),
            KaldiMfcc.torchaudio(RATE),
            PsfMfcc.of(RATE),
            NemoLogMel.of(NemoLogMel.Revision.ZERO_PADDED)
                .withNormalization(NemoLogMel.Normalization.NONE),
            NemoLogMel.of(NemoLogMel.Revision.REFLECTED)
                .withNormalization(NemoLogMel.Normalization.NONE)
                .withDither(1e-5, 1),
            Rms.librosa(),
            ZeroCrossingRate.librosa(),
            YinPitch.librosa(RATE, 200, 2000),
            new NnAudioCqt(
                RATE,
                128,
                CqtSpec.nnAudio().withBins(500, 36, 12),
                NnAudioCqt.Method.OCTAVES_EVEN,
                NnAudioCqt.Normalization.LENGTH,
                true,
                Padding.REFLECT,
                Stft.Output.MAGNITUDE,
                false),
            new CombinedFrequencyPeriodicity(
                RATE,
                100,
                80,
                100,
                200,
                2000,
                List.of(0.24, 0.6, 1.0),
                12,
                true,
                CombinedFrequencyPeriodicity.Output.Z),
            ConstantQ.librosa(RATE).withSpec(CqtSpec.librosa().withBins(500, 36, 12))));
    return features.stream();
  }

  private static float[][] noise(SplittableRandom random, int channels, int n) {
    float[][] x = new float[channels][n];
    for (float[] channel : x) {
      for (int i = 0; i < n; i++) {
        channel[i] = (float) (random.nextDouble() - 0.5);
      }
    }
    return x;
  }

  /** Pushes a signal in random chunks: single samples, some, many, none, all. */
  private static float[] streamed(
      StreamingExtractor stream, float[][] x, SplittableRandom random, String what) {
    int n = x[0].length;
    stream.reset();
    List<float[]> parts = new ArrayList<>();
    StreamingExtractor.Sink<RuntimeException> sink =
        (frames, from, to) -> parts.add(columns(frames, from, to));
    int most = 1 << random.nextInt(13);
    for (int at = 0; at < n; ) {
      int count = Math.min(n - at, random.nextInt(most + 1));
      stream.push(x, at, count, sink);
      at += count;
      assertEquals(at, stream.samples());
      long frames = stream.frames();
      assertTrue(frames == 0 || stream.samplesFor(frames) <= at, what + ": too early");
      assertTrue(stream.samplesFor(frames + 1) > at, what + ": too late");
    }
    stream.finish(sink);
    int length = parts.stream().mapToInt(part -> part.length).sum();
    float[] all = new float[length];
    int to = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, to, part.length);
      to += part.length;
    }
    return all;
  }

  /** Frame after frame, all values of all channels. */
  private static float[] columns(Tensor x, int from, int to) {
    int rows = x.shape().channels() * x.shape().bins();
    int parts = x.shape().complex() ? 2 : 1;
    float[] columns = new float[(to - from) * rows * parts];
    float[] values = x.toArray();
    for (int row = 0; row < rows; row++) {
      for (int t = from; t < to; t++) {
        for (int part = 0; part < parts; part++) {
          columns[((t - from) * rows + row) * parts + part] =
              values[(row * x.shape().frames() + t) * parts + part];
        }
      }
    }
    return columns;
  }

  private static void check(String engineName, Feature feature, int chunkings, int longest) {
    Engine engine = Engines.named(engineName);
    Pipeline pipeline = feature.pipeline();
    int rate = pipeline.sampleRate() == 0 ? RATE : pipeline.sampleRate();
    // Enumeration constants have another hash code in every run, their names have not.
    SplittableRandom random = new SplittableRandom(pipeline.toString().hashCode());
    int channels = 1 + random.nextInt(2);
    try (Extractor whole = engine.compile(pipeline, ExtractorOptions.defaults().withThreads(1));
        StreamingExtractor stream = new StreamingExtractor(engine, pipeline, channels)) {
      float[][] x = {};
      float[] expected = {};
      for (int i = 0; i < chunkings; i++) {
        if (i % 8 == 0) {
          // Every other signal is shorter than a frame or two.
          int n = random.nextInt(i % 16 == 0 ? longest + 1 : 300);
          x = noise(random, channels, i == 8 ? 0 : n);
          try {
            Tensor y = whole.extract(Waveform.ofChannels(x, rate));
            expected = columns(y, 0, y.frames(0));
          } catch (IllegalArgumentException e) {
            // Too short for a delta that interpolates: the stream says so in the same words.
            float[][] refused = x;
            assertEquals(
                e.getMessage(),
                assertThrows(
                        IllegalArgumentException.class,
                        () -> streamed(stream, refused, random, feature.toString()))
                    .getMessage());
            i += 7;
            continue;
          }
        }
        String what = engineName + ", " + feature + ", " + x[0].length + " samples, cut " + i;
        assertArrayEquals(expected, streamed(stream, x, random, what), what);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void logMelInAThousandChunkings(String engine) {
    check(engine, LOG_MEL, 1000, 1500);
  }

  @ParameterizedTest
  @MethodSource("features")
  void chunksGiveTheSameBitsAsOneCall(Feature feature) {
    check("cpu", feature, CHUNKINGS, 1500);
    check("reference", feature, CHUNKINGS, 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void chunksOfMinutesAndOfOneSampleGiveTheSameBits(String name) {
    float[][] x = noise(new SplittableRandom(5), 2, 3 * StreamingExtractor.PIECE + 77);
    Engine engine = Engines.named(name);
    try (Extractor whole = engine.compile(LOG_MEL.pipeline());
        StreamingExtractor stream = new StreamingExtractor(engine, LOG_MEL.pipeline(), 2)) {
      Tensor expected = whole.extract(Waveform.ofChannels(x, RATE));
      Tensor most = stream.push(x);
      Tensor rest = stream.finish();
      assertEquals(expected.shape().frames(), most.shape().frames() + rest.shape().frames());
      int t = most.shape().frames() - 1;
      assertArrayEquals(columns(expected, 0, t + 1), columns(most, 0, t + 1));
      assertArrayEquals(
          columns(expected, t + 1, expected.shape().frames()),
          columns(rest, 0, rest.shape().frames()));
    }
  }

  static Stream<Stage> wholeClips() {
    return Stream.of(
        new Stage.DynamicRange(80, Scope.ITEM),
        new Stage.Normalize(Scope.BIN, Stage.Normalize.Offset.MEAN, Stage.Normalize.Spread.PEAK, 0),
        new Stage.Delta(3, 1, Stage.Delta.Edge.WRAP));
  }

  @ParameterizedTest
  @MethodSource("wholeClips")
  void whatNeedsTheWholeClipIsRefusedByName(Stage stage) {
    Pipeline pipeline = after(stage).pipeline();
    assertEquals(Optional.of(stage), StreamingExtractor.obstacle(pipeline));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new StreamingExtractor(Engines.named("cpu"), pipeline, 1));
    assertEquals(stage + " needs the whole clip, it cannot run in a stream", refused.getMessage());
    assertEquals(Optional.empty(), StreamingExtractor.obstacle(LOG_MEL.pipeline()));
  }

  @Test
  void latencyIsWhatIsAheadOfAFramesTime() {
    Engine engine = Engines.named("cpu");
    Pipeline mel = LOG_MEL.pipeline();
    // Half a transform; a delta of 9 frames looks 4 hops of 80 ahead.
    assertEquals(128, latency(engine, mel));
    assertEquals(128 + 4 * 80, latency(engine, Delta.librosa(LOG_MEL).pipeline()));
    Pipeline whisper = new WhisperLogMel(80, WhisperLogMel.Length.AS_IS).pipeline();
    assertEquals(
        Optional.of(Stage.DynamicRange.class),
        StreamingExtractor.obstacle(whisper).map(Stage::getClass));
    // Frames of 25 ms that are not centred end 400 samples after their time.
    assertEquals(400, latency(engine, KaldiFbank.torchaudio(RATE).pipeline()));
  }

  private static long latency(Engine engine, Pipeline pipeline) {
    try (StreamingExtractor stream = new StreamingExtractor(engine, pipeline, 1)) {
      return stream.latency();
    }
  }

  @Test
  void aFinishedStreamTakesNoMore() {
    try (StreamingExtractor stream =
        new StreamingExtractor(Engines.named("cpu"), LOG_MEL.pipeline(), 1)) {
      stream.finish();
      assertThrows(IllegalStateException.class, () -> stream.push(new float[1]));
      assertThrows(IllegalStateException.class, stream::finish);
      stream.reset();
      assertEquals(0, stream.push(new float[1]).shape().frames());
      assertThrows(IllegalArgumentException.class, () -> stream.push(new float[2][1]));
    }
  }

  @Test
  void aChunkAllocatesNothing() {
    Feature feature =
        new Compressed(
            Filtered.of(
                new Custom(
                    "mel",
                    LOG_MEL.mel().pipeline().then(new Stage.Delta(9, 1, Stage.Delta.Edge.NEAREST))),
                Butterworth.highpass(4, 300, RATE).sections()),
            Compression.Pcen.librosa(RATE, 80));
    float[][] x = noise(new SplittableRandom(1), 1, 4000);
    long[] frames = {0};
    StreamingExtractor.Sink<RuntimeException> sink = (_, from, to) -> frames[0] += to - from;
    try (StreamingExtractor stream =
        new StreamingExtractor(Engines.named("cpu"), feature.pipeline(), 1)) {
      long id = Thread.currentThread().threadId();
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 200 && least > 0; round++) {
        long before = THREADS.getThreadAllocatedBytes(id);
        long counting = THREADS.getThreadAllocatedBytes(id) - before;
        before = THREADS.getThreadAllocatedBytes(id);
        for (int at = 0; at + 250 <= x[0].length; at += 250) {
          stream.push(x, at, 250, sink);
        }
        least = Math.min(least, THREADS.getThreadAllocatedBytes(id) - before - counting);
      }
      assertEquals(0, least, "bytes in 16 chunks");
      assertTrue(frames[0] > 0);
    }
  }
}
