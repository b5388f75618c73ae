package org.cochlea.core.stage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers that say how the values of a frame {@code x[0 … K-1]}, at least 0, lie along the
 * frequencies {@code f[k]}; librosa.feature.spectral_*.
 *
 * @param frequencies one row: where bin k lies, in Hz, ascending
 * @param measure which number
 */
public record SpectralShape(Basis frequencies, Measure measure) implements Stage.Analysis {

  /** What is measured. */
  public sealed interface Measure {
    /** Returns how many numbers come out of a frame. */
    default int bins() {
      return 1;
    }
  }

  /** {@code Σ f x / Σ x}; 0 of silence. */
  public record Centroid() implements Measure {}

  /**
   * {@code (Σ x |f - centroid|^p)^(1/p)}, where x is divided by its sum if normalized.
   *
   * @param order p, above 0; 2 in librosa
   * @param normalized whether frames are divided by their sums
   */
  public record Bandwidth(double order, boolean normalized) implements Measure {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Bandwidth {
      Require.positive("order", order);
    }
  }

  /**
   * The least f below which (inclusive) a fraction of the sum lies.
   *
   * @param fraction in (0, 1); 0.85 in librosa
   */
  public record Rolloff(double fraction) implements Measure {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Rolloff {
      Require.between("fraction", fraction, 0, 1);
    }
  }

  /**
   * Per octave band, the mean of the largest less the mean of the least values, in decibels (not
   * below the clip's maximum less 80 dB, at least 1e-10) or as they are. Jiang et al., "Music type
   * classification by spectral contrast feature", 2002.
   *
   * <p>The first band is below {@code minHz}, each of the others an octave; the last goes on to the
   * end. {@code 1 + bands} numbers.
   *
   * @param minHz above 0; 200 in librosa
   * @param bands at least 1; 6 in librosa
   * @param quantile the part of a band that counts as its largest (least), in (0, 1); 0.02
   * @param linear whether values stay as they are
   */
  public record Contrast(double minHz, int bands, double quantile, boolean linear)
      implements Measure {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Contrast {
      Require.positive("minHz", minHz);
      Require.atLeast("bands", bands, 1);
      Require.between("quantile", quantile, 0, 1);
    }

    @Override
    public int bins() {
      return bands + 1;
    }
  }

  /**
   * Geometric by arithmetic mean of {@code max(x^power, floor)}.
   *
   * @param power above 0; 2 of a magnitude in librosa
   * @param floor above 0; 1e-10 in librosa
   */
  public record Flatness(double power, double floor) implements Measure {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Flatness {
      Require.positive("power", power);
      Require.positive("floor", floor);
    }
  }

  /** {@code max x / mean x}; 0 of silence. Not in librosa. */
  public record Crest() implements Measure {}

  /** The least mean of a contrast in decibels. */
  public static final double DECIBEL_FLOOR = 1e-10;

  /** Decibels below the clip's greatest mean to which others are limited. */
  public static final double DECIBEL_RANGE = 80;

  /**
   * A band of a contrast: the bins {@code from … to - 1}.
   *
   * @param from the first bin
   * @param to at least {@code from}
   * @param count how many of its values count as its largest, and as its least
   */
  public record Band(int from, int to, int count) {}

  /**
   * Checks the range above, and that every band of a contrast has a bin.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public SpectralShape {
    if (frequencies.rows() != 1) {
      throw new IllegalArgumentException("frequencies must have 1 row, had " + frequencies.rows());
    }
    if (measure instanceof Contrast contrast) {
      double[] hz = frequencies.row(0);
      for (int band = 0; band <= contrast.bands(); band++) {
        if (first(hz, low(contrast, band), high(contrast, band)) < 0) {
          throw new IllegalArgumentException(
              "bands must leave a bin in each, from %s to %s Hz there is none"
                  .formatted(low(contrast, band), high(contrast, band)));
        }
      }
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, frequencies.columns());
    return Layout.real(measure.bins());
  }

  @Override
  public boolean isPerFrame() {
    return !(measure instanceof Contrast contrast) || contrast.linear();
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    double[] hz = frequencies.row(0);
    if (measure instanceof Contrast contrast) {
      return contrast(contrast, x);
    }
    double[][] y = new double[x.length][1];
    for (int t = 0; t < x.length; t++) {
      y[t][0] =
          switch (measure) {
            case Centroid _ -> centroid(x[t], hz);
            case Bandwidth m -> bandwidth(m, x[t], hz);
            case Rolloff m -> rolloff(m, x[t], hz);
            case Flatness m -> flatness(m, x[t]);
            case Crest _ -> crest(x[t]);
            case Contrast _ -> throw new AssertionError("looks at the whole clip");
          };
    }
    return y;
  }

  private static double sum(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    return sum;
  }

  /** What a frame is divided by, so that silence stays silence. */
  private static double divisor(double[] x) {
    double sum = sum(x);
    return sum < Double.MIN_NORMAL ? 1 : sum;
  }

  private static double centroid(double[] x, double[] hz) {
    double weighted = 0;
    for (int k = 0; k < x.length; k++) {
      weighted += hz[k] * x[k];
    }
    return weighted / divisor(x);
  }

  private static double bandwidth(Bandwidth m, double[] x, double[] hz) {
    double centre = centroid(x, hz);
    double moment = 0;
    for (int k = 0; k < x.length; k++) {
      moment += x[k] * Math.pow(Math.abs(hz[k] - centre), m.order());
    }
    return Math.pow(m.normalized() ? moment / divisor(x) : moment, 1 / m.order());
  }

  private static double rolloff(Rolloff m, double[] x, double[] hz) {
    double least = m.fraction() * sum(x);
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k];
      if (sum >= least) {
        return hz[k];
      }
    }
    return Double.NaN;
  }

  private static double flatness(Flatness m, double[] x) {
    double sum = 0;
    double logarithms = 0;
    for (double v : x) {
      double power = Math.max(m.floor(), Math.pow(v, m.power()));
      sum += power;
      logarithms += Math.log(power);
    }
    return Math.exp(logarithms / x.length) / (sum / x.length);
  }

  private static double crest(double[] x) {
    double max = 0;
    for (double v : x) {
      max = Math.max(max, v);
    }
    return max / divisor(x) * x.length;
  }

  // ---- contrast --------------------------------------------------------------------------------

  private static double low(Contrast m, int band) {
    return band == 0 ? 0 : m.minHz() * Math.pow(2, band - 1);
  }

  private static double high(Contrast m, int band) {
    return m.minHz() * Math.pow(2, band);
  }

  /** Returns the first bin in a closed band, or -1. */
  private static int first(double[] hz, double low, double high) {
    for (int k = 0; k < hz.length; k++) {
      if (hz[k] >= low && hz[k] <= high) {
        return k;
      }
    }
    return -1;
  }

  /** Returns the bands of a contrast, lowest first. */
  public List<Band> bands(Contrast m) {
    double[] hz = frequencies.row(0);
    List<Band> bands = new ArrayList<>();
    for (int band = 0; band <= m.bands(); band++) {
      int from = first(hz, low(m, band), high(m, band));
      int to = from;
      while (to < hz.length && hz[to] <= high(m, band)) {
        to++;
      }
      // As librosa: one bin more below, the last band goes on to the end, others lose their last.
      from = band > 0 ? Math.max(0, from - 1) : from;
      to = band == m.bands() ? hz.length : to;
      int count = (int) Math.max(1, Math.rint(m.quantile() * (to - from)));
      to = band < m.bands() ? to - 1 : to;
      bands.add(new Band(from, to, Math.min(count, to - from)));
    }
    return bands;
  }

  private double[][] contrast(Contrast m, double[][] x) {
    double[][] peaks = new double[x.length][m.bins()];
    double[][] valleys = new double[x.length][m.bins()];
    List<Band> bands = bands(m);
    for (int band = 0; band <= m.bands(); band++) {
      int taken = bands.get(band).count();
      for (int t = 0; t < x.length; t++) {
        double[] sorted = Arrays.copyOfRange(x[t], bands.get(band).from(), bands.get(band).to());
        Arrays.sort(sorted);
        for (int i = 0; i < taken; i++) {
          valleys[t][band] += sorted[i] / taken;
          peaks[t][band] += sorted[sorted.length - 1 - i] / taken;
        }
      }
    }
    if (!m.linear()) {
      decibels(peaks);
      decibels(valleys);
    }
    for (int t = 0; t < x.length; t++) {
      for (int band = 0; band < m.bins(); band++) {
        peaks[t][band] -= valleys[t][band];
      }
    }
    return peaks;
  }

  private static void decibels(double[][] x) {
    double max = Double.NEGATIVE_INFINITY;
    for (double[] frame : x) {
      for (int k = 0; k < frame.length; k++) {
        frame[k] = 10 * Math.log10(Math.max(frame[k], DECIBEL_FLOOR));
        max = Math.max(max, frame[k]);
      }
    }
    for (double[] frame : x) {
      for (int k = 0; k < frame.length; k++) {
        frame[k] = Math.max(frame[k], max - DECIBEL_RANGE);
      }
    }
  }
}
