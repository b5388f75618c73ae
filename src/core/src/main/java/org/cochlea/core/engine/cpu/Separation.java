package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.HarmonicPercussive.Part;
import org.cochlea.core.stage.Padding;

/**
 * The harmonic or percussive part of a panel: medians along time of as many bins at once as a
 * vector has lanes, then along frequency of as many frames. Belongs to one thread; its memory grows
 * and stays.
 */
final class Separation {
  private static final int L = Lanes.COUNT;

  private final HarmonicPercussive stage;
  private float[] tile = {};
  private float[] whole = {};

  Separation(HarmonicPercussive stage) {
    this.stage = stage;
  }

  /**
   * Runs, unless the panel has negative values or NaN, whose order is not that of their bits;
   * returns whether it did. A hard mask of complex values, too, is left to who has them in double.
   */
  boolean run(TileKernels k, Panel in, Panel out) {
    if (in.frames == 0) {
      return true;
    }
    boolean complex = in.parts == 2;
    if (complex && Double.isInfinite(stage.power())) {
      return false;
    }
    int frames = in.frames;
    int cells = Math.multiplyExact(in.rows, frames);
    boolean apart = out.parts == 2;
    int needed = (complex ? cells : 0) + (apart ? cells : 0);
    if (whole.length < needed) {
      whole = new float[needed];
    }
    if (complex) {
      moduli(in, whole);
    }
    float[] x = complex ? whole : in.data;
    int x0 = complex ? 0 : in.row(0);
    int pitch = complex ? frames : in.stride;
    for (int r = 0; r < in.rows && !complex; r++) {
      if (!ordered(x, x0 + r * pitch, frames)) {
        return false;
      }
    }
    float[] h = apart ? whole : out.data;
    int h0 = apart ? cells : out.row(0);
    int apartFrom = apart ? frames : out.stride;
    alongTime(k, x, x0, pitch, in.rows, frames, h, h0, apartFrom);
    alongFrequency(k, x, x0, pitch, h, h0, apartFrom, in, out);
    return true;
  }

  private static void moduli(Panel in, float[] y) {
    for (int r = 0; r < in.rows; r++) {
      int from = in.row(r);
      for (int t = 0; t < in.frames; t++) {
        double re = in.data[from + 2 * t];
        double im = in.data[from + 2 * t + 1];
        y[r * in.frames + t] = (float) Math.sqrt(re * re + im * im);
      }
    }
  }

  private static boolean ordered(float[] x, int from, int count) {
    int most = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    for (int i = from; i < from + count; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      if (bits < 0 || bits > most) {
        return false;
      }
    }
    return true;
  }

  private float[] tile(int floats) {
    if (tile.length < floats) {
      tile = new float[floats];
    }
    return tile;
  }

  private void alongTime(
      TileKernels k,
      float[] x,
      int x0,
      int pitch,
      int bins,
      int frames,
      float[] y,
      int y0,
      int apart) {
    int width = stage.harmonicWidth();
    int padded = (frames + L - 1) / L * L;
    // Rows of some bins; their frames as rows, with what lies beyond the ends; the window; medians.
    int rows = L * padded;
    int window = rows + (padded + width - 1) * L;
    int medians = window + width * L;
    float[] a = tile(medians + padded * L);
    for (int bin = 0; bin < bins; bin += L) {
      int lanes = Math.min(L, bins - bin);
      for (int l = 0; l < lanes; l++) {
        System.arraycopy(x, x0 + (bin + l) * pitch, a, l * padded, frames);
      }
      int inside = rows + width / 2 * L;
      k.transpose(a, 0, padded, padded, L, a, inside, L);
      mirror(a, rows, frames, width);
      k.medians(a, rows, frames, width, a, window, a, medians, lanes);
      k.transpose(a, medians, L, L, padded, a, 0, padded);
      for (int l = 0; l < lanes; l++) {
        System.arraycopy(a, l * padded, y, y0 + (bin + l) * apart, frames);
      }
    }
  }

  private void alongFrequency(
      TileKernels k,
      float[] x,
      int x0,
      int pitch,
      float[] h,
      int h0,
      int apart,
      Panel in,
      Panel out) {
    int bins = in.rows;
    int width = stage.percussiveWidth();
    int window = (bins + width - 1) * L;
    int medians = window + width * L;
    float[] a = tile(medians + bins * L);
    int inside = width / 2 * L;
    for (int frame = 0; frame < in.frames; frame += L) {
      int lanes = Math.min(L, in.frames - frame);
      if (lanes == L) {
        k.copyRows(x, x0 + frame, pitch, a, inside, L, bins, L);
      } else {
        for (int r = 0; r < bins; r++) {
          System.arraycopy(x, x0 + r * pitch + frame, a, inside + r * L, lanes);
        }
      }
      mirror(a, 0, bins, width);
      k.medians(a, 0, bins, width, a, window, a, medians, lanes);
      for (int r = 0; r < bins; r++) {
        int from = h0 + r * apart + frame;
        mask(h, from, a, medians + r * L, lanes);
        apply(a, medians + r * L, in, out, r, frame, lanes);
      }
    }
  }

  /** Puts around rows, the first of them {@code width / 2} rows on, what lies beyond them. */
  private static void mirror(float[] a, int at, int rows, int width) {
    int before = width / 2;
    for (int r = 0; r < rows + width - 1; r++) {
      if (r < before || r >= before + rows) {
        int from = before + Padding.SYMMETRIC.index(r - before, rows);
        System.arraycopy(a, at + from * L, a, at + r * L, L);
      }
    }
  }

  /** Replaces percussive medians by weights. */
  private void mask(float[] h, int h0, float[] p, int p0, int count) {
    boolean harmonic = stage.part() == Part.HARMONIC;
    double margin = harmonic ? stage.harmonicMargin() : stage.percussiveMargin();
    if (stage.power() == 2) {
      for (int i = 0; i < count; i++) {
        double own = harmonic ? h[h0 + i] : p[p0 + i];
        double other = margin * (harmonic ? p[p0 + i] : h[h0 + i]);
        // Squares of floats, and of these by a margin, are numbers of double.
        double square = own * own;
        double weight = square / (square + other * other);
        p[p0 + i] = (float) (Math.max(own, other) < Float.MIN_NORMAL ? stage.ofNothing() : weight);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      double own = harmonic ? h[h0 + i] : p[p0 + i];
      double other = harmonic ? p[p0 + i] : h[h0 + i];
      p[p0 + i] = (float) stage.weight(own, margin * other);
    }
  }

  private void apply(float[] weights, int w0, Panel in, Panel out, int row, int frame, int count) {
    int to = out.row(row) + out.parts * frame;
    if (stage.mask()) {
      System.arraycopy(weights, w0, out.data, to, count);
      return;
    }
    int from = in.row(row) + in.parts * frame;
    if (in.parts == 2) {
      for (int i = 0; i < count; i++) {
        out.data[to + 2 * i] = weights[w0 + i] * in.data[from + 2 * i];
        out.data[to + 2 * i + 1] = weights[w0 + i] * in.data[from + 2 * i + 1];
      }
    } else {
      for (int i = 0; i < count; i++) {
        out.data[to + i] = weights[w0 + i] * in.data[from + i];
      }
    }
  }
}
