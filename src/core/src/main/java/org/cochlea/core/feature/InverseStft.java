package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Inverse short-time Fourier transform: the least-squares signal of a spectrogram (Griffin and Lim,
 * 1984), {@code y[n] = Σ_t w[n - t hop] x_t[n - t hop] / Σ_t w[n - t hop]²}.
 *
 * <p>{@code [batch, channels, fftSize / 2 + 1, frames]}, complex, {@code → [batch, channels, 1,
 * samples]}. Undoes {@link Stft} with the same {@code spec}; as librosa.istft and torch.istft.
 * Needs no state of the forward transform, and works for even and odd sizes.
 *
 * @param spec framing and window of the forward transform
 * @param samples to return: cut or extended with zeros; or -1 for what the frames give, {@code
 *     hopLength (frames - 1)} when centred (even sizes)
 */
public record InverseStft(StftSpec spec, long samples) implements Feature {

  /** Below this a sum of squared windows counts as zero. */
  private static final double LEAST_OVERLAP = 1e-10;

  /**
   * Checks the range above and that the signal can be got back.
   *
   * @throws IllegalArgumentException if the range is not kept or the shifted windows leave a gap
   *     (nonzero overlap-add, NOLA, does not hold)
   */
  public InverseStft {
    Check.atLeast("samples", samples, -1);
    double[] w = spec.weights().row(0);
    for (int phase = 0; phase < spec.hopLength(); phase++) {
      double sum = 0;
      for (int n = phase; n < w.length; n += spec.hopLength()) {
        sum += w[n] * w[n];
      }
      if (sum <= LEAST_OVERLAP) {
        throw new IllegalArgumentException(
            "an inverse needs windows that leave no gap (NOLA): hopLength %d with a %s window of %d"
                    .formatted(spec.hopLength(), spec.window(), spec.windowLength())
                + " leaves one at sample "
                + phase);
      }
    }
  }

  /** Returns the inverse that gives as many samples as the frames cover. */
  public static InverseStft of(StftSpec spec) {
    return new InverseStft(spec, -1);
  }

  @Override
  public Pipeline pipeline() {
    int trim = (spec.center() ? spec.fftSize() / 2 : 0) + spec.pad();
    return new Pipeline(
        0,
        Layout.complex(spec.bins()),
        List.of(
            new Stage.InverseRealFft(spec.fftSize()),
            new Stage.OverlapAdd(spec.hopLength(), spec.weights(), trim, samples)));
  }
}
