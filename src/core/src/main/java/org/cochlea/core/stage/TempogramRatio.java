package org.cochlea.core.stage;

import java.util.List;

/**
 * A tempogram at multiples of the tempo, {@code y[i, t] = x(factors[i] tempo[t])}, by linear
 * interpolation over the tempi {@code 60 frameRate / lag} of its lags, 0 beyond them;
 * librosa.feature.tempogram_ratio.
 *
 * <p>Peeters, "Rhythm classification using spectral rhythm patterns", 2005; Prockup et al.,
 * "Modeling genre with the Music Genome Project", 2015 (the factors).
 *
 * @param tempo finds every frame's tempo, {@link Tempo#whole} false
 * @param bpm the tempo of all frames if it is known, above 0; NaN to find it
 * @param factors multiples of the tempo, at least 1, above 0
 */
public record TempogramRatio(Tempo tempo, double bpm, List<Double> factors)
    implements Stage.Analysis {
  /** Multiples of four times the tempo to a quarter of it, of Prockup et al. */
  public static final List<Double> METRIC =
      List.of(
          4.0, 8.0 / 3, 3.0, 2.0, 4.0 / 3, 3.0 / 2, 1.0, 2.0 / 3, 3.0 / 4, 1.0 / 2, 1.0 / 3,
          3.0 / 8, 1.0 / 4);

  private static final double SECONDS = 60;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public TempogramRatio {
    factors = List.copyOf(factors);
    Require.atLeast("factors", factors.size(), 1);
    for (double factor : factors) {
      Require.positive("factors", factor);
    }
    if (!Double.isNaN(bpm)) {
      Require.positive("bpm", bpm);
    }
    if (tempo.whole()) {
      throw new IllegalArgumentException("tempo must be one of every frame, was one of all");
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    return Layout.real(factors.size());
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    // Ascending tempi are descending lags; lag 0 has none.
    int lags = in.bins() - 1;
    double[] tempi = new double[lags];
    for (int i = 0; i < lags; i++) {
      tempi[i] = SECONDS * tempo.frameRate() / (lags - i);
    }
    double[] values = new double[lags];
    double[][] found = Double.isNaN(bpm) ? tempo.compute(x, in) : null;
    double[][] y = new double[x.length][factors.size()];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < lags; i++) {
        values[i] = x[t][lags - i];
      }
      double beats = found == null ? bpm : found[t][0];
      for (int f = 0; f < y[t].length; f++) {
        y[t][f] = Interpolation.linear(tempi, values, factors.get(f) * beats, 0);
      }
    }
    return y;
  }
}
