package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/** {@link Stage.OverlapAdd}. */
final class OverlapAddition implements Operation {
  private final Stage.OverlapAdd stage;
  private final Weight window;

  OverlapAddition(Stage.OverlapAdd stage) {
    this.stage = stage;
    this.window = new Weight.Constant(stage.window().row(0), stage.window().columns());
  }

  @Override
  public Clips apply(Clips in) {
    int[] lengths = in.lengths(stage::frames);
    int longest = Clips.longest(lengths);
    Tensor x = in.values();
    if (in.longest() == 0 || in.batch() == 0) {
      long[] sizes = {in.batch(), in.channels(), longest};
      return new Clips(torch.zeros(sizes, x.options()), Layout.signal(), lengths);
    }
    Tensor w = window.as(x);
    // The sum of squares is compared with a bound: in double, so that every engine does the same.
    Tensor squares = window.as(x.narrow(0, 0, 0).to(torch.ScalarType.Double)).square();
    Tensor one =
        torch.ones(new long[] {in.ragged() ? in.batch() : 1, 1, in.longest(), 1}, x.options());
    if (in.ragged()) {
      one = one.masked_fill(in.beyond(), new Scalar(0.0));
    }
    Tensor weight = add(one.to(torch.ScalarType.Double).mul(squares));
    weight = weight.masked_fill(weight.le(new Scalar(1e-10)), new Scalar(1.0));
    Tensor y = add(x.mul(w)).div(weight.to(x.scalar_type().intern()));
    return Clips.masked(Extent.shift(y, -stage.trim(), longest), Layout.signal(), lengths);
  }

  /** Adds frames {@code [batch, channels, frames, bins]} to signals. */
  private Tensor add(Tensor frames) {
    long batch = frames.size(0);
    long channels = frames.size(1);
    long count = frames.size(Clips.TIME);
    long length = frames.size(Clips.BINS);
    long full = length + stage.hop() * (count - 1);
    return torch
        .col2im(
            frames.reshape(batch * channels, count, length).transpose(1, 2),
            new long[] {1, full},
            new long[] {1, length},
            new long[] {1, 1},
            new long[] {0, 0},
            1,
            stage.hop())
        .reshape(batch, channels, full);
  }
}
