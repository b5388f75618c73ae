package org.cochlea.train.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Parameters that are learned at one rate.
 *
 * @param trainable what they are
 * @param rate what the optimiser's learning rate is multiplied by, above 0
 * @param parameters the module's own, not copies
 */
public record ParameterGroup(Trainable trainable, double rate, List<Tensor> parameters) {
  /**
   * Copies the list and checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public ParameterGroup {
    if (!(rate > 0) || !Double.isFinite(rate)) {
      throw new IllegalArgumentException(
          "the rate of %s must be above 0 and finite, was %s".formatted(trainable, rate));
    }
    parameters = List.copyOf(parameters);
  }

  /** Returns the parameters as libtorch's optimisers take them. */
  public TensorVector vector() {
    return new TensorVector(parameters.toArray(Tensor[]::new));
  }
}
