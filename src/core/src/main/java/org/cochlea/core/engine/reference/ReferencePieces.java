package org.cochlea.core.engine.reference;

import java.util.HashMap;
import java.util.Map;
import org.cochlea.core.PieceRunner;
import org.cochlea.core.Strip;
import org.cochlea.core.stage.Pipeline;

/** Stages on pieces of a clip: what has memory keeps it from one to the next. */
final class ReferencePieces implements PieceRunner {
  private final Pipeline pipeline;

  /** Means of PCEN, by channel. */
  private final Map<Integer, double[]> means = new HashMap<>();

  ReferencePieces(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public void run(Strip in, Strip out) {
    Clip[][] clips = new Clip[1][in.channels()];
    for (int c = 0; c < in.channels(); c++) {
      clips[0][c] = load(in, c);
    }
    Pieces place = new Pieces(in.first(), out.first(), means);
    clips = StageInterpreter.run(pipeline.stages(), clips, place);
    for (int c = 0; c < in.channels(); c++) {
      store(clips[0][c], out, c);
    }
  }

  private static Clip load(Strip in, int channel) {
    int parts = in.layout().complex() ? 2 : 1;
    int bins = in.layout().bins();
    if (in.layout().isSignal()) {
      double[] samples = new double[in.count()];
      System.arraycopy(in.doubles(), in.offset(channel, 0), samples, 0, samples.length);
      return Clip.signal(samples);
    }
    double[][] frames = new double[in.count()][bins * parts];
    for (int k = 0; k < bins; k++) {
      int at = in.offset(channel, k);
      for (int i = 0; i < in.count() * parts; i++) {
        frames[i / parts][k * parts + i % parts] = in.doubles()[at + i];
      }
    }
    return new Clip(in.layout(), frames);
  }

  private static void store(Clip clip, Strip out, int channel) {
    int parts = out.layout().complex() ? 2 : 1;
    boolean signal = out.layout().isSignal();
    for (int k = 0; k < out.layout().bins(); k++) {
      int at = out.offset(channel, k);
      for (int i = 0; i < out.count() * parts; i++) {
        out.doubles()[at + i] =
            signal ? clip.samples()[i] : clip.values()[i / parts][k * parts + i % parts];
      }
    }
  }

  @Override
  public void reset() {
    means.clear();
  }

  @Override
  public void close() {}
}
