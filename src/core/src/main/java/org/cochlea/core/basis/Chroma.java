package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Layout;

/** From spectra to pitch classes, and from those to a tonal space. */
public final class Chroma {
  private static final double A0 = 27.5;
  private static final int SEMITONES = 12;

  private Chroma() {}

  /**
   * Returns Gaussian bumps around the pitch classes, {@code [bins, fftSize / 2 + 1]};
   * librosa.filters.chroma. Bin 0 of 12 is C.
   *
   * <p>After Ellis, "Chroma feature analysis and synthesis", 2007.
   *
   * @param sampleRate in Hz, above 0
   * @param fftSize at least 2
   * @param bins pitch classes per octave, at least 1
   * @param tuning from A4 = 440 Hz, in fractions of a bin
   * @param norm order of the norm that columns have before they are weighted by octaves, or NaN for
   *     none; 2 in librosa
   * @param centerOctave octave of the largest weight, from A0 on; 5 in librosa
   * @param octaveWidth of the Gaussian over octaves, above 0; infinite for equal weights; 2
   * @param baseC whether bin 0 is C, not A
   */
  public static Basis fourier(
      double sampleRate,
      int fftSize,
      int bins,
      double tuning,
      double norm,
      double centerOctave,
      double octaveWidth,
      boolean baseC) {
    double[] places = new double[fftSize];
    for (int k = 1; k < fftSize; k++) {
      double octaves = log2(k * sampleRate / fftSize / (A0 * Math.pow(2, tuning / bins)));
      places[k] = bins * octaves;
    }
    // A bin 0 an octave and a half below bin 1: Hz have no place for it.
    places[0] = places[1] - 1.5 * bins;
    double[][] columns = new double[fftSize / 2 + 1][bins];
    double half = Math.rint(bins / 2.0);
    for (int k = 0; k < columns.length; k++) {
      double width = k + 1 < fftSize ? Math.max(places[k + 1] - places[k], 1) : 1;
      for (int c = 0; c < bins; c++) {
        double distance = floorMod(places[k] - c + half + 10.0 * bins, bins) - half;
        columns[k][c] = Math.exp(-0.5 * Math.pow(2 * distance / width, 2));
      }
    }
    if (!Double.isNaN(norm)) {
      columns = new FrameNorm(norm, Double.NEGATIVE_INFINITY).compute(columns, Layout.real(bins));
    }
    double[][] rows = new double[bins][columns.length];
    int shift = baseC ? 3 * (bins / SEMITONES) : 0;
    for (int k = 0; k < columns.length; k++) {
      double octave = (places[k] / bins - centerOctave) / octaveWidth;
      for (int c = 0; c < bins; c++) {
        rows[Math.floorMod(c - shift, bins)][k] = columns[k][c] * Math.exp(-0.5 * octave * octave);
      }
    }
    return Basis.of(rows);
  }

  /**
   * Returns the matrix that adds up the bins of a constant-Q transform by pitch class, {@code
   * [classes, bins]}; librosa.filters.cq_to_chroma.
   *
   * @param bins of the transform, at least 1
   * @param binsPerOctave a multiple of {@code classes}
   * @param classes per octave, at least 1
   * @param minHz frequency of the first bin, above 0
   * @throws IllegalArgumentException if {@code binsPerOctave} is no multiple
   */
  public static Basis constantQ(int bins, int binsPerOctave, int classes, double minHz) {
    if (classes < 1 || binsPerOctave % classes != 0) {
      throw new IllegalArgumentException(
          "binsPerOctave must be a multiple of classes = %d, was %d"
              .formatted(classes, binsPerOctave));
    }
    int merged = binsPerOctave / classes;
    double midi = floorMod(SEMITONES * log2(minHz / 440) + 69, SEMITONES);
    int roll = (int) Math.rint(midi * (classes / (double) SEMITONES));
    double[][] rows = new double[classes][bins];
    for (int b = 0; b < bins; b++) {
      int column = Math.floorMod(b + merged / 2, binsPerOctave) / merged;
      rows[Math.floorMod(column + roll, classes)][b] = 1;
    }
    return Basis.of(rows);
  }

  /**
   * Returns the projection of pitch classes onto fifths, minor and major thirds (sine and cosine of
   * each), {@code [6, bins]}; Harte, Sandler and Gasser, "Detecting harmonic change in musical
   * audio", 2006; librosa.feature.tonnetz.
   *
   * @param bins pitch classes, at least 1
   */
  public static Basis tonnetz(int bins) {
    double[] scale = {7.0 / 6, 7.0 / 6, 3.0 / 2, 3.0 / 2, 2.0 / 3, 2.0 / 3};
    double[] radius = {1, 1, 1, 1, 0.5, 0.5};
    double[][] rows = new double[scale.length][bins];
    for (int r = 0; r < scale.length; r++) {
      for (int c = 0; c < bins; c++) {
        double turn = scale[r] * (SEMITONES * (double) c / bins) - (r % 2 == 0 ? 0.5 : 0);
        rows[r][c] = radius[r] * Math.cos(Math.PI * turn);
      }
    }
    return Basis.of(rows);
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  private static double floorMod(double x, double by) {
    double rest = x % by;
    return rest < 0 ? rest + by : rest;
  }
}
