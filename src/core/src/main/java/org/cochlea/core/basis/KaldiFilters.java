package org.cochlea.core.basis;

import org.cochlea.core.stage.Basis;

/**
 * Kaldi's mel filter bank: triangles equally spaced in mel with sides that are straight in mel,
 * over the bins below half the sample rate (that bin itself is never used).
 */
public final class KaldiFilters {
  private KaldiFilters() {}

  /**
   * Returns the filters {@code [filters, fftSize / 2 + 1]}.
   *
   * @param sampleRate in Hz
   * @param fftSize even
   * @param filters at least 1
   * @param minHz lower edge of the first
   * @param maxHz upper edge of the last, above {@code minHz}
   */
  public static Basis mel(int sampleRate, int fftSize, int filters, double minHz, double maxHz) {
    return Basis.of(rows(sampleRate, fftSize, edges(filters, minHz, maxHz)));
  }

  /**
   * Returns the filters warped for a vocal tract's length (VTLN): the edges are moved by a function
   * of three straight pieces, {@code f / warp} in the middle, that leaves {@code minHz} and {@code
   * maxHz} where they are.
   *
   * @param sampleRate in Hz
   * @param fftSize even
   * @param filters at least 1
   * @param minHz lower edge of the first
   * @param maxHz upper edge of the last, above {@code minHz}
   * @param low where the middle piece begins, in Hz: {@code low max(1, warp)}, above {@code minHz}
   * @param high where it ends: {@code high min(1, warp)}, below {@code maxHz}
   * @param warp above 0; 1 changes nothing
   */
  public static Basis warped(
      int sampleRate,
      int fftSize,
      int filters,
      double minHz,
      double maxHz,
      double low,
      double high,
      double warp) {
    double[] edges = edges(filters, minHz, maxHz);
    double from = low * Math.max(1, warp);
    double to = high * Math.min(1, warp);
    for (int i = 0; i < edges.length; i++) {
      double hz = MelScale.HTK.toHz(edges[i]);
      double moved;
      if (hz < minHz || hz > maxHz) {
        moved = hz;
      } else if (hz < from) {
        moved = minHz + (from / warp - minHz) / (from - minHz) * (hz - minHz);
      } else if (hz < to) {
        moved = hz / warp;
      } else {
        moved = maxHz + (maxHz - to / warp) / (maxHz - to) * (hz - maxHz);
      }
      edges[i] = MelScale.HTK.fromHz(moved);
    }
    return Basis.of(rows(sampleRate, fftSize, edges));
  }

  private static double[] edges(int filters, double minHz, double maxHz) {
    double low = MelScale.HTK.fromHz(minHz);
    double step = (MelScale.HTK.fromHz(maxHz) - low) / (filters + 1);
    double[] edges = new double[filters + 2];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = low + i * step;
    }
    return edges;
  }

  private static double[][] rows(int sampleRate, int fftSize, double[] edges) {
    double[][] rows = new double[edges.length - 2][fftSize / 2 + 1];
    for (int k = 0; k < fftSize / 2; k++) {
      double mel = MelScale.HTK.fromHz((double) k * sampleRate / fftSize);
      for (int i = 0; i < rows.length; i++) {
        double rising = (mel - edges[i]) / (edges[i + 1] - edges[i]);
        double falling = (edges[i + 2] - mel) / (edges[i + 2] - edges[i + 1]);
        rows[i][k] = Math.max(0, Math.min(rising, falling));
      }
    }
    return rows;
  }
}
