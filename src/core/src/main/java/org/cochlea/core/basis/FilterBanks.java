package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/**
 * Filter banks over the bins of a Fourier transform: {@code [filters, fftSize / 2 + 1]}.
 *
 * <p>Bin {@code k} lies at {@code k sampleRate / fftSize} Hz.
 */
public final class FilterBanks {
  private FilterBanks() {}

  /** The axis on which a triangle's sides are straight. */
  public enum Axis {
    /** Hz; librosa, torchaudio, nnAudio. */
    HZ,
    /** Mel; Kaldi, tf.signal (YAMNet, VGGish). */
    MEL
  }

  /** How the rows of a filter bank are scaled. */
  public enum Norm {
    /** Peaks of 1; torchaudio's default. */
    NONE,
    /** {@code 2 / (upper - lower edge in Hz)}: about constant area; librosa's default. */
    SLANEY,
    /** Sum of absolute values 1; librosa's {@code norm=1}. */
    L1,
    /** Sum of squares 1; librosa's {@code norm=2}. */
    L2,
    /** Maximum 1; librosa's {@code norm=inf}. */
    PEAK
  }

  /**
   * Returns triangles whose edges are equally spaced in mel.
   *
   * @param sampleRate in Hz
   * @param fftSize at least 1
   * @param filters at least 1
   * @param minHz lower edge of the first triangle
   * @param maxHz upper edge of the last, above {@code minHz}
   */
  public static Basis mel(
      int sampleRate,
      int fftSize,
      int filters,
      double minHz,
      double maxHz,
      MelScale scale,
      Norm norm,
      Axis axis) {
    double low = scale.fromHz(minHz);
    double high = scale.fromHz(maxHz);
    double[] edges = new double[filters + 2];
    for (int i = 0; i < edges.length; i++) {
      double mel = low + (high - low) * i / (filters + 1);
      edges[i] = axis == Axis.MEL ? mel : scale.toHz(mel);
    }
    double[] positions = new double[fftSize / 2 + 1];
    for (int k = 0; k < positions.length; k++) {
      double hz = (double) k * sampleRate / fftSize;
      positions[k] = axis == Axis.MEL ? scale.fromHz(hz) : hz;
    }
    double[][] rows = triangles(edges, positions);
    if (axis == Axis.MEL) {
      for (int i = 0; i < edges.length; i++) {
        edges[i] = scale.toHz(edges[i]);
      }
    }
    return Basis.of(normalized(rows, edges, norm));
  }

  /**
   * Returns triangles whose edges are equally spaced in Hz; torchaudio's linear_fbanks.
   *
   * @param sampleRate in Hz
   * @param fftSize at least 1
   * @param filters at least 1
   * @param minHz lower edge of the first triangle
   * @param maxHz upper edge of the last, above {@code minHz}
   */
  public static Basis linear(int sampleRate, int fftSize, int filters, double minHz, double maxHz) {
    double[] edges = new double[filters + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = minHz + (maxHz - minHz) * i / (filters + 1);
    }
    double[] positions = new double[fftSize / 2 + 1];
    for (int k = 0; k < positions.length; k++) {
      positions[k] = (double) k * sampleRate / fftSize;
    }
    return Basis.of(triangles(edges, positions));
  }

  private static double[][] triangles(double[] edges, double[] positions) {
    double[][] rows = new double[edges.length - 2][positions.length];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < positions.length; k++) {
        double rising = (positions[k] - edges[i]) / (edges[i + 1] - edges[i]);
        double falling = (edges[i + 2] - positions[k]) / (edges[i + 2] - edges[i + 1]);
        rows[i][k] = Math.max(0, Math.min(rising, falling));
      }
    }
    return rows;
  }

  private static double[][] normalized(double[][] rows, double[] edgesHz, Norm norm) {
    for (int i = 0; i < rows.length; i++) {
      double size = 0;
      for (double v : rows[i]) {
        size =
            switch (norm) {
              case L1 -> size + v;
              case L2 -> size + v * v;
              case NONE, SLANEY, PEAK -> Math.max(size, v);
            };
      }
      double factor =
          switch (norm) {
            case NONE -> 1;
            case SLANEY -> 2 / (edgesHz[i + 2] - edgesHz[i]);
            case L1, PEAK -> size == 0 ? 1 : 1 / size;
            case L2 -> size == 0 ? 1 : 1 / Math.sqrt(size);
          };
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] *= factor;
      }
    }
    return rows;
  }

  private static final double EAR_Q = 9.26449;
  private static final double MIN_BANDWIDTH = 24.7;

  /**
   * Returns the magnitudes of gammatone filters at the bins, lowest frequency first; the centres
   * are equally spaced on the ERB-rate scale, the first at {@code minHz}, {@code maxHz} excluded.
   *
   * <p>Slaney, "An efficient implementation of the Patterson-Holdsworth auditory filter bank",
   * Apple Technical Report 35, 1993, weighted onto FFT bins as Ellis did; nnAudio's Gammatonegram.
   *
   * @param sampleRate in Hz
   * @param fftSize at least 1
   * @param filters at least 1
   * @param minHz centre of the lowest filter
   * @param maxHz upper limit, above {@code minHz}
   */
  public static Basis gammatone(
      int sampleRate, int fftSize, int filters, double minHz, double maxHz) {
    double offset = EAR_Q * MIN_BANDWIDTH;
    double period = 1.0 / sampleRate;
    double[][] rows = new double[filters][fftSize / 2 + 1];
    for (int row = 0; row < filters; row++) {
      int i = filters - row;
      double centre =
          (maxHz + offset)
                  * Math.exp(i * (Math.log(minHz + offset) - Math.log(maxHz + offset)) / filters)
              - offset;
      double erb = centre / EAR_Q + MIN_BANDWIDTH;
      double decay = Math.exp(-1.019 * 2 * Math.PI * erb * period);
      double theta = 2 * Math.PI * centre * period;
      double[] zeros = new double[4];
      double a = Math.sqrt(3 + Math.pow(2, 1.5));
      double b = Math.sqrt(3 - Math.pow(2, 1.5));
      double[] factors = {a, -a, b, -b};
      for (int z = 0; z < 4; z++) {
        zeros[z] = decay * (Math.cos(theta) + factors[z] * Math.sin(theta));
      }
      double gain = gammatoneGain(period, decay, theta, zeros);
      double poleRe = decay * Math.cos(theta);
      double poleIm = decay * Math.sin(theta);
      for (int k = 0; k < rows[row].length; k++) {
        double angle = 2 * Math.PI * k / fftSize;
        double re = Math.cos(angle);
        double im = Math.sin(angle);
        double numerator = 1;
        for (double zero : zeros) {
          numerator *= Math.hypot(re - zero, im);
        }
        double denominator =
            Math.hypot(poleRe - re, poleIm - im) * Math.hypot(poleRe - re, -poleIm - im);
        rows[row][k] = Math.pow(period, 4) / gain * numerator / Math.pow(denominator, 4) / fftSize;
      }
    }
    return Basis.of(rows);
  }

  private static double gammatoneGain(double period, double decay, double theta, double[] zeros) {
    double numerator = 1;
    for (double zero : zeros) {
      // |-2T e^(2iθ) + 2T e^(iθ) zero| = 2T |zero - e^(iθ)|
      numerator *= 2 * period * Math.hypot(zero - Math.cos(theta), Math.sin(theta));
    }
    double re =
        -2 * decay * decay - 2 * Math.cos(2 * theta) + 2 * decay * (1 + Math.cos(2 * theta));
    double im = -2 * Math.sin(2 * theta) + 2 * decay * Math.sin(2 * theta);
    return numerator / Math.pow(Math.hypot(re, im), 4);
  }
}
