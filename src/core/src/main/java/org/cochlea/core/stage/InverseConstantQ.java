package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * The signal whose constant-Q transform is nearest to a given one: x with the least {@code Σ_k,t
 * |c[k, t] - Σ_n x[t hop + n - size / 2] (real[k, n] - i imaginary[k, n])|²}, by conjugate
 * gradients (Hestenes and Stiefel, 1952) on the normal equations. The preconditioner is the energy
 * of all kernels over frequency, which alone would be the dual frame where the hop is short enough
 * for no alias.
 *
 * <p>What no kernel hears is 0. Where a hop is longer than about half a kernel, the transform has
 * lost something, and so has the result.
 *
 * @param real real parts of the kernels, with the middle at {@code columns / 2}
 * @param imaginary their imaginary parts
 * @param hop samples from one frame to the next, at least 1
 * @param samples to return, or -1 for {@code hop (frames - 1)}
 * @param iterations at most, at least 1
 * @param tolerance of the residual (of the normal equations, preconditioned) by that of silence, at
 *     least 0
 */
public record InverseConstantQ(
    Basis real, Basis imaginary, int hop, long samples, int iterations, double tolerance)
    implements Stage.Analysis {
  /** What is left out of a kernel's spectrum, by its largest value: -120 dB. */
  private static final double NEGLIGIBLE = 1e-6;

  /**
   * What a signal's own energy counts, by the kernels' where it is largest (Tikhonov): it keeps
   * silent what hardly any kernel hears, and changes the rest by less than -60 dB.
   */
  private static final double REGULARIZATION = 1e-5;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public InverseConstantQ {
    Require.atLeast("hop", hop, 1);
    Require.atLeast("samples", samples, -1);
    Require.atLeast("iterations", iterations, 1);
    Require.notNegative("tolerance", tolerance);
    if (real.rows() != imaginary.rows() || real.columns() != imaginary.columns()) {
      throw new IllegalArgumentException(
          "real and imaginary must be of one size: %s and %s".formatted(real, imaginary));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.frames(this, in);
    Require.bins(this, in, real.rows());
    if (!in.complex()) {
      throw new IllegalArgumentException(this + " needs complex frames, it cannot follow " + in);
    }
    return Layout.signal();
  }

  @Override
  public long frames(long in) {
    return samples >= 0 ? samples : Math.max(0, hop * (in - 1));
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int n = Math.toIntExact(frames(x.length));
    if (n == 0 || x.length == 0) {
      return new double[][] {new double[n]};
    }
    return new double[][] {new Solver(n, x.length).solve(x)};
  }

  /** The transform and its adjoint, by spectra of the whole signal. */
  private final class Solver {
    private final int n;
    private final int frames;
    private final int blocks;
    private final int size;
    private final Fourier whole;
    private final Fourier folded;
    private final int[] start;

    /** Spectra of the kernels, pairs from a first bin on. */
    private final float[][] kernels;

    private final double[] energy;
    private final double most;

    Solver(int n, int frames) {
      this.n = n;
      this.frames = frames;
      // Kernels that reach beyond an end must not come back at the other one.
      this.blocks = smooth(Math.max(frames, Math.ceilDiv(n + real.columns(), hop)));
      this.size = Math.multiplyExact(blocks, hop);
      this.whole = new Fourier(size);
      this.folded = new Fourier(blocks);
      this.start = new int[real.rows()];
      this.kernels = new float[real.rows()][];
      this.energy = new double[size / 2 + 1];
      for (int k = 0; k < kernels.length; k++) {
        kernel(k);
      }
      this.most = Arrays.stream(energy).max().orElse(0);
    }

    /** The least number from one on without a prime factor above 5. */
    private static int smooth(int least) {
      for (int m = least; ; m++) {
        int rest = m;
        for (int p : new int[] {2, 3, 5}) {
          while (rest % p == 0) {
            rest /= p;
          }
        }
        if (rest == 1) {
          return m;
        }
      }
    }

    private void kernel(int k) {
      double[] a = spectrum(real, k);
      double[] b = spectrum(imaginary, k);
      double most = 0;
      for (int f = 0; f < energy.length; f++) {
        double re = a[2 * f] - b[2 * f + 1];
        a[2 * f + 1] += b[2 * f];
        a[2 * f] = re;
        most = Math.max(most, Math.hypot(re, a[2 * f + 1]));
      }
      int from = 0;
      int to = energy.length;
      double least = NEGLIGIBLE * most;
      while (from < to && Math.hypot(a[2 * from], a[2 * from + 1]) <= least) {
        from++;
      }
      while (to > from && Math.hypot(a[2 * to - 2], a[2 * to - 1]) <= least) {
        to--;
      }
      start[k] = from;
      kernels[k] = new float[2 * (to - from)];
      for (int f = from; f < to; f++) {
        kernels[k][2 * (f - from)] = (float) a[2 * f];
        kernels[k][2 * (f - from) + 1] = (float) a[2 * f + 1];
        energy[f] += a[2 * f] * a[2 * f] + a[2 * f + 1] * a[2 * f + 1];
      }
    }

    /** A kernel with its middle at sample 0. */
    private double[] spectrum(Basis part, int k) {
      double[] samples = new double[size];
      int middle = part.columns() / 2;
      for (int i = part.bandStart(k); i < part.bandStart(k) + part.bandLength(k); i++) {
        samples[Math.floorMod(i - middle, size)] = part.at(k, i);
      }
      return whole.forward(samples);
    }

    double[] solve(double[][] wanted) {
      double[] x = new double[n];
      double[] residual = adjoint(wanted);
      double[] z = preconditioned(residual);
      double[] direction = z.clone();
      double gain = dot(residual, z);
      double first = gain;
      for (int i = 0; i < iterations && gain > tolerance * tolerance * first; i++) {
        double[][] seen = transform(direction);
        // Half of what is heard in a frame comes back, spread over a hop.
        double own = REGULARIZATION * most / (2.0 * hop);
        double step = gain / (energy(seen) + own * dot(direction, direction));
        double[] back = adjoint(seen);
        for (int j = 0; j < n; j++) {
          x[j] += step * direction[j];
          residual[j] -= step * (back[j] + own * direction[j]);
        }
        z = preconditioned(residual);
        double next = dot(residual, z);
        for (int j = 0; j < n; j++) {
          direction[j] = z[j] + next / gain * direction[j];
        }
        gain = next;
      }
      return x;
    }

    private double[][] transform(double[] x) {
      double[] spectrum = whole.forward(x);
      double[][] y = new double[frames][2 * kernels.length];
      double[] fold = new double[2 * blocks];
      for (int k = 0; k < kernels.length; k++) {
        Arrays.fill(fold, 0);
        float[] h = kernels[k];
        for (int i = 0; i < h.length; i += 2) {
          int f = start[k] + i / 2;
          int to = 2 * (f % blocks);
          double re = spectrum[2 * f];
          double im = spectrum[2 * f + 1];
          fold[to] += re * h[i] + im * h[i + 1];
          fold[to + 1] += im * h[i] - re * h[i + 1];
        }
        folded.complexInverse(fold);
        for (int t = 0; t < frames; t++) {
          y[t][2 * k] = fold[2 * t] / hop;
          y[t][2 * k + 1] = fold[2 * t + 1] / hop;
        }
      }
      return y;
    }

    private double[] adjoint(double[][] y) {
      double[] spectrum = new double[2 * energy.length];
      double[] fold = new double[2 * blocks];
      for (int k = 0; k < kernels.length; k++) {
        Arrays.fill(fold, 0);
        for (int t = 0; t < frames; t++) {
          fold[2 * t] = y[t][2 * k];
          fold[2 * t + 1] = y[t][2 * k + 1];
        }
        folded.complexForward(fold);
        float[] h = kernels[k];
        for (int i = 0; i < h.length; i += 2) {
          int f = start[k] + i / 2;
          int from = 2 * (f % blocks);
          spectrum[2 * f] += fold[from] * h[i] - fold[from + 1] * h[i + 1];
          spectrum[2 * f + 1] += fold[from] * h[i + 1] + fold[from + 1] * h[i];
        }
      }
      // The real part of a spectrum's one side is half of both.
      for (int i = 2; i < spectrum.length; i++) {
        boolean middle = size % 2 == 0 && i >= size;
        spectrum[i] *= middle ? 1 : 0.5;
      }
      return inside(spectrum);
    }

    private double[] preconditioned(double[] residual) {
      double[] spectrum = whole.forward(residual);
      for (int f = 0; f < energy.length; f++) {
        double weight = 1 / (energy[f] + REGULARIZATION * most);
        spectrum[2 * f] *= weight;
        spectrum[2 * f + 1] *= weight;
      }
      return inside(spectrum);
    }

    private double[] inside(double[] spectrum) {
      double[] x = new double[n];
      System.arraycopy(whole.inverse(spectrum), 0, x, 0, n);
      return x;
    }

    private double energy(double[][] y) {
      double sum = 0;
      for (double[] frame : y) {
        sum += dot(frame, frame);
      }
      return sum;
    }

    private double dot(double[] a, double[] b) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * b[i];
      }
      return sum;
    }
  }
}
