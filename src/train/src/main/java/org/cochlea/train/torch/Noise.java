package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * {@link Stage.Dither}. The noise is a function of the position inside a clip, so that the noise of
 * the longest clip serves all.
 */
final class Noise implements Operation {
  private final Stage.Dither stage;
  private double[][] noise = {};
  private @Nullable Weight weight;

  Noise(Stage.Dither stage) {
    this.stage = stage;
  }

  @Override
  public Clips apply(Clips in) {
    Tensor x = in.values();
    int channels = Math.toIntExact(in.channels());
    int count = Math.toIntExact(x.numel() / Math.max(1, (long) in.batch() * channels));
    if (x.numel() == 0 || stage.amount() == 0) {
      return in;
    }
    Tensor added = noise(channels, count, x);
    long[] sizes = x.shape();
    sizes[0] = 1;
    return in.masked(
        x.add(
            added.narrow(0, 0, channels).narrow(1, 0, count).reshape(sizes),
            new Scalar(stage.amount())));
  }

  private synchronized Tensor noise(int channels, int count, Tensor like) {
    int had = noise.length == 0 ? 0 : noise[0].length;
    Weight all = weight;
    if (all == null || noise.length < channels || had < count) {
      int length = Math.max(had, count);
      double[][] more = new double[Math.max(noise.length, channels)][length];
      double[] flat = new double[Math.multiplyExact(more.length, length)];
      for (int c = 0; c < more.length; c++) {
        for (int i = 0; i < length; i++) {
          more[c][i] =
              c < noise.length && i < had ? noise[c][i] : Philox.normal(stage.seed(), c, i);
        }
        System.arraycopy(more[c], 0, flat, c * length, length);
      }
      noise = more;
      all = new Weight.Constant(flat, more.length, length);
      weight = all;
    }
    return all.as(like);
  }
}
