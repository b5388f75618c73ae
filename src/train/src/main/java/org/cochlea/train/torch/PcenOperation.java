package org.cochlea.train.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Stage;

/** {@link Stage.Pcen}. */
final class PcenOperation implements Operation {
  /** Frames that are smoothed with one matrix product. */
  private static final int BLOCK = 32;

  private final PcenWeights weights;
  private final double epsilon;
  private final int maxBins;

  PcenOperation(PcenWeights weights, double epsilon, int maxBins) {
    this.weights = weights;
    this.epsilon = epsilon;
    this.maxBins = maxBins;
  }

  @Override
  public Clips apply(Clips in) {
    Tensor x = in.values();
    if (x.numel() == 0) {
      return in;
    }
    PcenWeights.Values w = weights.as(x);
    Tensor decay = w.smoothing().neg().add(new Scalar(1.0));
    Tensor scaled = peak(x).mul(w.smoothing().to(x.scalar_type().intern()));
    Tensor m = decaying(decay, scaled);
    Tensor logarithm = m.div(new Scalar(epsilon)).log1p().add(new Scalar(Math.log(epsilon)));
    Tensor v = x.mul(logarithm.mul(w.gain()).neg().exp());
    Tensor y =
        switch (weights.form()) {
          case LOGARITHM -> v.log1p();
          case UNBIASED -> Safe.power(v, w.power().item_double());
          case ROOT -> v.div(w.bias()).log1p().mul(w.power()).expm1().mul(w.bias().pow(w.power()));
        };
    return in.with(y);
  }

  /** Returns the maximum of the bins around every one, as scipy's maximum_filter1d centres them. */
  private Tensor peak(Tensor x) {
    if (maxBins == 1) {
      return x;
    }
    long[] beyond = {maxBins / 2, maxBins - 1L - maxBins / 2};
    return torch
        .constant_pad_nd(x, beyond, new Scalar(Double.NEGATIVE_INFINITY))
        .unfold(Clips.BINS, maxBins, 1)
        .amax(new long[] {Clips.BINS + 1L}, false);
  }

  /**
   * Returns {@code y[t] = decay y[t-1] + x[t]} with {@code y[-1] = 1}, frame by frame; as products
   * with matrices of powers inside of blocks of frames, and the same again for the blocks.
   *
   * @param decay {@code [1]} or {@code [bins]}, in double
   * @param x {@code [batch, channels, frames, bins]}
   */
  private static Tensor decaying(Tensor decay, Tensor x) {
    long batch = x.size(0);
    long channels = x.size(1);
    long frames = x.size(Clips.TIME);
    long bins = x.size(Clips.BINS);
    long blocks = (frames + BLOCK - 1) / BLOCK;
    Tensor whole = Extent.shift(x, 0, blocks * BLOCK).reshape(batch, channels, blocks, BLOCK, bins);
    Tensor inside = product(powers(decay, x), whole);
    long last = BLOCK - 1L;
    Tensor ends = inside.narrow(3, last, 1).squeeze(3);
    long[] one = {batch, channels, 1, bins};
    Tensor before = torch.ones(one, x.options());
    if (blocks > 1) {
      Tensor after =
          decaying(decay.pow(new Scalar((long) BLOCK)), ends.narrow(Clips.TIME, 0, blocks - 1));
      before = torch.cat(new TensorVector(before, after), Clips.TIME);
    }
    // [frame, bin]: the weight of what was before the block.
    Tensor exponents = count(x, 1, BLOCK + 1L).unsqueeze(1);
    Tensor fading = decay.unsqueeze(0).pow(exponents).to(x.scalar_type().intern());
    return inside
        .add(before.unsqueeze(3).mul(fading))
        .reshape(batch, channels, blocks * BLOCK, bins)
        .narrow(Clips.TIME, 0, frames);
  }

  /** Returns {@code decay^(t - i)} for {@code i <= t}, else 0: {@code [1 or bins, t, i]}. */
  private static Tensor powers(Tensor decay, Tensor like) {
    Tensor at = count(like, 0, BLOCK);
    Tensor distance = at.unsqueeze(1).sub(at.unsqueeze(0));
    Tensor powers = decay.reshape(-1, 1, 1).pow(distance.clamp_min(new Scalar(0.0)));
    return powers
        .masked_fill(distance.lt(new Scalar(0.0)), new Scalar(0.0))
        .to(like.scalar_type().intern());
  }

  private static Tensor count(Tensor like, long from, long to) {
    return torch
        .arange(new Scalar(from), new Scalar(to))
        .to(like.device(), torch.ScalarType.Double);
  }

  /** Multiplies the frames of every block by one matrix, or by one for every bin. */
  private static Tensor product(Tensor matrices, Tensor blocks) {
    if (matrices.size(0) == 1) {
      return matrices.squeeze(0).matmul(blocks);
    }
    long[] sizes = blocks.shape();
    // [bins, frames, everything else]
    Tensor perBin = blocks.permute(4, 3, 0, 1, 2).reshape(sizes[4], sizes[3], -1);
    return matrices
        .bmm(perBin)
        .reshape(sizes[4], sizes[3], sizes[0], sizes[1], sizes[2])
        .permute(2, 3, 4, 1, 0);
  }
}
