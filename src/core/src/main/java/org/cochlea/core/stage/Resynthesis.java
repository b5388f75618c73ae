package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * A signal whose short-time Fourier transform was changed: transformed, changed, transformed back
 * and overlap-added, {@code y[n] = Σ_t w x̂_t / Σ_t w²}; as long as it was. librosa.effects.hpss,
 * harmonic and percussive with {@link HarmonicPercussive}.
 *
 * @param size of the transform, at least 1
 * @param hop samples from one frame to the next, at least 1
 * @param window one row of {@code size} values
 * @param center whether frames are centred; else what the last full frame does not reach is 0
 * @param margin samples before and after the signal that frames go over besides, at least 0
 * @param padding what frames see beyond the ends
 * @param change what is done to the spectrum: complex frames of {@code size / 2 + 1} as before
 */
public record Resynthesis(
    int size,
    int hop,
    Basis window,
    boolean center,
    int margin,
    Padding padding,
    Stage.Analysis change)
    implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Resynthesis {
    Require.atLeast("size", size, 1);
    Require.atLeast("hop", hop, 1);
    Require.atLeast("margin", margin, 0);
    if (window.rows() != 1 || window.columns() != size) {
      throw new IllegalArgumentException(
          "window must be 1 row of %d values, was %s".formatted(size, window));
    }
    Layout spectrum = Layout.complex(size / 2 + 1);
    if (!change.apply(spectrum).equals(spectrum) || change.frames(size) != size) {
      throw new IllegalArgumentException(
          "change must give %s for as many, was %s".formatted(spectrum, change));
    }
  }

  @Override
  public Layout apply(Layout in) {
    return Require.signal(this, in);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[] signal = x[0];
    int pad = margin + (center ? size / 2 : 0);
    long padded = signal.length + 2L * pad;
    int frames = signal.length == 0 || padded < size ? 0 : (int) (1 + (padded - size) / hop);
    double[] weights = window.row(0);
    Fourier fourier = new Fourier(size);
    double[][] spectrum = new double[frames][];
    double[] frame = new double[size];
    for (int t = 0; t < frames; t++) {
      for (int n = 0; n < size; n++) {
        int at = padding.index((long) t * hop - pad + n, signal.length);
        frame[n] = at < 0 ? 0 : weights[n] * signal[at];
      }
      spectrum[t] = fourier.forward(frame);
    }
    double[] y = new double[signal.length];
    double[] squares = new double[signal.length];
    double[][] changed =
        frames == 0 ? spectrum : change.compute(spectrum, Layout.complex(size / 2 + 1));
    for (int t = 0; t < frames; t++) {
      double[] samples = fourier.inverse(real(changed[t]));
      for (int n = 0; n < size; n++) {
        int at = t * hop - pad + n;
        if (at >= 0 && at < y.length) {
          y[at] += weights[n] * samples[n];
          squares[at] += weights[n] * weights[n];
        }
      }
    }
    for (int n = 0; n < y.length; n++) {
      y[n] /= squares[n] > Float.MIN_NORMAL ? squares[n] : 1;
    }
    return new double[][] {y};
  }

  /** The bins that are real of a real signal, without what a change may have made of them. */
  private double[] real(double[] bins) {
    double[] copy = Arrays.copyOf(bins, bins.length);
    copy[1] = 0;
    if (size % 2 == 0) {
      copy[size + 1] = 0;
    }
    return copy;
  }
}
