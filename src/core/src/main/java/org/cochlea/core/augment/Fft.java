package org.cochlea.core.augment;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cochlea.core.stage.Fourier;
import org.jspecify.annotations.Nullable;
import org.jtransforms.fft.FloatFFT_1D;

/** Real transforms of a power of two, in place, packed: Re 0, Re size/2, Re 1, Im 1, Re 2, … */
final class Fft {
  static {
    Fourier.useCallersThread();
  }

  private static final AtomicReferenceArray<@Nullable Fft> MADE = new AtomicReferenceArray<>(31);

  private final int size;
  private final FloatFFT_1D fft;

  private Fft(int size) {
    this.size = size;
    this.fft = new FloatFFT_1D(size);
  }

  /** Returns the transform of a size, a power of two of at least 2. */
  static Fft of(int size) {
    int log2 = Integer.numberOfTrailingZeros(size);
    Fft made = MADE.get(log2);
    if (made == null) {
      made = new Fft(size);
      MADE.set(log2, made);
    }
    return made;
  }

  /** Returns the least power of two that is at least {@code count} and at least 2. */
  static int sizeFor(long count) {
    long size = Long.highestOneBit(Math.max(2, 2 * count - 1));
    if (size > 1 << 30) {
      throw new IllegalArgumentException("a transform of %d samples is too long".formatted(count));
    }
    return (int) size;
  }

  int size() {
    return size;
  }

  void forward(float[] a) {
    fft.realForward(a, 0);
  }

  void inverse(float[] a) {
    fft.realInverse(a, 0, true);
  }

  /** Multiplies one spectrum by another. */
  void multiply(float[] a, float[] by) {
    a[0] *= by[0];
    a[1] *= by[1];
    for (int k = 2; k < size; k += 2) {
      float re = a[k] * by[k] - a[k + 1] * by[k + 1];
      a[k + 1] = a[k] * by[k + 1] + a[k + 1] * by[k];
      a[k] = re;
    }
  }
}
