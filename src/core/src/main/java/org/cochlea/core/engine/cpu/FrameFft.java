package org.cochlea.core.engine.cpu;

import org.jspecify.annotations.Nullable;
import org.jtransforms.fft.DoubleFFT_1D;
import org.jtransforms.fft.FloatFFT_1D;

/**
 * JTransforms' real transform of one frame, in its packing. Lengths with other factors than 2, 3
 * and 5 go through double: there its float transform (Bluestein's) loses two digits.
 */
final class FrameFft {
  private final @Nullable FloatFFT_1D single;
  private final DoubleFFT_1D twice;
  private final ThreadLocal<double[]> buffer;

  FrameFft(int size) {
    single = smooth(size) ? new FloatFFT_1D(size) : null;
    twice = new DoubleFFT_1D(single == null ? size : 1);
    buffer = ThreadLocal.withInitial(() -> new double[size]);
  }

  private static boolean smooth(int size) {
    int rest = size;
    for (int factor : new int[] {2, 3, 5}) {
      while (rest % factor == 0) {
        rest /= factor;
      }
    }
    return rest == 1;
  }

  void forward(float[] x) {
    if (single != null) {
      single.realForward(x);
      return;
    }
    double[] y = widened(x);
    twice.realForward(y);
    narrow(y, x);
  }

  void inverse(float[] x) {
    if (single != null) {
      single.realInverse(x, true);
      return;
    }
    double[] y = widened(x);
    twice.realInverse(y, true);
    narrow(y, x);
  }

  private double[] widened(float[] x) {
    double[] y = buffer.get();
    for (int i = 0; i < x.length; i++) {
      y[i] = x[i];
    }
    return y;
  }

  private static void narrow(double[] y, float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) y[i];
    }
  }
}
