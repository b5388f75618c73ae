package org.cochlea.core.stage;

import java.util.List;

/**
 * How strong the harmonics of every frequency are: {@code y[k, t] = Σ_i w_i x(h_i f_k, t) / Σ w},
 * by linear interpolation over the frequencies of the bins, 0 beyond them; librosa.salience.
 *
 * <p>Salamon et al., "A chroma-based salience function for melody and bass line estimation from
 * polyphonic music signals", 2011.
 *
 * @param frequencies f of the bins, one row, ascending
 * @param harmonics h, at least 1, above 0
 * @param weights w, as many
 * @param peaks whether only bins that are above both neighbours count
 * @param other value of the others; librosa's default is NaN
 */
public record HarmonicSalience(
    Basis frequencies, List<Double> harmonics, List<Double> weights, boolean peaks, double other)
    implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public HarmonicSalience {
    if (frequencies.rows() != 1) {
      throw new IllegalArgumentException("frequencies must have 1 row, had " + frequencies.rows());
    }
    harmonics = List.copyOf(harmonics);
    weights = List.copyOf(weights);
    Require.atLeast("harmonics", harmonics.size(), 1);
    for (double harmonic : harmonics) {
      Require.positive("harmonics", harmonic);
    }
    if (weights.size() != harmonics.size()) {
      throw new IllegalArgumentException(
          "weights must be as many as harmonics, %d, were %d"
              .formatted(harmonics.size(), weights.size()));
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    if (!(Math.abs(sum) > 0) || !Double.isFinite(sum)) {
      throw new IllegalArgumentException("weights must have a finite sum other than 0, was " + sum);
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, frequencies.columns());
    return in;
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[] hz = frequencies.row(0);
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[][] y = new double[x.length][hz.length];
    for (int t = 0; t < x.length; t++) {
      for (int k = 0; k < hz.length; k++) {
        if (peaks && !isPeak(x[t], k)) {
          y[t][k] = other;
          continue;
        }
        for (int i = 0; i < harmonics.size(); i++) {
          double value = Interpolation.linear(hz, x[t], harmonics.get(i) * hz[k], 0);
          y[t][k] += weights.get(i) / sum * value;
        }
      }
    }
    return y;
  }

  private static boolean isPeak(double[] frame, int k) {
    return k > 0 && k + 1 < frame.length && frame[k] > frame[k - 1] && frame[k] > frame[k + 1];
  }
}
