package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Frame.Tail;
import org.cochlea.core.stage.Stage.PreEmphasis.Before;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which the planner puts stages together, against the reference engine. */
@Emulator.Needs
class CudaPipelinesTest {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("ffm", "auto", 0));
  private static final double BOUND = 2e-6;
  private static final int RATE = 16_000;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  private static Stage.Frame frame(int length, int hop) {
    return new Stage.Frame(length, hop, length / 2, length / 2, Padding.REFLECT, Tail.DROP);
  }

  private static Basis ramp(int columns) {
    double[] row = new double[columns];
    for (int n = 0; n < columns; n++) {
      row[n] = 0.5 + (double) (n % 7) / 8;
    }
    return Basis.row(row);
  }

  private static Basis bank(int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (int r = 0; r < rows; r++) {
      for (int k = r * columns / rows / 2;
          k < Math.min(columns, 5 + (r + 1) * columns / rows);
          k++) {
        values[r][k] = 0.1 + 0.01 * ((r + 3 * k) % 11);
      }
    }
    return Basis.of(values);
  }

  static List<Pipeline> pipelines() {
    List<Pipeline> list = new ArrayList<>();
    Stage fft = new Stage.RealFft(128);
    Stage power = new Stage.Modulus(2);
    Stage magnitude = new Stage.Modulus(1);
    // How signals are read.
    for (Padding padding : Padding.values()) {
      list.add(Pipeline.of(0, new Stage.Pad(30, 50, padding), frame(128, 40), fft));
      list.add(
          Pipeline.of(
              0,
              new Stage.Pad(30, 50, padding),
              new Stage.Frame(128, 40, 0, 0, Padding.ZERO, Tail.DROP),
              fft,
              magnitude));
      list.add(Pipeline.of(0, new Stage.Pad(3, 5, padding), new Stage.Pad(4, 6, Padding.EDGE)));
    }
    for (Before before : Before.values()) {
      Stage emphasis = new Stage.PreEmphasis(0.97, before);
      list.add(Pipeline.of(0, new Stage.Affine(3, 0), emphasis, frame(128, 40), fft, power));
      list.add(Pipeline.of(0, new Stage.Affine(3, 1), emphasis, frame(128, 40), fft, power));
      list.add(Pipeline.of(0, emphasis, new Stage.PreEmphasis(0.5, before), frame(128, 40), fft));
      list.add(Pipeline.of(0, new Stage.Pad(9, 9, Padding.ZERO), emphasis, frame(128, 40), fft));
      list.add(Pipeline.of(0, frame(128, 40), new Stage.RemoveDcOffset(), emphasis, fft, power));
      list.add(Pipeline.of(0, frame(128, 40), emphasis, new Stage.RemoveDcOffset(), fft, power));
      list.add(Pipeline.of(0, frame(200, 40), emphasis, fft, power));
      list.add(Pipeline.of(0, new Stage.PreEmphasis(0, before), frame(128, 40), fft));
      list.add(Pipeline.of(0, frame(128, 40), new Stage.PreEmphasis(0, before), fft));
    }
    list.add(
        Pipeline.of(
            0,
            new Stage.FitLength(new LengthRule.Exactly(3000)),
            new Stage.Pad(10, 20, Padding.ZERO),
            new Stage.FitLength(new LengthRule.Steps(500, 700)),
            frame(128, 40),
            fft));
    list.add(
        Pipeline.of(
            0,
            new Stage.PreEmphasis(0.9, Before.EXTRAPOLATE),
            new Stage.FitLength(new LengthRule.Exactly(1)),
            new Stage.Pad(0, 300, Padding.ZERO)));
    list.add(Pipeline.of(0, new Stage.Affine(2, 0), new Stage.Dither(0.1, 5), frame(128, 40), fft));
    list.add(Pipeline.of(0, new Stage.Dither(0.1, 5), new Stage.Dither(0.2, 6)));
    // Work on frames.
    list.add(
        Pipeline.of(
            0,
            new Stage.Affine(5, 0),
            frame(128, 40),
            new Stage.Affine(2, 0),
            new Stage.Dither(0.3, 8),
            new Stage.RemoveDcOffset(),
            new Stage.PreEmphasis(0.97, Before.FIRST),
            new Stage.Affine(0.5, 0),
            new Stage.Window(ramp(128)),
            fft,
            power));
    list.add(Pipeline.of(0, frame(200, 40), new Stage.Dither(0.3, 8), fft, power));
    list.add(Pipeline.of(0, frame(200, 40), new Stage.RemoveDcOffset(), fft, power));
    list.add(Pipeline.of(0, frame(200, 40), new Stage.Window(ramp(200)), fft, power));
    list.add(Pipeline.of(0, frame(100, 40), new Stage.Window(ramp(100)), fft, power));
    list.add(
        Pipeline.of(
            0, frame(128, 40), new Stage.Window(ramp(128)), new Stage.Window(ramp(128)), fft));
    list.add(Pipeline.of(0, frame(128, 40), new Stage.Affine(2, 3), fft, power));
    list.add(Pipeline.of(0, frame(128, 40), new Stage.Affine(0, 0), fft, power));
    list.add(Pipeline.of(0, frame(16, 5), new Stage.Affine(4, 0)));
    // What follows a transform.
    // Not reflected: the spectrum of a symmetric frame is real, its angles 0 or π by a hair.
    Stage.Frame inside = new Stage.Frame(400, 160, 0, 0, Padding.ZERO, Tail.DROP);
    list.add(Pipeline.of(0, inside, new Stage.RealFft(400), new Stage.Angle()));
    list.add(
        Pipeline.of(
            0,
            frame(400, 160),
            new Stage.RealFft(400),
            power,
            new Stage.Project(bank(70, 201)),
            new Stage.Affine(1, 1),
            new Stage.Power(0.5),
            new Stage.Power(0.7),
            new Stage.Log(2, Stage.Log.Floor.ADD, 0.5),
            new Stage.Affine(3, -1),
            new Stage.Quantize(16)));
    list.add(
        Pipeline.of(
            0,
            frame(512, 160),
            new Stage.RealFft(512),
            new Stage.Modulus(1.5),
            new Stage.Project(bank(40, 257)),
            new Stage.Log(1, Stage.Log.Floor.CLAMP, 1e-10),
            new Stage.Project(bank(13, 40)),
            new Stage.Affine(2, 1)));
    list.add(
        Pipeline.of(
            0, frame(128, 40), fft, power, new Stage.Affine(1, 1), new Stage.Project(bank(9, 65))));
    list.add(Pipeline.of(0, frame(128, 40), fft, new Stage.SliceBins(2, 60), magnitude));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            fft,
            new Stage.SliceBins(2, 60),
            new Stage.DropFrames(1, 2),
            new Stage.SliceBins(5, 20)));
    list.add(
        Pipeline.of(
            0, frame(128, 40), fft, new Stage.ComplexProject(bank(11, 65), bank(11, 65)), power));
    list.add(
        Pipeline.of(
            0,
            new Stage.Affine(2, 0),
            frame(128, 40),
            new Stage.Window(ramp(128)),
            new Stage.ComplexProject(bank(11, 128), bank(11, 128)),
            magnitude));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            new Stage.RemoveDcOffset(),
            new Stage.ComplexProject(bank(11, 128), bank(11, 128))));
    // Back to signals.
    Stage inverse = new Stage.InverseRealFft(128);
    list.add(
        Pipeline.of(0, frame(128, 40), fft, inverse, new Stage.OverlapAdd(40, ramp(128), 64, -1)));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            fft,
            inverse,
            new Stage.OverlapAdd(40, ramp(128), 64, 4000),
            new Stage.PreEmphasis(0.9, Before.ZERO),
            frame(128, 40),
            fft,
            power));
    list.add(
        Pipeline.of(
            0,
            frame(128, 3),
            fft,
            inverse,
            new Stage.Window(ramp(128)),
            new Stage.OverlapAdd(3, ramp(128), 0, -1)));
    // Clips.
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            fft,
            power,
            new Stage.FitFrames(new LengthRule.Steps(0, 16), 2),
            new Stage.Affine(1, 1),
            new Stage.Normalize(
                Scope.BIN, Stage.Normalize.Offset.MEAN, Stage.Normalize.Spread.RANGE, 1)));
    list.add(
        Pipeline.of(
            0, frame(128, 40), fft, power, new Stage.FitFrames(new LengthRule.Exactly(20), -7)));
    list.add(
        Pipeline.of(
            0, frame(128, 40), fft, power, new Stage.FitFrames(new LengthRule.Extend(1), 0)));
    list.add(
        Pipeline.of(
            0,
            new Stage.Normalize(
                Scope.BATCH, Stage.Normalize.Offset.MEAN, Stage.Normalize.Spread.PEAK, 0),
            frame(128, 40),
            fft));
    // Branches of branches, views in them, and paths that give back what they got.
    Stage.Branch inner =
        new Stage.Branch(
            List.of(
                List.of(),
                List.of(new Stage.SliceBins(0, 3)),
                List.of(new Stage.Affine(1, 1), new Stage.Log(1, Stage.Log.Floor.CLAMP, 1e-3))),
            Stage.Branch.Join.CONCATENATE);
    list.add(Pipeline.of(0, frame(128, 40), fft, power, inner));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            new Stage.Branch(
                List.of(
                    List.of(fft, power, inner),
                    List.of(new Stage.Window(ramp(128)), fft, magnitude, new Stage.Quantize(8)),
                    List.of(new Stage.RemoveDcOffset())),
                Stage.Branch.Join.CONCATENATE),
            new Stage.Affine(2, 0)));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            new Stage.Branch(
                List.of(List.of(fft), List.of(fft, new Stage.SliceBins(0, 5))),
                Stage.Branch.Join.CONCATENATE),
            power));
    list.add(
        Pipeline.of(
            0,
            frame(128, 40),
            new Stage.Branch(
                List.of(
                    List.of(new Stage.Affine(1, 2)),
                    List.of(new Stage.Affine(1, 3)),
                    List.of(new Stage.Affine(1, 4))),
                Stage.Branch.Join.MULTIPLY)));
    return list;
  }

  /** Sizes with no kernel of their own, with large prime factors, and beyond the fused kernels. */
  static List<Pipeline> sizes() {
    List<Pipeline> list = new ArrayList<>();
    for (int size :
        new int[] {1, 2, 7, 441, 1001, 1764, 1920, 2311, 4096, 8192, 8193, 9973, 16_384}) {
      Stage.Frame frame = frame(size, Math.max(1, 2 * size / 3));
      Stage fft = new Stage.RealFft(size);
      list.add(Pipeline.of(0, frame, new Stage.Window(ramp(size)), fft));
      list.add(
          Pipeline.of(
              0, frame, fft, new Stage.Modulus(2), new Stage.Project(bank(5, size / 2 + 1))));
      list.add(Pipeline.of(0, frame, fft, new Stage.InverseRealFft(size)));
      list.add(
          Pipeline.of(
              0,
              frame,
              fft,
              new Stage.InverseRealFft(size),
              new Stage.OverlapAdd(frame.hop(), ramp(size), 0, -1)));
    }
    return list;
  }

  private static Waveform clips(int... lengths) {
    List<Waveform> clips = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      clips.add(
          Waveform.ofChannels(
              new float[][] {
                Noise.floats(2 * i + 1, lengths[i]), Noise.floats(2 * i + 2, lengths[i])
              },
              RATE));
    }
    return Waveform.batch(clips);
  }

  private static void agrees(Pipeline pipeline, Waveform in, double bound) {
    float[] expected;
    try (Extractor reference = Engines.named("reference").compile(pipeline)) {
      expected = reference.extract(in).toArray();
    }
    try (Extractor extractor = ENGINE.compile(pipeline)) {
      for (int i = 0; i < 3; i++) {
        double error = EngineContract.relativeError(expected, extractor.extract(in).toArray());
        assertTrue(error < bound, () -> pipeline + ": " + error);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void stagesTogetherAgreeWithTheReference(Pipeline pipeline) {
    agrees(pipeline, clips(2001, 300, 130, 1024), BOUND);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void transformsOfAnySizeAgreeWithTheReference(Pipeline pipeline) {
    agrees(pipeline, clips(20_000, 9000), BOUND);
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void shortsGiveTheSameBits(Pipeline pipeline) {
    short[] pcm = Noise.shorts(9, 2500);
    float[] floats = new float[pcm.length];
    for (int i = 0; i < pcm.length; i++) {
      floats[i] = pcm[i] / 32768f;
    }
    try (Extractor extractor = ENGINE.compile(pipeline)) {
      assertArrayEquals(
          extractor.extract(Waveform.of(floats, RATE)).toArray(),
          extractor.extract(Waveform.of(pcm, RATE)).toArray());
    }
  }
}
