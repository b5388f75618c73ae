package org.cochlea.cuda;

import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * What is done to every frame before its transform, in the order in which kernels do it: noise,
 * offset, emphasis, window; all linear, so a factor may come at the end.
 *
 * @param scale the factor
 * @param dither standard deviation of the noise, where the samples are as they were read
 * @param seed of the noise
 * @param offset whether the mean is subtracted
 * @param emphasis its coefficient, 0 for none
 * @param before what stands for the sample before the first
 * @param window or null
 */
record FrameWork(
    double scale,
    double dither,
    long seed,
    boolean offset,
    double emphasis,
    Stage.PreEmphasis.Before before,
    @Nullable Basis window) {
  /** {@code FrameOperation} of kernels/signal.cuh. */
  private static final int DITHER = 1;

  private static final int REMOVE_OFFSET = 2;
  private static final int EMPHASIS = 4;

  static final FrameWork NONE =
      new FrameWork(1, 0, 0, false, 0, Stage.PreEmphasis.Before.ZERO, null);

  /** Whether there is nothing to do. */
  boolean isNone() {
    return scale == 1 && operations() == 0 && window == null;
  }

  /** Whether there is a factor at most. */
  boolean isScale() {
    return operations() == 0 && window == null;
  }

  /** Returns the operations but the window, or-ed. */
  int operations() {
    return (dither == 0 ? 0 : DITHER)
        | (offset ? REMOVE_OFFSET : 0)
        | (emphasis == 0 ? 0 : EMPHASIS);
  }

  /** Returns this and a stage after it, or null if kernels have another order. */
  @Nullable FrameWork then(Stage stage) {
    return switch (stage) {
      case Stage.Affine s when s.offset() == 0 && s.scale() != 0 ->
          new FrameWork(scale * s.scale(), dither, seed, offset, emphasis, before, window);
      case Stage.Dither s when isScale() ->
          new FrameWork(scale, s.amount() / scale, s.seed(), offset, emphasis, before, window);
      case Stage.RemoveDcOffset _ when !offset && emphasis == 0 && window == null ->
          new FrameWork(scale, dither, seed, true, emphasis, before, window);
      case Stage.PreEmphasis s when s.coefficient() != 0 && emphasis == 0 && window == null ->
          new FrameWork(scale, dither, seed, offset, s.coefficient(), s.before(), window);
      case Stage.PreEmphasis s
          when s.coefficient() == 0 && s.before() != Stage.PreEmphasis.Before.EXTRAPOLATE ->
          this;
      case Stage.Window s when window == null ->
          new FrameWork(scale, dither, seed, offset, emphasis, before, s.weights());
      default -> null;
    };
  }

  /** Returns the window times the factor, with zeros (or cut) to a length. */
  double[] weights(int length, double factor) {
    double[] weights = new double[length];
    int have = window == null ? length : Math.min(length, window.columns());
    for (int n = 0; n < have; n++) {
      weights[n] = (window == null ? 1 : window.at(0, n)) * scale * factor;
    }
    return weights;
  }
}
