package org.cochlea.train.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Padding;

/** Clips read beyond their ends, along time. */
final class Extent {
  private Extent() {}

  /**
   * Returns {@code y[p] = x[p - left]} for {@code p} in [0, extent), and zero where {@code x} has
   * nothing.
   */
  static Tensor shift(Tensor x, long left, long extent) {
    long start = Math.max(0, -left);
    long end = Math.min(x.size(Clips.TIME), extent - left);
    if (end <= start) {
      long[] sizes = x.shape();
      sizes[Clips.TIME] = extent;
      return torch.zeros(sizes, x.options());
    }
    long before = Math.max(0, left);
    Tensor kept = x.narrow(Clips.TIME, start, end - start);
    long after = extent - before - (end - start);
    if (before == 0 && after == 0) {
      return kept;
    }
    return x.dim() == Clips.TIME + 1
        ? torch.constant_pad_nd(kept, before, after)
        : torch.constant_pad_nd(kept, 0, 0, before, after);
  }

  /**
   * Returns {@code y[p] = x[p - left]} for {@code p} in [0, extent of the clip), with what lies
   * beyond the ends of every clip.
   *
   * @param extents how far to read in every clip; what follows is not meant to be read
   */
  static Tensor extend(Clips in, int left, Padding padding, int... extents) {
    int extent = Clips.longest(extents);
    Tensor y = shift(in.values(), left, extent);
    if (padding == Padding.ZERO || in.longest() == 0) {
      return y;
    }
    int rows = in.ragged() ? in.batch() : 1;
    int margin = 0;
    for (int b = 0; b < rows; b++) {
      margin = Math.max(margin, outside(in.length(b), left, extents[b]));
    }
    if (margin == 0) {
      return y;
    }
    long[] from = new long[rows * margin];
    long[] to = new long[rows * margin];
    boolean full = true;
    for (int b = 0; b < rows; b++) {
      int length = in.length(b);
      int at = b * margin;
      if (length > 0) {
        for (int p = 0; p < extents[b]; p++) {
          if (p == Math.max(0, left)) {
            p = Math.max(p, left + length);
            if (p >= extents[b]) {
              break;
            }
          }
          from[at] = padding.index((long) p - left, length);
          to[at++] = p;
        }
      }
      full &= at == (b + 1) * margin;
      while (at < (b + 1) * margin) {
        // To a place after the last, which is dropped.
        to[at++] = extent;
      }
    }
    if (!full) {
      y = shift(y, 0, extent + 1L);
    }
    Tensor margins = in.values().gather(Clips.TIME, expand(in, in.longs(from, rows, margin)));
    y = y.scatter(Clips.TIME, expand(in, in.longs(to, rows, margin)), margins);
    return full ? y : y.narrow(Clips.TIME, 0, extent);
  }

  /** Returns how many of the positions that are read lie outside a clip. */
  private static int outside(int length, int left, int extent) {
    if (length == 0) {
      return 0;
    }
    int before = Math.clamp(left, 0, extent);
    return before
        + Math.clamp((long) extent - Math.max(0, left + (long) length), 0, extent - before);
  }

  /**
   * Returns frames in another order.
   *
   * @param order one row of indices, or one for every clip
   */
  static Tensor select(Clips in, Tensor x, long[] order, int rows) {
    return x.gather(Clips.TIME, expand(in, x, in.longs(order, rows, order.length / rows)));
  }

  private static Tensor expand(Clips in, Tensor index) {
    return expand(in, in.values(), index);
  }

  /** Returns an index along time {@code [rows, n]} for all channels and bins. */
  private static Tensor expand(Clips in, Tensor x, Tensor index) {
    long rows = index.size(0);
    long n = index.size(1);
    return x.dim() == Clips.TIME + 1
        ? index.view(rows, 1, n).expand(in.batch(), in.channels(), n)
        : index.view(rows, 1, n, 1).expand(in.batch(), in.channels(), n, x.size(Clips.BINS));
  }
}
