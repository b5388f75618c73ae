package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Fourier;
import org.jtransforms.fft.FloatFFT_1D;

/**
 * The transform of a tile by JTransforms, one frame after the other: for sizes with factors other
 * than 2, 3 and 5, and as the baseline of benchmarks. JTransforms allocates for such sizes.
 *
 * <p>Its real transforms lose two digits where the size has a factor such as 97 or 101 (relative
 * error 2e-5); complex ones with imaginary part 0 do not (2e-7).
 */
final class ScalarFft implements FrameTransform {
  private static final int L = Lanes.COUNT;
  private static final int ROW = 2 * L;

  static {
    Fourier.useCallersThread();
  }

  private final int size;
  private final boolean real;
  private final float[] window;
  private final FloatFFT_1D fft;

  ScalarFft(double[] window) {
    this.size = window.length;
    this.real = FftPlan.supports(size);
    this.window = new float[size];
    for (int n = 0; n < size; n++) {
      this.window[n] = (float) window[n];
    }
    this.fft = new FloatFFT_1D(size);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int scratch() {
    return 2 * size;
  }

  @Override
  public void spectrum(TileKernels k, float[] a, int x0, int z0, int y0, int lanes) {
    for (int l = 0; l < lanes; l++) {
      transform(a, x0, z0, l);
      for (int b = 0; b < bins(); b++) {
        a[y0 + b * ROW + l] = a[z0 + 2 * b];
        a[y0 + b * ROW + L + l] = a[z0 + 2 * b + 1];
      }
    }
  }

  @Override
  public void power(TileKernels k, float[] a, int x0, int z0, int y0, int lanes) {
    for (int l = 0; l < lanes; l++) {
      transform(a, x0, z0, l);
      for (int b = 0; b < bins(); b++) {
        float re = a[z0 + 2 * b];
        float im = a[z0 + 2 * b + 1];
        a[y0 + b * L + l] = re * re + im * im;
      }
    }
  }

  /** One frame to its bins, (re, im) after (re, im). */
  private void transform(float[] a, int x0, int z0, int lane) {
    if (!real) {
      for (int n = 0; n < size; n++) {
        a[z0 + 2 * n] = window[n] * a[x0 + n * L + lane];
        a[z0 + 2 * n + 1] = 0;
      }
      fft.complexForward(a, z0);
      return;
    }
    for (int n = 0; n < size; n++) {
      a[z0 + n] = window[n] * a[x0 + n * L + lane];
    }
    int last = bins() - 1;
    a[z0 + 2 * last + 1] = 0;
    if (size > 1) {
      fft.realForward(a, z0);
      // JTransforms keeps a part of the last bin in place 1: the real one of an even size.
      a[z0 + 2 * last + (size % 2 == 0 ? 0 : 1)] = a[z0 + 1];
      a[z0 + 1] = 0;
      if (size % 2 == 0) {
        a[z0 + 2 * last + 1] = 0;
      }
    }
  }

  @Override
  public void inverse(TileKernels k, float[] a, int s0, int z0, int x0, int lanes) {
    int last = bins() - 1;
    int step = real ? 1 : 2;
    for (int l = 0; l < lanes; l++) {
      for (int b = 0; b <= last; b++) {
        a[z0 + 2 * b] = a[s0 + b * ROW + l];
        a[z0 + 2 * b + 1] = a[s0 + b * ROW + L + l];
      }
      if (real && size > 1) {
        a[z0 + 1] = a[z0 + 2 * last + (size % 2 == 0 ? 0 : 1)];
        fft.realInverse(a, z0, true);
      } else if (!real) {
        a[z0 + 1] = 0;
        if (size % 2 == 0) {
          a[z0 + 2 * last + 1] = 0;
        }
        for (int b = last + 1; b < size; b++) {
          a[z0 + 2 * b] = a[z0 + 2 * (size - b)];
          a[z0 + 2 * b + 1] = -a[z0 + 2 * (size - b) + 1];
        }
        fft.complexInverse(a, z0, true);
      }
      for (int n = 0; n < size; n++) {
        a[x0 + n * L + l] = a[z0 + step * n];
      }
    }
  }

  @Override
  public String toString() {
    return "ScalarFft[" + size + "]";
  }
}
