package org.cochlea.core.signal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds silence by the level of frames, as {@code librosa.effects.trim} and {@code split} of
 * librosa 0.11.
 *
 * <p>The level of a frame is its RMS in dB relative to the reference; frames are centred on {@code
 * k hopLength} and see zeros beyond the ends. A frame counts as sound if its level is above {@code
 * -topDb}. Amplitudes below 1e-5 count as 1e-5. As in librosa, a signal of zeros with the reference
 * taken from the signal itself is at 0 dB everywhere and so all sound; with a fixed reference it is
 * all silence.
 *
 * @param topDb distance below the reference that counts as silence, in dB, at least 0; librosa's
 *     default is 60
 * @param frameLength samples per frame, at least 1; 2048 by default
 * @param hopLength samples between frames, at least 1; 512 by default
 * @param reference the level of 0 dB
 * @param aggregate how the levels of several channels, in dB, become one
 */
public record Silence(
    double topDb, int frameLength, int hopLength, Reference reference, Reduction aggregate) {

  /** Librosa's defaults: 60 dB below the loudest frame, frames of 2048 every 512 samples. */
  public static final Silence DEFAULT =
      new Silence(60, 2048, 512, new Relative(Reduction.MAX), Reduction.MAX);

  private static final double LEAST_AMPLITUDE = 1e-5;

  /** The level of 0 dB. */
  public sealed interface Reference {}

  /**
   * A level taken from the signal: of the RMS of all frames of all channels.
   *
   * @param of which one; librosa's default is the largest
   */
  public record Relative(Reduction of) implements Reference {}

  /**
   * A fixed level.
   *
   * @param amplitude RMS amplitude, above 0
   */
  public record Fixed(double amplitude) implements Reference {
    /** Checks the range. */
    public Fixed {
      Checks.positive("amplitude", amplitude);
    }
  }

  /** Several numbers made one. */
  public enum Reduction {
    /** The largest. */
    MAX,
    /** The arithmetic mean. */
    MEAN,
    /** The middle one, or the mean of the middle two. */
    MEDIAN,
    /** The smallest. */
    MIN;

    double of(double[] values) {
      return switch (this) {
        case MAX -> Arrays.stream(values).reduce(Double.NEGATIVE_INFINITY, Math::max);
        case MIN -> Arrays.stream(values).reduce(Double.POSITIVE_INFINITY, Math::min);
        case MEAN -> Arrays.stream(values).sum() / values.length;
        case MEDIAN -> {
          double[] sorted = values.clone();
          Arrays.sort(sorted);
          yield (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        }
      };
    }
  }

  /** Checks the ranges. */
  public Silence {
    Checks.finite("topDb", topDb);
    Checks.within("topDb", topDb, 0, Double.MAX_VALUE);
    Checks.atLeast("frameLength", frameLength, 1);
    Checks.atLeast("hopLength", hopLength, 1);
  }

  /** Returns the same with another distance below the reference. */
  public Silence withTopDb(double topDb) {
    return new Silence(topDb, frameLength, hopLength, reference, aggregate);
  }

  /**
   * Returns the stretch from the first to the last frame with sound: {@code [0, 0)} if there is
   * none.
   */
  public Interval trim(float[] samples) {
    return trim(new float[][] {samples});
  }

  /**
   * Returns the stretch from the first to the last frame with sound in the channels together.
   *
   * @param channels at least one, all of one length
   */
  public Interval trim(float[][] channels) {
    int samples = Checks.sameLength(channels);
    boolean[] sound = sound(channels);
    int first = 0;
    while (first < sound.length && !sound[first]) {
      first++;
    }
    if (first == sound.length) {
      return new Interval(0, 0);
    }
    int last = sound.length - 1;
    while (!sound[last]) {
      last--;
    }
    return new Interval(
        Math.min(samples, hopLength * first),
        (int) Math.min(samples, (long) hopLength * (last + 1)));
  }

  /** Returns the stretches with sound, in order; none if all is silence or there are no samples. */
  public List<Interval> split(float[] samples) {
    return split(new float[][] {samples});
  }

  /**
   * Returns the stretches with sound in the channels together.
   *
   * @param channels at least one, all of one length
   */
  public List<Interval> split(float[][] channels) {
    int samples = Checks.sameLength(channels);
    boolean[] sound = samples == 0 ? new boolean[0] : sound(channels);
    List<Interval> intervals = new ArrayList<>();
    for (int from = 0; from < sound.length; ) {
      int to = from;
      while (to < sound.length && sound[to]) {
        to++;
      }
      if (to > from) {
        intervals.add(
            new Interval(
                (int) Math.min(samples, (long) hopLength * from),
                (int) Math.min(samples, (long) hopLength * to)));
      }
      from = to + 1;
    }
    return intervals;
  }

  private boolean[] sound(float[][] channels) {
    double[][] rms = new double[channels.length][];
    for (int c = 0; c < rms.length; c++) {
      rms[c] = rms(channels[c]);
    }
    double zero =
        switch (reference) {
          case Relative(Reduction of) ->
              of.of(Arrays.stream(rms).flatMapToDouble(Arrays::stream).toArray());
          case Fixed(double amplitude) -> amplitude;
        };
    boolean[] sound = new boolean[rms[0].length];
    double[] levels = new double[rms.length];
    for (int f = 0; f < sound.length; f++) {
      for (int c = 0; c < levels.length; c++) {
        levels[c] = decibels(rms[c][f]) - decibels(zero);
      }
      sound[f] = aggregate.of(levels) > -topDb;
    }
    return sound;
  }

  private static double decibels(double amplitude) {
    return 20 * Math.log10(Math.max(LEAST_AMPLITUDE, amplitude));
  }

  private double[] rms(float[] samples) {
    int half = frameLength / 2;
    int frames = Math.max(0, samples.length + 2 * half - frameLength) / hopLength + 1;
    double[] rms = new double[frames];
    for (int f = 0; f < frames; f++) {
      int start = f * hopLength - half;
      int end = Math.min(samples.length, start + frameLength);
      double sum = 0;
      for (int i = Math.max(0, start); i < end; i++) {
        sum += (double) samples[i] * samples[i];
      }
      rms[f] = Math.sqrt(sum / frameLength);
    }
    return rms;
  }
}
