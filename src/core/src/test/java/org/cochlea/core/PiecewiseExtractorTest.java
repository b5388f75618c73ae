package org.cochlea.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Spread;
import org.cochlea.core.testing.Distance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PiecewiseExtractorTest {
  private static final int RATE = 16_000;

  @TempDir Path scratch;

  static List<Feature> features() {
    return List.of(
        Stft.of(StftSpec.centred(512, 160, Padding.REFLECT)),
        Stft.of(StftSpec.centred(400, 160, Padding.ZERO).withCenter(false)),
        Stft.of(StftSpec.centred(256, 1000, Padding.EDGE)),
        new LogMel(MelSpectrogram.torchaudio(RATE), Compression.Logarithm.offset(1e-6)),
        LogMel.librosa(RATE),
        Mfcc.librosa(RATE),
        // What follows needs all frames: a step per line.
        after(LogMel.librosa(RATE), NORMALIZE_BINS),
        after(NORMALIZE_BINS, new Stage.DynamicRange(2, Scope.CHANNEL), NORMALIZE_BINS),
        after(new Stage.DynamicRange(30, Scope.BIN), new Stage.Quantize(8)),
        after(new Stage.DynamicRange(30, Scope.BATCH), new Stage.DropFrames(2, 1)),
        after(new Stage.DropFrames(1, 3), new Stage.FitFrames(new LengthRule.Steps(16, 16), -1)),
        after(new Stage.SlidingNormalize(300, 100, true, true), new Stage.Affine(2, 1)),
        after(new Stage.Delta(9, 1, Stage.Delta.Edge.NEAREST), NORMALIZE_BINS),
        after(
            new Stage.Normalize(
                Scope.ITEM,
                Stage.Normalize.Offset.MEAN,
                Stage.Normalize.Spread.STANDARD_DEVIATION,
                1e-5)),
        after(DELTAS, new Stage.DynamicRange(5, Scope.ITEM)),
        after(
            new Stage.Branch(
                List.of(
                    List.of(),
                    List.of(new Stage.Delta(9, 1, Stage.Delta.Edge.NEAREST), NORMALIZE_BINS),
                    List.of(new Stage.Delta(9, 2, Stage.Delta.Edge.MIRROR))),
                Stage.Branch.Join.CONCATENATE)),
        new Compressed(MelSpectrogram.librosa(RATE), Compression.Pcen.librosa(RATE, 512)),
        KaldiFbank.torchaudio(RATE),
        Rms.librosa());
  }

  private static final Stage NORMALIZE_BINS =
      new Stage.Normalize(
          Scope.BIN,
          Stage.Normalize.Offset.MEAN,
          Stage.Normalize.Spread.SAMPLE_STANDARD_DEVIATION,
          1e-5);

  private static final Stage DELTAS =
      new Stage.Branch(
          List.of(List.of(), List.of(new Stage.Delta(5, 1, Stage.Delta.Edge.NEAREST))),
          Stage.Branch.Join.CONCATENATE);

  private static Feature after(Stage... stages) {
    return after(
        new LogMel(MelSpectrogram.torchaudio(RATE), Compression.Logarithm.offset(1e-6)), stages);
  }

  private static Feature after(Feature feature, Stage... stages) {
    Pipeline first = feature.pipeline();
    List<Stage> all = new ArrayList<>(first.stages());
    all.addAll(List.of(stages));
    return new Custom(
        feature + " then " + List.of(stages), new Pipeline(first.sampleRate(), first.input(), all));
  }

  private static float[][] noise(int channels, int n) {
    SplittableRandom random = new SplittableRandom(n);
    float[][] x = new float[channels][n];
    for (float[] channel : x) {
      for (int i = 0; i < n; i++) {
        channel[i] = (float) (random.nextDouble() - 0.5);
      }
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("features")
  void piecesGiveTheSameBitsAsOneCall(Feature feature) throws IOException {
    // A piece has 2^20 samples: none, less than one, one exactly, one and a bit, two and more.
    int[] lengths =
        feature instanceof Custom
            ? new int[] {0, 5000, 1_100_000}
            : new int[] {0, 1, 5000, 1 << 20, (1 << 20) + 1, 2_345_678};
    for (int n : lengths) {
      Engine engine = Engines.named("cpu");
      Pipeline pipeline = feature.pipeline();
      float[][] x = noise(n < 10_000 ? 2 : 1, n);
      Tensor expected;
      try (Extractor extractor = engine.compile(pipeline)) {
        expected = extractor.extract(Waveform.ofChannels(x, RATE));
      }
      List<float[]> pieces = new ArrayList<>();
      int[] at = {0};
      try (PiecewiseExtractor extractor =
          new PiecewiseExtractor(engine, pipeline, ExtractorOptions.defaults(), scratch)) {
        long samples =
            extractor.extract(
                x.length,
                RATE,
                (channels, from, count) -> {
                  int read = Math.min(count, n - at[0]);
                  for (int c = 0; c < channels.length; c++) {
                    System.arraycopy(x[c], at[0], channels[c], from, read);
                  }
                  at[0] += read;
                  return read;
                },
                (frames, from, to) -> pieces.add(row(frames, from, to)));
        assertEquals(n, samples);
      }
      int length = pieces.stream().mapToInt(p -> p.length).sum();
      float[] actual = new float[length];
      int to = 0;
      for (float[] piece : pieces) {
        System.arraycopy(piece, 0, actual, to, piece.length);
        to += piece.length;
      }
      assertArrayEquals(row(expected, 0, expected.frames(0)), actual, feature + ", " + n);
      try (Stream<Path> left = Files.list(scratch)) {
        assertEquals(0, left.count());
      }
    }
  }

  static Stream<Arguments> normalizations() {
    return Stream.of(
        Arguments.of(
            "cpu", Scope.ITEM, Stage.Normalize.Offset.MEAN, Spread.SAMPLE_STANDARD_DEVIATION),
        Arguments.of("cpu", Scope.CHANNEL, Stage.Normalize.Offset.MEAN, Spread.STANDARD_DEVIATION),
        Arguments.of(
            "cpu", Scope.CHANNEL, Stage.Normalize.Offset.MEAN, Spread.REGULARIZED_DEVIATION),
        Arguments.of("cpu", Scope.BATCH, Stage.Normalize.Offset.MIN, Spread.RANGE),
        Arguments.of("cpu", Scope.ITEM, Stage.Normalize.Offset.MAX, Spread.PEAK),
        Arguments.of("reference", Scope.CHANNEL, Stage.Normalize.Offset.MIN, Spread.PEAK));
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void allBinsTogetherAreNormalizedInPieces(
      String engineName, Scope scope, Stage.Normalize.Offset offset, Spread spread)
      throws IOException {
    // Channels that differ.
    float[][] x = noise(2, 1_060_000);
    for (int i = 0; i < x[1].length; i++) {
      x[1][i] *= 0.01f;
    }
    Pipeline pipeline =
        after(
                new Stage.Normalize(scope, offset, spread, 1e-5),
                new Stage.Affine(2, 1),
                new Stage.Delta(9, 1, Stage.Delta.Edge.NEAREST))
            .pipeline();
    Engine engine = Engines.named(engineName);
    Tensor expected;
    try (Extractor extractor = engine.compile(pipeline)) {
      expected = extractor.extract(Waveform.ofChannels(x, RATE));
    }
    int[] at = {0};
    try (FrameFile kept = new FrameFile(scratch);
        PiecewiseExtractor extractor =
            new PiecewiseExtractor(engine, pipeline, ExtractorOptions.defaults(), scratch)) {
      extractor.extract(
          2,
          RATE,
          (channels, from, count) -> {
            int read = Math.min(count, x[0].length - at[0]);
            for (int c = 0; c < 2; c++) {
              System.arraycopy(x[c], at[0], channels[c], from, read);
            }
            at[0] += read;
            return read;
          },
          kept);
      Shape shape = expected.shape();
      assertEquals(
          List.of(shape.channels(), shape.bins(), shape.frames()),
          List.of(kept.channels(), kept.bins(), kept.frames()));
      float[] all = expected.toArray(0);
      float[] row = new float[kept.frames()];
      for (int k = 0; k < kept.channels() * kept.bins(); k++) {
        kept.readRow(k, row);
        float[] wanted = Arrays.copyOfRange(all, k * row.length, (k + 1) * row.length);
        if (engineName.equals("cpu")) {
          assertArrayEquals(wanted, row, "row " + k);
        } else {
          // It keeps double between its stages, where pieces are stored as float.
          double distance = Distance.relativeL2(row, wanted);
          assertTrue(distance < 1e-5, () -> "relative L2 " + distance);
        }
      }
    }
  }

  /** The middle bin of the last channel. */
  private static float[] row(Tensor frames, int from, int to) {
    float[] row = new float[to - from];
    int channel = frames.shape().channels() - 1;
    for (int t = from; t < to; t++) {
      row[t - from] = frames.at(0, channel, frames.shape().bins() / 2, t);
    }
    return row;
  }

  @Test
  void pipelinesThatChangeTheSignalAsAWholeAreRefused() {
    Stage frame = new Stage.Frame(64, 32, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
    Stage normalize =
        new Stage.Normalize(
            Scope.ITEM, Stage.Normalize.Offset.MEAN, Stage.Normalize.Spread.PEAK, 0);
    assertTrue(PiecewiseExtractor.supports(Pipeline.of(0, frame, normalize)));
    assertFalse(PiecewiseExtractor.supports(Pipeline.of(0, normalize, frame)));
    assertFalse(PiecewiseExtractor.supports(Pipeline.of(0, new Stage.Affine(2, 0))));
  }
}
