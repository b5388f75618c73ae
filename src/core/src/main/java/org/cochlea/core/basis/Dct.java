package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/** Discrete cosine transforms as matrices, as scipy.fft.dct defines them. */
public final class Dct {
  private Dct() {}

  /** Which transform. */
  public enum Type {
    /** {@code y[k] = x[0] + (-1)^k x[N-1] + 2 Σ x[n] cos(π k n / (N - 1))}; at least 2 values. */
    I,
    /** {@code y[k] = 2 Σ x[n] cos(π k (2n + 1) / 2N)}; the usual one. */
    II,
    /** {@code y[k] = x[0] + 2 Σ x[n] cos(π (2k + 1) n / 2N)}, n from 1. */
    III
  }

  /** How it is scaled. */
  public enum Norm {
    /** As written above. */
    NONE,
    /** An orthogonal matrix; scipy's "ortho". */
    ORTHO
  }

  /**
   * Returns the first coefficients of the transform as a matrix {@code [coefficients, size]}.
   *
   * @param coefficients in [1, size]
   * @param size number of values transformed, at least 1 (2 for type I)
   * @throws IllegalArgumentException if a size is out of range
   */
  public static Basis matrix(int coefficients, int size, Type type, Norm norm) {
    int least = type == Type.I ? 2 : 1;
    if (size < least) {
      throw new IllegalArgumentException(
          "size must be at least %d for a DCT of type %s, was %d".formatted(least, type, size));
    }
    if (coefficients < 1 || coefficients > size) {
      throw new IllegalArgumentException(
          "coefficients must be in [1, %d], was %d".formatted(size, coefficients));
    }
    double[][] rows = new double[coefficients][size];
    for (int k = 0; k < coefficients; k++) {
      for (int n = 0; n < size; n++) {
        rows[k][n] = value(k, n, size, type, norm == Norm.ORTHO);
      }
    }
    return Basis.of(rows);
  }

  private static double value(int k, int n, int size, Type type, boolean ortho) {
    return switch (type) {
      case I -> {
        boolean end = n == 0 || n == size - 1;
        double plain = (end ? 1 : 2) * Math.cos(Math.PI * k * n / (size - 1));
        if (!ortho) {
          yield plain;
        }
        boolean endOut = k == 0 || k == size - 1;
        yield plain
            * (end ? Math.sqrt(2) : 1)
            * (endOut ? Math.sqrt(0.5) : 1)
            * Math.sqrt(0.5 / (size - 1));
      }
      case II -> {
        double plain = 2 * Math.cos(Math.PI * k * (2 * n + 1) / (2.0 * size));
        yield ortho ? plain * Math.sqrt((k == 0 ? 1 : 2) / (4.0 * size)) : plain;
      }
      case III -> {
        double plain = (n == 0 ? 1 : 2) * Math.cos(Math.PI * (2 * k + 1) * n / (2.0 * size));
        yield ortho ? plain * (n == 0 ? Math.sqrt(1.0 / size) : Math.sqrt(0.5 / size)) : plain;
      }
    };
  }

  /**
   * Returns {@code 1 + lifter / 2 sin(π (first + k) / lifter)} for k = 0, 1, …: the weights that
   * liftering multiplies cepstral coefficients by; ones when {@code lifter} is 0.
   *
   * @param coefficients at least 1
   * @param lifter at least 0; 22 is usual in speech
   * @param first 1 in librosa, 0 in HTK, Kaldi and python_speech_features
   */
  public static double[] lifter(int coefficients, double lifter, int first) {
    double[] weights = new double[coefficients];
    for (int k = 0; k < coefficients; k++) {
      weights[k] = lifter == 0 ? 1 : 1 + lifter / 2 * Math.sin(Math.PI * (first + k) / lifter);
    }
    return weights;
  }
}
