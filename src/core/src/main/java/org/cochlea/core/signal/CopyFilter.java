package org.cochlea.core.signal;

/** Equal rates: the samples as they are. */
final class CopyFilter implements ResampleFilter {

  @Override
  public int reach() {
    return 0;
  }

  @Override
  public int period() {
    return 1;
  }

  @Override
  public int span() {
    return 1;
  }

  @Override
  public int block() {
    return 1;
  }

  @Override
  public int capacity(int expected) {
    return 8192;
  }

  @Override
  public Run start(int expected) {
    return new Run() {
      private int consumed;

      @Override
      public int run(double[] history, int start, int end, float[] out, int at, int most) {
        consumed = end - start;
        int count = Math.min(consumed, most);
        for (int i = 0; i < count; i++) {
          out[at + i] = (float) history[start + i];
        }
        return count;
      }

      @Override
      public int consumed() {
        return consumed;
      }
    };
  }
}
