package org.cochlea.core.stage;

/**
 * What lies beyond the ends of a signal {@code a b c d}, as in numpy.pad.
 *
 * <p>{@link #REFLECT} and {@link #SYMMETRIC} bounce as often as needed, so a pad may be longer than
 * the signal (torch refuses that). Beyond an empty signal there are zeros.
 */
public enum Padding {
  /** {@code 0 0 | a b c d | 0 0}; librosa's and numpy's "constant". */
  ZERO,
  /** {@code c b | a b c d | c b}: the edge sample is not repeated. */
  REFLECT,
  /** {@code b a | a b c d | d c}: the edge sample is repeated; Kaldi without snip_edges. */
  SYMMETRIC,
  /** {@code a a | a b c d | d d}. */
  EDGE,
  /** {@code c d | a b c d | a b}. */
  WRAP;

  /**
   * Returns the index that stands for a position of the unbounded signal.
   *
   * @param position any index, negative too
   * @param length of the signal in samples
   * @return an index in [0, length), or -1 for a zero
   */
  public int index(long position, int length) {
    if (position >= 0 && position < length) {
      return (int) position;
    }
    if (length == 0 || this == ZERO) {
      return -1;
    }
    return switch (this) {
      case ZERO -> -1;
      case EDGE -> position < 0 ? 0 : length - 1;
      case WRAP -> (int) Math.floorMod(position, (long) length);
      case SYMMETRIC -> {
        long period = 2L * length;
        long at = Math.floorMod(position, period);
        yield (int) (at < length ? at : period - 1 - at);
      }
      case REFLECT -> {
        if (length == 1) {
          yield 0;
        }
        long period = 2L * (length - 1);
        long at = Math.floorMod(position, period);
        yield (int) (at < length ? at : period - at);
      }
    };
  }
}
