package org.cochlea.cli.verify;

import java.util.function.UnaryOperator;

/** Samples in double precision, for tools that have it on both sides. */
final class Doubles {
  private Doubles() {}

  /** Returns a tool on floats by one on doubles. */
  static UnaryOperator<float[]> tool(UnaryOperator<double[]> wide) {
    return samples -> narrow(wide.apply(of(samples)));
  }

  static double[] of(float[] samples) {
    double[] wide = new double[samples.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = samples[i];
    }
    return wide;
  }

  private static float[] narrow(double[] samples) {
    float[] narrow = new float[samples.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) samples[i];
    }
    return narrow;
  }
}
