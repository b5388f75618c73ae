package org.cochlea.core.feature;

import org.cochlea.core.basis.Dct;
import org.cochlea.core.stage.Basis;

/**
 * The cosine transform that ends a cepstrum.
 *
 * @param coefficients kept, at least 1
 * @param type of the transform
 * @param norm of the transform
 * @param lifter at least 0; 0 for none
 * @param firstLifter index of coefficient 0 in the lifter: 1 in librosa, 0 in HTK and Kaldi
 */
public record DctSpec(
    int coefficients, Dct.Type type, Dct.Norm norm, double lifter, int firstLifter) {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public DctSpec {
    Check.atLeast("coefficients", coefficients, 1);
    Check.notNegative("lifter", lifter);
    Check.range("firstLifter", firstLifter, 0, 1);
  }

  /** Returns the orthonormal type II without lifter: the default of librosa and torchaudio. */
  public static DctSpec ortho(int coefficients) {
    return new DctSpec(coefficients, Dct.Type.II, Dct.Norm.ORTHO, 0, 1);
  }

  /** Returns this with librosa's lifter. */
  public DctSpec withLifter(double value) {
    return new DctSpec(coefficients, type, norm, value, firstLifter);
  }

  /** Returns the transform of so many values as a matrix, lifter included. */
  Basis basis(int bins) {
    Check.range("coefficients", coefficients, 1, bins);
    Basis dct = Dct.matrix(coefficients, bins, type, norm);
    double[] weights = Dct.lifter(coefficients, lifter, firstLifter);
    double[][] rows = new double[coefficients][];
    for (int k = 0; k < coefficients; k++) {
      rows[k] = dct.row(k);
      for (int n = 0; n < bins; n++) {
        rows[k][n] *= weights[k];
      }
    }
    return Basis.of(rows);
  }
}
