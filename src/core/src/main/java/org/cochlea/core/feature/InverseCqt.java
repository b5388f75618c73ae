package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.InverseConstantQ;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The signal of a complex constant-Q or variable-Q transform: {@code [batch, channels, bins,
 * frames] → [batch, channels, 1, samples]}, by least squares; {@link InverseConstantQ} has the
 * formulas.
 *
 * <p>librosa.icqt adds up octaves of one-sided reconstructions instead, which is coarser. Only what
 * lies between the lowest and the highest bin comes back, and the hop must be short enough: at most
 * about half the shortest kernel.
 *
 * @param of the transform to undo: complex, octave by octave, its kernels of norm 1
 * @param samples to return, or -1 for {@code hopLength (frames - 1)}
 * @param iterations at most, at least 1
 */
public record InverseCqt(ConstantQ of, long samples, int iterations) implements Feature {
  private static final double TOLERANCE = 1e-7;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public InverseCqt {
    Check.atLeast("samples", samples, -1);
    Check.atLeast("iterations", iterations, 1);
    if (of.output() != Stft.Output.COMPLEX) {
      throw new IllegalArgumentException(
          "no inverse: of must have output COMPLEX, has " + of.output());
    }
    if (of.spec().norm() != 1) {
      throw new IllegalArgumentException(
          "no inverse: kernels of norm 1 only, was " + of.spec().norm());
    }
  }

  /** Returns the inverse with at most 60 iterations. */
  public static InverseCqt of(ConstantQ transform) {
    return new InverseCqt(transform, -1, 60);
  }

  /** Returns this for signals of a length. */
  public InverseCqt withSamples(long count) {
    return new InverseCqt(of, count, iterations);
  }

  @Override
  public Pipeline pipeline() {
    ConstantQKernels.Kernels kernels = of.kernels();
    double[] gains = of.gains();
    Stage inverse =
        new InverseConstantQ(
            reversed(kernels.real(gains)),
            reversed(kernels.conjugate(gains)),
            of.hopLength(),
            samples,
            iterations,
            TOLERANCE);
    return new Pipeline(0, Layout.complex(of.spec().bins()), List.of(inverse));
  }

  /** A product of spectra is a convolution: it sees kernels backwards. */
  private static Basis reversed(Basis basis) {
    double[][] rows = new double[basis.rows()][basis.columns()];
    for (int r = 0; r < rows.length; r++) {
      for (int i = 0; i < basis.columns(); i++) {
        rows[r][(basis.columns() - i) % basis.columns()] = basis.at(r, i);
      }
    }
    return Basis.of(rows);
  }
}
