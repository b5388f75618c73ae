package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * A feature with its derivatives below it: {@code bins → bins (1 + orders)}; 13 coefficients with
 * two orders are the classical 39.
 *
 * @param of the feature
 * @param width of a derivative in frames, odd, at least 3
 * @param orders 1 for Δ, 2 for Δ and ΔΔ, …, below {@code width}
 * @param edge what happens at the ends
 */
public record WithDeltas(Feature of, int width, int orders, Stage.Delta.Edge edge)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public WithDeltas {
    Check.range("orders", orders, 1, width - 1L);
  }

  @Override
  public Pipeline pipeline() {
    List<List<Stage>> paths = new ArrayList<>();
    paths.add(List.of());
    for (int order = 1; order <= orders; order++) {
      paths.add(List.of(new Stage.Delta(width, order, edge)));
    }
    return of.pipeline().then(new Stage.Branch(paths, Stage.Branch.Join.CONCATENATE));
  }
}
