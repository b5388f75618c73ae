package org.cochlea.core.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Autocorrelation;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempogram;
import org.cochlea.core.stage.Yin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuEngineTest extends EngineParity {
  private static final int RATE = 22_050;

  @Override
  protected Engine engine() {
    return Engines.named("cpu");
  }

  @Override
  protected List<ExtractorOptions> ways() {
    return List.of(
        ExtractorOptions.defaults().withThreads(1), ExtractorOptions.defaults().withThreads(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void threadsDoNotChangeABit(int threads) {
    Waveform in = clips();
    for (Feature feature : features()) {
      try (Extractor one =
              engine().compile(feature.pipeline(), ExtractorOptions.defaults().withThreads(1));
          Extractor many =
              engine()
                  .compile(feature.pipeline(), ExtractorOptions.defaults().withThreads(threads))) {
        Tensor expected = one.extract(in);
        for (int i = 0; i < 5; i++) {
          assertArrayEquals(expected.toArray(), many.extract(in).toArray());
        }
        assertEquals(expected.frames(1), many.extract(in).frames(1));
      }
    }
  }

  /** Results too many for the caches, and those of every clip alone, which are not. */
  @ParameterizedTest
  @CsvSource({"2048, 512", "1024, 256", "512, 100", "400, 160", "480, 161", "90, 45"})
  void manySpectraAreThoseOfEveryClip(int size, int hop) {
    Pipeline pipeline = Stft.of(StftSpec.centred(size, hop, Padding.REFLECT)).pipeline();
    List<Waveform> clips = new ArrayList<>();
    int frames = 0;
    for (int i = 0; frames * (long) (size + 2) < 1.3e6; i++) {
      int n = new int[] {431, 432, 1, 16, 301, 15}[i % 6];
      clips.add(Waveform.of(noise(i, n * hop - 1), RATE));
      frames += n;
    }
    for (ExtractorOptions options : ways()) {
      try (Extractor extractor = engine().compile(pipeline, options)) {
        Tensor all = extractor.extract(Waveform.batch(clips));
        for (int i = 0; i < clips.size(); i++) {
          assertArrayEquals(extractor.extract(clips.get(i)).toArray(0), all.toArray(i));
        }
      }
    }
  }

  /**
   * Octaves at rates of their own: some tiles of stretches, one that is not full, clips of a few
   * samples; frames that are cut to those of the shortest octave.
   */
  @ParameterizedTest
  @ValueSource(ints = {512, 384, 96})
  void constantQAgreesWithTheReferenceOnAnyNumberOfThreads(int hop) {
    ConstantQ.Method recursive = ConstantQ.Method.RECURSIVE;
    for (Stft.Output output : List.of(Stft.Output.COMPLEX, Stft.Output.MAGNITUDE)) {
      CqtSpec spec = CqtSpec.librosa().withBins(110, 60, 12);
      Pipeline pipeline =
          new ConstantQ(RATE, hop, spec, recursive, true, Padding.ZERO, output).pipeline();
      List<Waveform> clips = new ArrayList<>();
      for (int n : new int[] {50_001, 1, 4097, 20_000}) {
        clips.add(Waveform.of(noise(n, n), RATE));
      }
      Waveform in = Waveform.batch(clips);
      agrees(pipeline, in);
    }
  }

  /** Frames of up to 32 whole hops share the sums of squares, others do not. */
  @ParameterizedTest
  @CsvSource({"2048, 512", "1000, 250", "96, 32", "32, 1", "33, 1", "64, 64", "100, 33"})
  void energyOfFramesAgreesWithTheReference(int length, int hop) {
    List<Waveform> clips = new ArrayList<>();
    for (int n : new int[] {30_001, 1, 4097, 10_000}) {
      clips.add(Waveform.of(noise(n, n), RATE));
    }
    Waveform in = Waveform.batch(clips);
    for (boolean center : new boolean[] {true, false}) {
      agrees(new Rms(length, hop, center, Padding.ZERO).pipeline(), in);
    }
  }

  static List<Stage> framesAnalysed() {
    List<Stage> stages = new ArrayList<>();
    for (double order : new double[] {1, 2, 3, Double.POSITIVE_INFINITY, Double.NaN}) {
      stages.add(new FrameNorm(order, Double.NEGATIVE_INFINITY));
    }
    stages.add(new FrameNorm(1, 0.1));
    stages.add(new Autocorrelation(0, Layout.Domain.FRAMES));
    stages.add(new Autocorrelation(7, Layout.Domain.FRAMES));
    return stages;
  }

  /** Frames of a length that a transform likes and one that it does not, and of one value. */
  @ParameterizedTest
  @MethodSource("framesAnalysed")
  void framesAreAnalysedAsByTheReference(Stage stage) {
    for (int length : new int[] {64, 397, 1, 9000}) {
      Stage.Frame frame =
          new Stage.Frame(length, 192, length / 2, length / 2, Padding.ZERO, Stage.Frame.Tail.DROP);
      agrees(Pipeline.of(0, frame, stage), clips());
    }
  }

  static List<Tempogram> tempograms() {
    List<Tempogram> list = new ArrayList<>();
    for (int window : new int[] {384, 33, 1}) {
      Basis hann = Basis.row(Window.HANN.symmetric().coefficients(window));
      for (double order : new double[] {Double.POSITIVE_INFINITY, 1, 0.5, Double.NaN}) {
        list.add(new Tempogram(hann, true, order));
        list.add(new Tempogram(hann, false, order));
      }
    }
    return list;
  }

  /** Clips shorter and longer than a window, of one frame, and none. */
  @ParameterizedTest
  @MethodSource("tempograms")
  void tempogramsAgreeWithTheReference(Tempogram stage) {
    List<Stage> envelope =
        List.of(
            new Stage.Frame(64, 16, 32, 32, Padding.ZERO, Stage.Frame.Tail.DROP),
            new Stage.Reduce(Stage.Reduce.Reduction.SUM_OF_SQUARES),
            stage);
    List<Waveform> clips = new ArrayList<>();
    for (int n : new int[] {9001, 0, 16, 3000}) {
      clips.add(Waveform.of(noise(n, n), RATE));
    }
    agrees(new Pipeline(RATE, Layout.signal(), envelope), Waveform.batch(clips));
  }

  /** A tone that glides, in noise; silence; a step. Periods are chosen, so all or none agree. */
  @ParameterizedTest
  @ValueSource(ints = {2048, 1001})
  void pitchAgreesWithTheReference(int length) {
    float[] x = noise(4, 3 * RATE);
    for (int n = 0; n < x.length; n++) {
      double seconds = (double) n / RATE;
      double tone = Math.sin(2 * Math.PI * (100 + 60 * seconds) * seconds);
      x[n] = n < RATE / 2 ? 0 : (float) (0.05 * x[n] + 0.5 * tone + (n > 2 * RATE ? 0.3 : 0));
    }
    Stage.Frame frame =
        new Stage.Frame(length, 512, length / 2, length / 2, Padding.ZERO, Stage.Frame.Tail.DROP);
    for (double threshold : new double[] {0.1, 0.3}) {
      Yin yin = new Yin(RATE, 65, 2000, threshold);
      agrees(Pipeline.of(RATE, frame, yin), Waveform.of(x, RATE));
    }
  }

  private void agrees(Pipeline pipeline, Waveform in) {
    float[] expected = reference(pipeline, in);
    float[] first = null;
    for (ExtractorOptions way : ways()) {
      try (Extractor extractor = engine().compile(pipeline, way)) {
        extractor.extract(in);
        float[] actual = extractor.extract(in).toArray();
        double error = relativeError(expected, actual);
        assertTrue(error < BOUND, pipeline + ": " + error);
        first = first == null ? actual : first;
        assertArrayEquals(first, actual);
      }
    }
  }

  static List<SpectralShape.Measure> measures() {
    return List.of(
        new SpectralShape.Centroid(),
        new SpectralShape.Rolloff(0.6),
        new SpectralShape.Contrast(1, 2, 0.2, false),
        new SpectralShape.Contrast(1, 2, 0.9, true));
  }

  /** Of rows that are no spectrum of the engine's, and of a frame that is not a number. */
  @ParameterizedTest
  @MethodSource("measures")
  void shapesOfAnythingAgreeWithTheReference(SpectralShape.Measure measure) {
    double[] hz = {0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5};
    Pipeline pipeline =
        Pipeline.of(
            0,
            new Stage.Frame(10, 10, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP),
            new Stage.Affine(0.5, 0.5),
            new SpectralShape(Basis.row(hz), measure));
    float[] samples = noise(5, 400);
    float[] broken = samples.clone();
    boolean perFrame = new SpectralShape(Basis.row(hz), measure).isPerFrame();
    broken[perFrame ? 77 : 0] = perFrame ? Float.NaN : 0;
    for (float[] x : List.of(samples, broken)) {
      Waveform in = Waveform.of(x, 1000);
      try (Extractor extractor = engine().compile(pipeline)) {
        float[] found = extractor.extract(in).toArray();
        assertArrayEquals(reference(pipeline, in), found, 1e-5f);
      }
    }
  }

  static List<Stage> clipStages() {
    List<Stage> stages = new ArrayList<>();
    for (double gain : new double[] {0, 0.5, 0.98, 1, 1.7}) {
      stages.add(new Stage.Pcen(0.03, gain, 2, 0.5, 1e-6, 1));
    }
    stages.add(new Stage.Pcen(1, 0.98, 2, 0.25, 1e-6, 2));
    stages.add(new Stage.Pcen(0.1, 0.98, 0, 0.5, 1e-3, 5));
    stages.add(new Stage.Pcen(0.1, 0.8, 10, 0, 1e-6, 1));
    for (Scope scope : List.of(Scope.BIN, Scope.FRAME, Scope.ITEM)) {
      stages.add(new Stage.DynamicRange(3, scope));
      for (Stage.Normalize.Offset offset : Stage.Normalize.Offset.values()) {
        Stage.Normalize.Spread spread = Stage.Normalize.Spread.STANDARD_DEVIATION;
        stages.add(new Stage.Normalize(scope, offset, spread, 1e-3));
      }
      for (Stage.Normalize.Spread spread : Stage.Normalize.Spread.values()) {
        stages.add(new Stage.Normalize(scope, Stage.Normalize.Offset.MIN, spread, 1e-3));
      }
    }
    return stages;
  }

  @ParameterizedTest
  @MethodSource("clipStages")
  void stagesOnClipsAgreeWithTheReference(Stage stage) {
    Stage.Frame frame = new Stage.Frame(64, 32, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
    Pipeline pipeline = Pipeline.of(0, frame, new Stage.RealFft(64), new Stage.Modulus(2), stage);
    Waveform in = clips();
    float[] expected = reference(pipeline, in);
    try (Extractor extractor = engine().compile(pipeline, ExtractorOptions.defaults())) {
      double error = relativeError(expected, extractor.extract(in).toArray());
      assertTrue(error < BOUND, stage + ": " + error);
    }
  }
}
