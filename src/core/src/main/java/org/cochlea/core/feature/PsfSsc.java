package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Branch.Join;

/**
 * The spectral subband centroids of python_speech_features 0.6.1, ssc: {@code Σ f[k] M[r, k] P[k] /
 * Σ M[r, k] P[k]} in Hz, {@code [batch, channels, samples] → [batch, channels, bins, frames]}; the
 * library returns time first. Paliwal, "Spectral subband centroid features for speech recognition",
 * 1998.
 *
 * <p>As in the library, {@code f} runs from 1 Hz to half the rate in equal steps, a little off the
 * bins' frequencies. The library puts 2.2e-16 in the place of powers that are zero; here 1e-30 is
 * added to all, which gives the same for silence, where the constant cancels out, and is lost
 * beside any other power.
 *
 * @param spec frames, transform and filters; no filter may be empty
 */
public record PsfSsc(PsfSpec spec) implements Feature {
  /** A normal number in float32, too. */
  private static final double NOTHING = 1e-30;

  /**
   * Checks that the filters have a centroid.
   *
   * @throws IllegalArgumentException if one is empty; the library gives NaN there
   */
  public PsfSsc {
    Basis filters = spec.filters();
    for (int r = 0; r < filters.rows(); r++) {
      if (filters.bandLength(r) == 0) {
        throw new IllegalArgumentException(
            "bins must be few enough for fftSize %d that no filter is empty; of %d filter %d is"
                .formatted(spec.fftSize(), spec.bins(), r));
      }
    }
  }

  /** Returns the library's defaults. */
  public static PsfSsc of(int sampleRate) {
    return new PsfSsc(PsfSpec.of(sampleRate));
  }

  @Override
  public Pipeline pipeline() {
    Basis filters = spec.filters();
    double[][] weighted = new double[filters.rows()][];
    double step = (spec.sampleRate() / 2.0 - 1) / Math.max(1, filters.columns() - 1);
    for (int r = 0; r < weighted.length; r++) {
      weighted[r] = filters.row(r);
      for (int k = 0; k < weighted[r].length; k++) {
        weighted[r][k] *= 1 + k * step;
      }
    }
    List<Stage> stages = new ArrayList<>(spec.power());
    stages.add(new Stage.Affine(1, NOTHING));
    stages.add(
        new Stage.Branch(
            List.of(
                List.of(new Stage.Project(Basis.of(weighted))),
                List.of(new Stage.Project(filters))),
            Join.DIVIDE));
    return new Pipeline(spec.sampleRate(), Layout.signal(), stages);
  }
}
