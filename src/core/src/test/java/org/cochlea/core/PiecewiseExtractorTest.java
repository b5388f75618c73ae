package org.cochlea.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PiecewiseExtractorTest {
  private static final int RATE = 16_000;

  static List<Feature> features() {
    return List.of(
        Stft.of(StftSpec.centred(512, 160, Padding.REFLECT)),
        Stft.of(StftSpec.centred(400, 160, Padding.ZERO).withCenter(false)),
        Stft.of(StftSpec.centred(256, 1000, Padding.EDGE)),
        new LogMel(MelSpectrogram.torchaudio(RATE), Compression.Logarithm.offset(1e-6)),
        LogMel.librosa(RATE),
        Mfcc.librosa(RATE),
        KaldiFbank.torchaudio(RATE),
        Rms.librosa());
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
    for (int n : new int[] {0, 1, 5000, 1 << 20, (1 << 20) + 1, 2_345_678}) {
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
          new PiecewiseExtractor(engine, pipeline, ExtractorOptions.defaults())) {
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
    }
  }

  /** One bin of the last channel; all bins are treated alike. */
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
