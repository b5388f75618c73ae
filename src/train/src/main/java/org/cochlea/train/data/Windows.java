package org.cochlea.train.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * The stretches of a clip that a model reads: one at random in every epoch of training; to
 * evaluate, one after the other, and their scores are averaged.
 *
 * @param seconds their length, above 0; or 0 for the whole clip, the clips of a batch being filled
 *     up with zeros
 * @param hop from one to the next to evaluate, in seconds, above 0
 * @param fill what follows a clip that is shorter
 */
public record Windows(double seconds, double hop, Fill fill) {

  /** What follows a clip that is too short. */
  public enum Fill {
    /** Silence. */
    ZERO,
    /** The clip again. */
    REPEAT;

    /** Returns the name in configurations. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Windows {
    if (!(seconds >= 0 && seconds < 3600)) {
      throw new IllegalArgumentException("seconds must be in [0, 3600), was " + seconds);
    }
    if (!(hop > 0 && hop < 3600)) {
      throw new IllegalArgumentException("hop must be in (0, 3600), was " + hop);
    }
  }

  /** One second, every half second. */
  public Windows() {
    this(1, 0.5, Fill.ZERO);
  }

  /** Returns whether clips stay whole. */
  public boolean whole() {
    return seconds == 0;
  }

  /** Returns the length in samples, at least 1; 0 for whole clips. */
  public int length(int sampleRate) {
    return whole() ? 0 : (int) Math.max(1, Math.round(seconds * sampleRate));
  }

  /** Returns where the windows of a clip of so many samples begin, to evaluate it. */
  public int[] starts(int samples, int sampleRate) {
    return starts(samples, length(sampleRate), step(sampleRate));
  }

  /** Returns what lies between the beginnings of two windows, at least 1. */
  int step(int sampleRate) {
    return (int) Math.max(1, Math.round(hop * sampleRate));
  }

  static int[] starts(int samples, int length, int step) {
    if (length == 0 || samples <= length) {
      return new int[] {0};
    }
    int count = 1 + (samples - length + step - 1) / step;
    int[] starts = new int[count];
    // The last one ends with the clip.
    Arrays.setAll(starts, i -> Math.min(i * step, samples - length));
    return starts;
  }

  /** Returns where the window of a clip begins in one epoch. */
  public int randomStart(int samples, int sampleRate, SplittableRandom random) {
    return start(samples, length(sampleRate), random);
  }

  static int start(int samples, int length, SplittableRandom random) {
    return length == 0 || samples <= length ? 0 : random.nextInt(samples - length + 1);
  }

  /** Returns one window of a channel. */
  public float[] cut(float[] samples, int start, int sampleRate) {
    return cut(samples, start, length(sampleRate), 0f);
  }

  /**
   * Returns one window of a row.
   *
   * @param length 0 for all of it
   * @param silence what follows, where {@link #fill} is {@link Fill#ZERO}
   */
  float[] cut(float[] samples, int start, int length, float silence) {
    if (length == 0) {
      return samples;
    }
    float[] window = Arrays.copyOfRange(samples, start, start + length);
    int there = Math.max(0, samples.length - start);
    if (fill == Fill.ZERO && there < length) {
      Arrays.fill(window, there, length, silence);
    }
    if (fill == Fill.REPEAT && there > 0) {
      for (int i = there; i < length; i++) {
        window[i] = window[i - there];
      }
    }
    return window;
  }
}
