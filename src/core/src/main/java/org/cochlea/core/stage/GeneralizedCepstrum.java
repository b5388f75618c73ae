package org.cochlea.core.stage;

import java.util.List;

/**
 * Spectra and cepstra by turns, each transformed from the other, made positive and raised to a
 * power: {@code s_0 = x^γ_0}, {@code s_i = f_i(Re DFT(s_{i-1}) / √size)}, where {@code f_i(v) =
 * max(0, v)^γ_i} (for {@code γ_i = 0}, {@code ln(max(0, v) + 1e-8)}) and the first and last {@code
 * cut} values of all {@code size} are 0. Odd {@code i} are cepstra, even ones spectra.
 *
 * <p>Su, "Vocal melody extraction using patch-based CNN", 2018; Peeters, "Music pitch
 * representation by periodicity measures based on combined temporal and spectral representations",
 * 2006.
 *
 * @param size of the transform that gave the magnitudes, at least 2
 * @param powers γ, at least 1, each at least 0, the first above
 * @param quefrencyCut values cut at both ends of a cepstrum, at least 1
 * @param frequencyCut values cut at both ends of a spectrum but the first, at least 1
 * @param cepstrum whether the last cepstrum is returned (there must be one), not the last spectrum
 * @param bins returned of it, in [1, size]
 */
public record GeneralizedCepstrum(
    int size, List<Double> powers, int quefrencyCut, int frequencyCut, boolean cepstrum, int bins)
    implements Stage.Analysis {
  private static final double EPSILON = 1e-8;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public GeneralizedCepstrum {
    Require.atLeast("size", size, 2);
    powers = List.copyOf(powers);
    Require.atLeast("powers", powers.size(), cepstrum ? 2 : 1);
    for (double power : powers) {
      Require.notNegative("powers", power);
    }
    Require.positive("the first of powers", powers.getFirst());
    Require.atLeast("quefrencyCut", quefrencyCut, 1);
    Require.atLeast("frequencyCut", frequencyCut, 1);
    Require.atLeast("bins", bins, 1);
    if (bins > size) {
      throw new IllegalArgumentException(
          "bins must be at most size = %d, was %d".formatted(size, bins));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, size / 2 + 1);
    return Layout.real(bins);
  }

  @Override
  public boolean isPerFrame() {
    return true;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    Fourier fourier = new Fourier(size);
    double[][] y = new double[x.length][bins];
    for (int t = 0; t < x.length; t++) {
      double[] last = new double[size];
      for (int k = 0; k < size; k++) {
        last[k] = Math.pow(x[t][Math.min(k, size - k)], powers.getFirst());
      }
      double[] wanted = last;
      for (int i = 1; i < powers.size(); i++) {
        last = next(fourier, last, i);
        wanted = cepstrum == (i % 2 == 1) ? last : wanted;
      }
      System.arraycopy(wanted, 0, y[t], 0, bins);
    }
    return y;
  }

  private double[] next(Fourier fourier, double[] last, int i) {
    double[] transformed = fourier.forward(last);
    int cut = i % 2 == 1 ? quefrencyCut : frequencyCut;
    double power = powers.get(i);
    double[] next = new double[size];
    for (int k = cut; k < size - cut; k++) {
      double v = Math.max(0, transformed[2 * Math.min(k, size - k)] / Math.sqrt(size));
      next[k] = power == 0 ? Math.log(v + EPSILON) : Math.pow(v, power);
    }
    return next;
  }
}
