package org.cochlea.core.stage;

import org.jtransforms.fft.DoubleFFT_1D;
import org.jtransforms.utils.CommonUtils;

/** Discrete Fourier transforms of real signals of one length, in double. */
public final class Fourier {
  static {
    useCallersThread();
  }

  private final int size;
  private final DoubleFFT_1D fft;

  /**
   * Prepares transforms.
   *
   * @param size any, at least 1
   * @throws IllegalArgumentException if it is not
   */
  public Fourier(int size) {
    Require.atLeast("size", size, 1);
    this.size = size;
    this.fft = new DoubleFFT_1D(size);
  }

  /**
   * Makes every transform of JTransforms in this process run on its caller's thread: work is
   * divided by clips and frames here, and a result must not depend on the number of processors.
   */
  public static void useCallersThread() {
    CommonUtils.setThreadsBeginN_1D_FFT_2Threads(Long.MAX_VALUE);
    CommonUtils.setThreadsBeginN_1D_FFT_4Threads(Long.MAX_VALUE);
  }

  /** Returns the bins 0 … size / 2 as pairs; the input is padded or cut to the size. */
  public double[] forward(double[] samples) {
    double[] packed = new double[size];
    System.arraycopy(samples, 0, packed, 0, Math.min(size, samples.length));
    double[] bins = new double[2 * (size / 2 + 1)];
    if (size == 1) {
      bins[0] = packed[0];
      return bins;
    }
    fft.realForward(packed);
    System.arraycopy(packed, 0, bins, 0, size);
    // JTransforms packs the last real part (even) or imaginary part (odd) into place 1.
    bins[1] = 0;
    if (size % 2 == 0) {
      bins[size] = packed[1];
      bins[size + 1] = 0;
    } else {
      bins[size] = packed[1];
    }
    return bins;
  }

  /** Returns the samples of bins given as pairs, with the factor {@code 1 / size}. */
  public double[] inverse(double[] bins) {
    double[] packed = new double[size];
    if (size == 1) {
      packed[0] = bins[0];
      return packed;
    }
    System.arraycopy(bins, 0, packed, 0, size);
    packed[1] = bins[size];
    fft.realInverse(packed, true);
    return packed;
  }

  /** Transforms {@code size} complex values, given as pairs, in place. */
  public void complexForward(double[] values) {
    fft.complexForward(values);
  }

  /** Undoes {@link #complexForward}, with the factor {@code 1 / size}. */
  public void complexInverse(double[] values) {
    fft.complexInverse(values, true);
  }
}
