package org.cochlea.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Shape;
import org.cochlea.core.StreamingExtractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every engine but the reference must do: agree with it; a subclass supplies the engine. */
public abstract class EngineParity extends EngineContract {
  private static final int RATE = 16_000;

  /** The bound that every engine keeps; see docs/architecture.md, Precision. */
  static final double BOUND = 1e-5;

  /** Returns the ways to run that must agree. */
  protected List<ExtractorOptions> ways() {
    return List.of(ExtractorOptions.defaults());
  }

  protected static float[] reference(Pipeline pipeline, Waveform in) {
    try (Extractor extractor = Engines.named("reference").compile(pipeline)) {
      return extractor.extract(in).toArray();
    }
  }

  protected static Waveform clips() {
    return Waveform.batch(
        List.of(
            Waveform.of(noise(1, 7001), RATE),
            Waveform.of(noise(2, 640), RATE),
            Waveform.of(noise(3, 12_345), RATE)));
  }

  @ParameterizedTest
  @MethodSource("features")
  void agreesWithTheReference(Feature feature) {
    Waveform in = clips();
    try (Extractor extractor = engine().compile(feature.pipeline())) {
      double error =
          relativeError(reference(feature.pipeline(), in), extractor.extract(in).toArray());
      assertTrue(error < BOUND, feature + ": " + error);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void transformsAgreeWithTheReference(StftSpec spec) {
    Waveform in = clips();
    for (Feature feature : List.of(Stft.of(spec), new Spectrogram(0, spec, 2))) {
      try (Extractor extractor = engine().compile(feature.pipeline())) {
        double error =
            relativeError(reference(feature.pipeline(), in), extractor.extract(in).toArray());
        assertTrue(error < 1e-6, feature + ": " + error);
      }
    }
  }

  /** Power and log mel, where a clip ends within the padding, a frame or a tile. */
  @ParameterizedTest
  @ValueSource(ints = {37, 101, 400, 405, 512, 1009})
  void awkwardLengthsAgreeWithTheReference(int size) {
    StftSpec spec = StftSpec.centred(size, Math.max(1, size * 2 / 5), Padding.REFLECT);
    MelSpectrogram mel = new MelSpectrogram(RATE, spec, MelSpec.slaney(20, 0, RATE / 2.0), 2);
    for (Feature feature : List.of(mel, new Spectrogram(0, spec.withCenter(false), 2))) {
      try (Extractor extractor = engine().compile(feature.pipeline())) {
        for (int n : awkwardLengths(size)) {
          Waveform in = Waveform.of(noise(90, n), RATE);
          float[] expected = reference(feature.pipeline(), in);
          double error = relativeError(expected, extractor.extract(in).toArray());
          assertTrue(error < 1e-6, n + " samples: " + error);
        }
      }
    }
  }

  protected static List<Pipeline> pipelines() {
    List<Pipeline> list = new ArrayList<>();
    Stage.Frame frame = new Stage.Frame(64, 32, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
    for (Scope scope : Scope.values()) {
      for (Spread spread : Spread.values()) {
        list.add(Pipeline.of(0, frame, new Stage.Normalize(scope, Offset.MEAN, spread, 1e-3)));
      }
      for (Offset offset : Offset.values()) {
        list.add(Pipeline.of(0, frame, new Stage.Normalize(scope, offset, Spread.PEAK, 1)));
      }
      list.add(Pipeline.of(0, frame, new Stage.DynamicRange(0.7, scope)));
    }
    for (Stage.PreEmphasis.Before before : Stage.PreEmphasis.Before.values()) {
      Stage emphasis = new Stage.PreEmphasis(0.97, before);
      list.add(Pipeline.of(0, emphasis));
      list.add(Pipeline.of(0, emphasis, frame));
      list.add(Pipeline.of(0, frame, emphasis));
    }
    for (Stage.Delta.Edge edge : Stage.Delta.Edge.values()) {
      list.add(Pipeline.of(0, frame, new Stage.Delta(9, 1, edge)));
      list.add(Pipeline.of(0, frame, new Stage.Delta(5, 2, edge)));
    }
    for (Stage.Reduce.Reduction reduction : Stage.Reduce.Reduction.values()) {
      list.add(Pipeline.of(0, frame, new Stage.Reduce(reduction)));
    }
    for (Stage.Frame.Tail tail : Stage.Frame.Tail.values()) {
      for (Padding padding : Padding.values()) {
        list.add(Pipeline.of(0, new Stage.Frame(400, 160, 120, 60, padding, tail)));
      }
    }
    list.add(Pipeline.of(0, new Stage.Affine(32_768, 0.5)));
    list.add(Pipeline.of(0, new Stage.Dither(0.1, 7), frame));
    list.add(Pipeline.of(0, frame, new Stage.Dither(0.1, 7)));
    list.add(
        Pipeline.of(0, new Stage.Pad(100, 33, Padding.REFLECT), new Stage.Affine(2, 0), frame));
    list.add(Pipeline.of(0, new Stage.FitLength(new LengthRule.Exactly(2000)), frame));
    list.add(Pipeline.of(0, new Stage.FitLength(new LengthRule.Steps(500, 300))));
    list.add(
        Pipeline.of(
            0, new Stage.Normalize(Scope.ITEM, Offset.MEAN, Spread.REGULARIZED_DEVIATION, 1e-5)));
    list.add(Pipeline.of(0, new Stage.Normalize(Scope.ITEM, Offset.NONE, Spread.PEAK, 0), frame));
    list.add(Pipeline.of(0, frame, new Stage.RemoveDcOffset(), new Stage.RealFft(64)));
    list.add(Pipeline.of(0, frame, new Stage.RealFft(100), new Stage.SliceBins(3, 9)));
    list.add(Pipeline.of(0, frame, new Stage.RealFft(50), new Stage.Modulus(0.7)));
    list.add(Pipeline.of(0, frame, new Stage.RealFft(64), new Stage.InverseRealFft(64)));
    list.add(Pipeline.of(0, frame, new Stage.DropFrames(2, 1)));
    list.add(Pipeline.of(0, frame, new Stage.FitFrames(new LengthRule.Steps(16, 16), -3)));
    list.add(Pipeline.of(0, frame, new Stage.SlidingNormalize(60, 20, true, true)));
    list.add(Pipeline.of(0, frame, new Stage.SlidingNormalize(60, 20, false, false)));
    list.add(
        Pipeline.of(
            0,
            frame,
            new Stage.RealFft(64),
            new Stage.Modulus(2),
            new Stage.Pcen(0.03, 0.98, 2, 0.5, 1e-6, 3)));
    Stage.Branch energy =
        new Stage.Branch(
            List.of(
                List.of(new Stage.Reduce(Stage.Reduce.Reduction.SUM_OF_SQUARES)),
                List.of(new Stage.RealFft(64), new Stage.Modulus(2)),
                List.of(new Stage.Affine(3, 0))),
            Stage.Branch.Join.CONCATENATE);
    list.add(Pipeline.of(0, frame, energy));
    list.add(Pipeline.of(0, frame, energy, new Stage.DynamicRange(1, Scope.ITEM)));
    for (Stage.Branch.Join join : List.of(Stage.Branch.Join.MULTIPLY, Stage.Branch.Join.DIVIDE)) {
      List<Stage> positive =
          List.of(new Stage.RealFft(64), new Stage.Modulus(2), new Stage.Affine(1, 1));
      list.add(Pipeline.of(0, frame, new Stage.Branch(List.of(positive, positive), join)));
      List<Stage> whole =
          List.of(
              new Stage.RealFft(64),
              new Stage.Modulus(2),
              new Stage.Affine(1, 1),
              new Stage.DynamicRange(4, Scope.CHANNEL));
      list.add(Pipeline.of(0, frame, new Stage.Branch(List.of(positive, whole), join)));
    }
    list.add(
        Pipeline.of(
            0,
            new Stage.Branch(
                List.of(
                    List.of(frame, new Stage.RemoveDcOffset()),
                    List.of(new Stage.Affine(2, 0), frame, new Stage.Quantize(10))),
                Stage.Branch.Join.CONCATENATE)));
    double[] window = new double[64];
    for (int n = 0; n < window.length; n++) {
      window[n] = 1 + n % 5;
    }
    list.add(Pipeline.of(0, frame, new Stage.OverlapAdd(32, Basis.row(window), 0, -1)));
    list.add(Pipeline.of(0, frame, new Stage.OverlapAdd(48, Basis.row(window), 7, 5000)));
    return list;
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void everyStageAgreesWithTheReference(Pipeline pipeline) {
    Waveform in = clips();
    float[] expected = reference(pipeline, in);
    for (ExtractorOptions way : ways()) {
      try (Extractor extractor = engine().compile(pipeline, way)) {
        // Twice: the second call finds what the first left behind.
        extractor.extract(in);
        double error = relativeError(expected, extractor.extract(in).toArray());
        assertTrue(error < BOUND, pipeline + ": " + error);
      }
    }
  }

  /** Ways to cut a signal, of every feature. */
  private static final int CHUNKINGS = Integer.getInteger("cochlea.streaming.chunkings", 2);

  /** To the last bit only on engines that promise it. */
  @Test
  void streamsAreWhatOneCallGives() {
    SplittableRandom random = new SplittableRandom(11);
    int streamed = 0;
    for (Feature feature : features()) {
      Pipeline pipeline = feature.pipeline();
      StreamingExtractor stream;
      try {
        stream = new StreamingExtractor(engine(), pipeline, 1);
      } catch (IllegalArgumentException e) {
        // Needs the whole clip, or is not streamed by this engine; the message says which.
        String why = String.valueOf(e.getMessage());
        assertTrue(why.contains("stream"), why);
        continue;
      }
      try (stream;
          Extractor whole = engine().compile(pipeline)) {
        for (int i = 0; i < CHUNKINGS; i++) {
          float[] x = noise(40 + i, 500 + random.nextInt(4000));
          Tensor expected = whole.extract(Waveform.of(x, RATE));
          float[] actual = streamed(stream, x, random, expected.shape());
          double error = relativeError(expected.toArray(), actual);
          assertTrue(error < BOUND, feature + ", " + x.length + " samples: " + error);
        }
        streamed++;
      }
    }
    assertTrue(streamed > 3, streamed + " features");
  }

  private static float[] streamed(
      StreamingExtractor stream, float[] x, SplittableRandom random, Shape shape) {
    int parts = shape.complex() ? 2 : 1;
    float[] all = new float[shape.bins() * shape.frames() * parts];
    int[] done = {0};
    StreamingExtractor.Sink<RuntimeException> sink =
        (frames, from, to) -> {
          float[] values = frames.toArray();
          int width = frames.shape().frames();
          for (int k = 0; k < shape.bins(); k++) {
            System.arraycopy(
                values,
                (k * width + from) * parts,
                all,
                (k * shape.frames() + done[0]) * parts,
                (to - from) * parts);
          }
          done[0] += to - from;
        };
    stream.reset();
    float[][] channels = {x};
    for (int at = 0; at < x.length; ) {
      int count = Math.min(x.length - at, 1 + random.nextInt(900));
      stream.push(channels, at, count, sink);
      at += count;
    }
    stream.finish(sink);
    assertEquals(shape.frames(), done[0]);
    return all;
  }
}
