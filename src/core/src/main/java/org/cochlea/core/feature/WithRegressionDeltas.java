package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * A feature with its regression deltas below it, each taken of the one before: {@code bins → bins
 * (1 + orders)}.
 *
 * <p>ΔΔ is the delta of Δ, as in HTK, Kaldi, and with torchaudio's compute_deltas applied twice
 * (HuBERT's 39 values); {@link WithDeltas} fits a polynomial of degree 2 instead, as librosa does.
 *
 * @param of the feature
 * @param n frames to each side, at least 1; 2 is usual
 * @param orders 1 for Δ, 2 for Δ and ΔΔ, …, at least 1
 */
public record WithRegressionDeltas(Feature of, int n, int orders) implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public WithRegressionDeltas {
    Check.atLeast("n", n, 1);
    Check.atLeast("orders", orders, 1);
  }

  @Override
  public Pipeline pipeline() {
    Stage delta = new Stage.Delta(2 * n + 1, 1, Stage.Delta.Edge.NEAREST);
    List<List<Stage>> paths = new ArrayList<>();
    List<Stage> path = new ArrayList<>();
    for (int order = 0; order <= orders; order++) {
      paths.add(List.copyOf(path));
      path.add(delta);
    }
    return of.pipeline().then(new Stage.Branch(paths, Stage.Branch.Join.CONCATENATE));
  }
}
