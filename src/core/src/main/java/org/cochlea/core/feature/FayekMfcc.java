package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The cepstral coefficients of Fayek's tutorial: the orthonormal DCT-II of {@link FayekFbank}'s
 * decibels without coefficient 0, liftered by {@code 1 + lifter / 2 sin(π i / lifter)} with {@code
 * i = 0} for the first one kept, less every coefficient's mean: {@code [batch, channels, samples] →
 * [batch, channels, coefficients, frames]}.
 *
 * @param spec frames, transform and filters
 * @param coefficients kept, in [1, spec.bins - 1]
 * @param lifter at least 0; 0 for none
 * @param subtractMean whether every coefficient's mean over the clip, plus 1e-8, is subtracted
 */
public record FayekMfcc(PsfSpec spec, int coefficients, double lifter, boolean subtractMean)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public FayekMfcc {
    Check.range("coefficients", coefficients, 1, spec.bins() - 1L);
    Check.notNegative("lifter", lifter);
  }

  /** Returns the tutorial's: coefficients 1 to 12 of 40 filters, lifter 22. */
  public static FayekMfcc of(int sampleRate) {
    return new FayekMfcc(FayekFbank.tutorial(sampleRate), 12, 22, true);
  }

  @Override
  public Pipeline pipeline() {
    Basis dct = Dct.matrix(coefficients + 1, spec.bins(), Dct.Type.II, Dct.Norm.ORTHO);
    double[] weights = Dct.lifter(coefficients, lifter, 0);
    double[][] rows = new double[coefficients][];
    for (int k = 0; k < coefficients; k++) {
      rows[k] = dct.row(k + 1);
      for (int n = 0; n < rows[k].length; n++) {
        rows[k][n] *= weights[k];
      }
    }
    List<Stage> stages = FayekFbank.decibels(spec);
    stages.add(new Stage.Project(Basis.of(rows)));
    if (subtractMean) {
      stages.addAll(FayekFbank.meanSubtraction());
    }
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }
}
