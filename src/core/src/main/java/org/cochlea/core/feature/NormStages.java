package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/** The stage that gives every frame a norm of 1. */
final class NormStages {
  private NormStages() {}

  /** Returns it for the order of a norm; none for NaN. */
  static List<Stage> of(double order) {
    if (Double.isNaN(order)) {
      return List.of();
    }
    if (order == Double.POSITIVE_INFINITY) {
      return List.of(
          new Stage.Normalize(
              Scope.FRAME, Stage.Normalize.Offset.NONE, Stage.Normalize.Spread.PEAK, 0));
    }
    return List.of(new FrameNorm(order, Double.NEGATIVE_INFINITY));
  }
}
