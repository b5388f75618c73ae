package org.cochlea.cli.plot;

/**
 * A signal of any length in bounded memory: runs of samples, each with its lowest, its highest and
 * its mean square. Runs begin with one sample and double as the signal grows.
 */
public final class Envelope {
  private static final int CAPACITY = 1 << 14;

  private final float[] low = new float[CAPACITY];
  private final float[] high = new float[CAPACITY];
  private final double[] squares = new double[CAPACITY];
  private final int[] counts = new int[CAPACITY];
  private long samples;
  private int runLength = 1;
  private int runs;
  private int inRun;

  /** Adds samples at the end; those that are not finite count as absent. */
  public void add(float[] signal, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (inRun == 0) {
        begin();
      }
      float x = signal[i];
      if (Float.isFinite(x)) {
        int run = runs - 1;
        low[run] = Math.min(low[run], x);
        high[run] = Math.max(high[run], x);
        squares[run] += (double) x * x;
        counts[run]++;
      }
      inRun = inRun + 1 == runLength ? 0 : inRun + 1;
      samples++;
    }
  }

  private void begin() {
    if (runs == CAPACITY) {
      for (int i = 0; i < CAPACITY / 2; i++) {
        low[i] = Math.min(low[2 * i], low[2 * i + 1]);
        high[i] = Math.max(high[2 * i], high[2 * i + 1]);
        squares[i] = squares[2 * i] + squares[2 * i + 1];
        counts[i] = counts[2 * i] + counts[2 * i + 1];
      }
      runs = CAPACITY / 2;
      runLength *= 2;
    }
    low[runs] = Float.POSITIVE_INFINITY;
    high[runs] = Float.NEGATIVE_INFINITY;
    squares[runs] = 0;
    counts[runs] = 0;
    runs++;
  }

  /** Returns the number of samples seen. */
  public long samples() {
    return samples;
  }

  /** Returns the largest magnitude, 0 if there is none. */
  public float peak() {
    float peak = 0;
    for (int i = 0; i < runs; i++) {
      if (counts[i] > 0) {
        peak = Math.max(peak, Math.max(Math.abs(low[i]), Math.abs(high[i])));
      }
    }
    return peak;
  }

  /** Whether every run is one sample, so that {@link #sample} tells the signal itself. */
  boolean exact() {
    return runLength == 1;
  }

  /** Returns a sample, NaN where it was not finite. */
  float sample(int index) {
    return counts[index] == 0 ? Float.NaN : low[index];
  }

  /** What a stretch of the signal spans; all NaN if there is nothing finite in it. */
  record Span(double low, double high, double rms) {}

  /** Returns the span of a stretch, its ends as shares of the whole, in [0, 1]. */
  Span span(double from, double to) {
    double length = (double) samples / runLength;
    int first = Math.clamp((long) Math.floor(from * length), 0, Math.max(0, runs - 1));
    int last = Math.clamp((long) Math.ceil(to * length), first + 1, Math.max(first + 1, runs));
    double lowest = Double.POSITIVE_INFINITY;
    double highest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    long count = 0;
    for (int i = first; i < Math.min(last, runs); i++) {
      lowest = Math.min(lowest, low[i]);
      highest = Math.max(highest, high[i]);
      sum += squares[i];
      count += counts[i];
    }
    return count == 0
        ? new Span(Double.NaN, Double.NaN, Double.NaN)
        : new Span(lowest, highest, Math.sqrt(sum / count));
  }

  /** Returns the envelope of a signal. */
  public static Envelope of(float[] signal) {
    Envelope envelope = new Envelope();
    envelope.add(signal, 0, signal.length);
    return envelope;
  }
}
