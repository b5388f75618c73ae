package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Branch.Join;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.cochlea.core.stage.Stage.Reduce.Reduction;

/**
 * The mel-frequency cepstral coefficients of python_speech_features 0.6.1, mfcc: the orthonormal
 * DCT-II of the log filter bank, liftered by {@code 1 + lifter / 2 sin(π k / lifter)}: {@code
 * [batch, channels, samples] → [batch, channels, coefficients, frames]}; the library returns time
 * first.
 *
 * @param spec frames, transform and filters
 * @param coefficients kept, in [1, spec.bins]; numcep. The library gives at most as many as there
 *     are filters; here more are an error
 * @param lifter 0 or below for none; ceplifter
 * @param appendEnergy whether coefficient 0 is the logarithm of the frame's total power, unliftered
 */
public record PsfMfcc(PsfSpec spec, int coefficients, double lifter, boolean appendEnergy)
    implements Feature {

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PsfMfcc {
    Check.range("coefficients", coefficients, 1, spec.bins());
    Check.finite("lifter", lifter);
  }

  /** Returns the library's defaults: 13 of 26, lifter 22, with the energy. */
  public static PsfMfcc of(int sampleRate) {
    return new PsfMfcc(PsfSpec.ofMfcc(sampleRate), 13, 22, true);
  }

  /** Returns this with other frames, transform or filters. */
  public PsfMfcc withSpec(PsfSpec other) {
    return new PsfMfcc(other, coefficients, lifter, appendEnergy);
  }

  /** Returns this with another number of coefficients. */
  public PsfMfcc withCoefficients(int count) {
    return new PsfMfcc(spec, count, lifter, appendEnergy);
  }

  /** Returns this with another lifter; 0 or below for none. */
  public PsfMfcc withLifter(double value) {
    return new PsfMfcc(spec, coefficients, value, appendEnergy);
  }

  /** Returns this with or without the energy. */
  public PsfMfcc withAppendEnergy(boolean append) {
    return new PsfMfcc(spec, coefficients, lifter, append);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(spec.power());
    Stage log = new Stage.Log(1, Floor.REPLACE_ZERO, PsfSpec.EPSILON);
    List<Stage> energy = List.of(new Stage.Reduce(Reduction.SUM), log);
    if (!appendEnergy) {
      stages.addAll(cepstrum(log, 0));
    } else if (coefficients == 1) {
      stages.addAll(energy);
    } else {
      stages.add(new Stage.Branch(List.of(energy, cepstrum(log, 1)), Join.CONCATENATE));
    }
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }

  /** The stages from a power spectrum to the coefficients from one on. */
  private List<Stage> cepstrum(Stage log, int first) {
    Basis all =
        new DctSpec(coefficients, Dct.Type.II, Dct.Norm.ORTHO, Math.max(0, lifter), 0)
            .basis(spec.bins());
    double[][] rows = new double[coefficients - first][];
    for (int k = 0; k < rows.length; k++) {
      rows[k] = all.row(first + k);
    }
    return List.of(new Stage.Project(spec.filters()), log, new Stage.Project(Basis.of(rows)));
  }
}
