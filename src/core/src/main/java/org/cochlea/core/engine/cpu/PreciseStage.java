package org.cochlea.core.engine.cpu;

import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.PreciseSpectrum;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.SpectralShape.Bandwidth;
import org.cochlea.core.stage.SpectralShape.Centroid;
import org.cochlea.core.stage.SpectralShape.Contrast;
import org.cochlea.core.stage.SpectralShape.Crest;
import org.cochlea.core.stage.SpectralShape.Flatness;
import org.cochlea.core.stage.SpectralShape.Measure;
import org.cochlea.core.stage.SpectralShape.Rolloff;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A spectrum in double, the shape of a spectrum, or both, half a tile at a time.
 *
 * <p>Of a contrast in decibels the limit to a range below the clip's maximum is left to {@link
 * ClipPhase}: here its bands give pairs, (peak, valley), as a complex row.
 */
final class PreciseStage extends TileStage {
  private static final int L = DoubleKernels.COUNT;
  private static final int TILE = Lanes.COUNT;

  /** Factors of a product of mantissas, below 2 each. */
  private static final int FACTORS = 1000;

  /** Values that one kernel finds. */
  private static final int MOST_KEPT = 4;

  private static final double LN2 = Math.log(2);

  private final @Nullable PreciseFft fft;

  /** What the rows of the spectrum are raised to: they are squares where a transform gives them. */
  private final double exponent;

  private final int frame;
  private final int bins;
  private final @Nullable Measure measure;
  private final double[] hz;
  private final List<SpectralShape.Band> bands;

  // Where things lie among the thread's doubles: scratch, the spectrum, a few rows.
  private final int spectrum;
  private final int few;
  private final int room;

  /** Returns how many stages from one on are one step. */
  static int fused(List<Stage> stages, int from) {
    boolean shape =
        stages.get(from) instanceof PreciseSpectrum
            && from + 1 < stages.size()
            && stages.get(from + 1) instanceof SpectralShape;
    return shape ? 2 : 1;
  }

  static boolean handles(Stage stage) {
    return stage instanceof PreciseSpectrum || stage instanceof SpectralShape;
  }

  /** Whether a stage leaves pairs, see above, for the stage itself to be applied to. */
  static boolean leavesPairs(Stage stage) {
    return stage instanceof SpectralShape s && s.measure() instanceof Contrast c && !c.linear();
  }

  /** Returns what comes out of a stage here. */
  static Layout apply(Stage stage, Layout in) {
    Layout out = stage.apply(in);
    return leavesPairs(stage) ? new Layout(out.domain(), out.bins(), true) : out;
  }

  PreciseStage(List<Stage> stages, Layout in) {
    PreciseSpectrum of = stages.getFirst() instanceof PreciseSpectrum s ? s : null;
    SpectralShape shape = stages.getLast() instanceof SpectralShape s ? s : null;
    fft = of == null ? null : new PreciseFft(Arrays.copyOf(of.window().row(0), of.size()));
    exponent = of == null ? 1 : of.power() / 2;
    frame = in.bins();
    bins = fft == null ? in.bins() : fft.bins();
    measure = shape == null ? null : shape.measure();
    hz = shape == null ? new double[0] : shape.frequencies().row(0);
    bands = shape != null && measure instanceof Contrast c ? shape.bands(c) : List.of();
    spectrum = Math.max(fft == null ? 0 : fft.scratch(), bins * L);
    few = spectrum + bins * L;
    room = few + 6 * L;
  }

  @Override
  int inputRows() {
    return fft == null ? 0 : fft.size();
  }

  @Override
  int doubles() {
    return room;
  }

  @Override
  void run(float[] a, int in, int out, int scratch, Tile tile) {
    DoubleKernels k = tile.kernels.doubles();
    double[] d = tile.doubles;
    int z = tile.doublesBase;
    int x = z + spectrum;
    if (fft != null && frame < fft.size()) {
      Arrays.fill(a, in + frame * TILE, in + fft.size() * TILE, 0);
    }
    for (int first = 0; first < tile.lanes; first += L) {
      int lanes = Math.min(L, tile.lanes - first);
      if (fft == null) {
        k.load(a, in + first, d, x, bins, lanes);
      } else {
        fft.power(k, a, in + first, d, z, x, lanes);
      }
      if (measure == null) {
        raise(k, d, x, bins, exponent, lanes);
        k.store(d, x, a, out + first, bins, lanes);
      } else {
        measure(measure, k, d, z, a, out + first, lanes);
      }
    }
    if (measure instanceof Contrast c && !c.linear()) {
      float floor = (float) SpectralShape.DECIBEL_FLOOR;
      tile.kernels.logAtLeast(a, out, floor, (float) (10 / Math.log(10)), 2 * c.bins(), tile.lanes);
    }
  }

  private static void raise(
      DoubleKernels k, double[] d, int at, int rows, double exponent, int lanes) {
    if (exponent == 0.5) {
      k.squareRoot(d, at, rows, lanes);
      return;
    }
    for (int r = 0; r < rows && exponent != 1; r++) {
      for (int i = at + r * L; i < at + r * L + lanes; i++) {
        d[i] = Math.pow(d[i], exponent);
      }
    }
  }

  private void measure(
      Measure of, DoubleKernels k, double[] d, int z, float[] a, int out, int lanes) {
    int x = z + spectrum;
    int rows = z + few;
    if (!(of instanceof Flatness || of instanceof Contrast)) {
      raise(k, d, x, bins, exponent, lanes);
    }
    switch (of) {
      case Centroid _ -> {
        centroid(k, d, x, rows, lanes);
        k.store(d, rows, a, out, 1, lanes);
      }
      case Bandwidth m -> {
        bandwidth(m, k, d, x, rows, lanes);
        k.store(d, rows, a, out, 1, lanes);
      }
      case Rolloff m -> rolloff(m, k, d, x, rows, a, out, lanes);
      case Flatness m -> flatness(m, k, d, x, rows, a, out, lanes);
      case Crest _ -> {
        k.greatest(d, x, bins, d, rows, lanes);
        k.sum(d, x, bins, d, rows + L, lanes);
        for (int l = 0; l < lanes; l++) {
          a[out + l] = (float) (d[rows + l] / divisor(d[rows + L + l]) * bins);
        }
      }
      case Contrast m -> contrast(m, k, d, z, a, out, lanes);
    }
  }

  /** What a frame is divided by, so that silence stays silence. */
  private static double divisor(double sum) {
    return sum < Double.MIN_NORMAL ? 1 : sum;
  }

  /** The centroid in a row, and what frames are divided by in the next. */
  private void centroid(DoubleKernels k, double[] d, int x, int to, int lanes) {
    k.weightedSum(d, x, hz, bins, d, to, lanes);
    k.sum(d, x, bins, d, to + L, lanes);
    for (int l = 0; l < lanes; l++) {
      d[to + L + l] = divisor(d[to + L + l]);
      d[to + l] /= d[to + L + l];
    }
  }

  private void bandwidth(Bandwidth m, DoubleKernels k, double[] d, int x, int to, int lanes) {
    int centre = to + L;
    int sum = to + 2 * L;
    centroid(k, d, x, centre, lanes);
    if (m.order() == 2) {
      k.secondMoment(d, x, hz, bins, d, centre, d, to, lanes);
    } else {
      for (int l = 0; l < lanes; l++) {
        double moment = 0;
        for (int r = 0; r < bins; r++) {
          double distance = Math.abs(hz[r] - d[centre + l]);
          moment += d[x + r * L + l] * Math.pow(distance, m.order());
        }
        d[to + l] = moment;
      }
    }
    for (int l = 0; l < lanes; l++) {
      double moment = m.normalized() ? d[to + l] / d[sum + l] : d[to + l];
      d[to + l] = m.order() == 2 ? Math.sqrt(moment) : Math.pow(moment, 1 / m.order());
    }
  }

  private void rolloff(
      Rolloff m, DoubleKernels k, double[] d, int x, int rows, float[] a, int out, int lanes) {
    int count = rows + L;
    k.sumInOrder(d, x, bins, d, rows, lanes);
    for (int l = 0; l < lanes; l++) {
      d[rows + l] *= m.fraction();
    }
    k.countBelow(d, x, bins, d, rows, d, count, lanes);
    for (int l = 0; l < lanes; l++) {
      int bin = (int) d[count + l];
      a[out + l] = bin < bins ? (float) hz[bin] : Float.NaN;
    }
  }

  private void flatness(
      Flatness m, DoubleKernels k, double[] d, int x, int product, float[] a, int out, int lanes) {
    int exponents = product + L;
    int logarithms = product + 2 * L;
    int sum = product + 3 * L;
    boolean normal = m.floor() >= Double.MIN_NORMAL;
    raise(k, d, x, bins, exponent * m.power(), lanes);
    k.atLeast(d, x, m.floor(), bins, lanes);
    k.sum(d, x, bins, d, sum, lanes);
    Arrays.fill(d, logarithms, logarithms + L, 0);
    for (int from = 0; normal && from < bins; from += FACTORS) {
      int rows = Math.min(FACTORS, bins - from);
      k.product(d, x + from * L, rows, d, product, lanes);
      for (int l = 0; l < lanes; l++) {
        long exponent = Double.doubleToRawLongBits(d[exponents + l]) - 1023L * rows;
        d[logarithms + l] += Math.log(d[product + l]) + exponent * LN2;
      }
    }
    for (int i = x; !normal && i < x + bins * L; i += L) {
      for (int l = 0; l < lanes; l++) {
        d[logarithms + l] += Math.log(d[i + l]);
      }
    }
    for (int l = 0; l < lanes; l++) {
      double mean = d[sum + l] / bins;
      double geometric = Math.exp(d[logarithms + l] / bins);
      a[out + l] = mean < Double.POSITIVE_INFINITY ? (float) (geometric / mean) : Float.NaN;
    }
  }

  /** The largest and least are found before a power or root is taken, which keeps their order. */
  private void contrast(
      Contrast m, DoubleKernels k, double[] d, int z, float[] a, int out, int lanes) {
    int kept = z + few;
    int peaks = kept + 4 * L;
    int valleys = kept + 5 * L;
    for (int b = 0; b < bands.size(); b++) {
      SpectralShape.Band band = bands.get(b);
      int x = z + spectrum + band.from() * L;
      int rows = band.to() - band.from();
      // A sum finds NaN, which the others pass by.
      k.sum(d, x, rows, d, kept, lanes);
      for (int l = 0; l < lanes; l++) {
        d[peaks + l] = Double.isNaN(d[kept + l]) ? Double.NaN : 0;
        d[valleys + l] = d[peaks + l];
      }
      for (int done = 0; done < band.count(); done += MOST_KEPT) {
        int count = Math.min(MOST_KEPT, band.count() - done);
        k.keepLeast(count, d, done == 0 ? x : z, rows, d, z, d, kept, lanes);
        add(k, d, kept, count, valleys, lanes);
      }
      for (int done = 0; done < band.count(); done += MOST_KEPT) {
        int count = Math.min(MOST_KEPT, band.count() - done);
        k.keepGreatest(count, d, done == 0 ? x : z, rows, d, z, d, kept, lanes);
        add(k, d, kept, count, peaks, lanes);
      }
      for (int l = 0; l < lanes; l++) {
        double peak = d[peaks + l] / Math.max(1, band.count());
        double valley = d[valleys + l] / Math.max(1, band.count());
        if (m.linear()) {
          a[out + b * TILE + l] = (float) (peak - valley);
        } else {
          a[out + 2 * b * TILE + l] = (float) peak;
          a[out + (2 * b + 1) * TILE + l] = (float) valley;
        }
      }
    }
  }

  private void add(DoubleKernels k, double[] d, int kept, int count, int to, int lanes) {
    raise(k, d, kept, count, exponent, lanes);
    for (int i = kept; i < kept + count * L; i += L) {
      for (int l = 0; l < lanes; l++) {
        d[to + l] += d[i + l];
      }
    }
  }
}
