package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.basis.SavitzkyGolay;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/** {@link Stage.Delta}. */
final class Derivative implements Operation {
  private final Stage.Delta stage;
  private final double[] weights;

  Derivative(Stage.Delta stage) {
    this.stage = stage;
    this.weights = SavitzkyGolay.derivative(stage.width(), stage.order());
  }

  @Override
  public Clips apply(Clips in) {
    if (in.longest() == 0) {
      return in;
    }
    int half = stage.width() / 2;
    if (stage.edge() != Stage.Delta.Edge.INTERPOLATE) {
      int[] extents = in.lengths(n -> n == 0 ? 0 : n + 2L * half);
      return in.masked(sum(Extent.extend(in, half, stage.edge().padding(), extents)));
    }
    for (int b = 0; b < in.batch(); b++) {
      if (in.length(b) > 0 && in.length(b) < stage.width()) {
        throw new IllegalArgumentException(
            "a clip must have at least width = %d frames for a delta that interpolates, it has %d"
                .formatted(stage.width(), in.length(b)));
      }
    }
    // The derivative of a polynomial of degree n, n times, is the same everywhere.
    int[] full = in.lengths(n -> n == 0 ? 0 : n - 2L * half);
    Clips inner = new Clips(sum(in.values()), in.layout(), full);
    return in.masked(Extent.extend(inner, half, Padding.EDGE, in.lengths()));
  }

  /** Returns the weighted sums of all full windows of frames. */
  private Tensor sum(Tensor x) {
    long count = x.size(Clips.TIME) - weights.length + 1;
    Tensor y = null;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] == 0) {
        continue;
      }
      Tensor part = x.narrow(Clips.TIME, i, count);
      y = y == null ? part.mul(new Scalar(weights[i])) : y.add(part, new Scalar(weights[i]));
    }
    return y == null ? torch.zeros_like(x.narrow(Clips.TIME, 0, count)) : y;
  }
}
