package org.cochlea.train.metric;

/**
 * Detections where there is nothing to detect: runs of frames whose score reaches a threshold, in
 * audio without the sound. Runs that are separated by fewer frames than a gap count once.
 */
public final class FalseAlarms {
  private final double threshold;
  private final int gap;
  private final double frameSeconds;
  private long alarms;
  private long frames;

  /**
   * Begins to count.
   *
   * @param threshold of the scores
   * @param gap frames below the threshold that end a run, at least 1
   * @param frameSeconds from one frame to the next, above 0
   */
  public FalseAlarms(double threshold, int gap, double frameSeconds) {
    if (gap < 1) {
      throw new IllegalArgumentException("gap must be at least 1 frame, was " + gap);
    }
    if (!(frameSeconds > 0)) {
      throw new IllegalArgumentException("frameSeconds must be above 0 s, was " + frameSeconds);
    }
    this.threshold = threshold;
    this.gap = gap;
    this.frameSeconds = frameSeconds;
  }

  /** Counts one recording, which must not have the sound. */
  public void add(double[] scores) {
    int quiet = gap;
    for (double score : scores) {
      if (score >= threshold) {
        alarms += quiet >= gap ? 1 : 0;
        quiet = 0;
      } else {
        quiet++;
      }
    }
    frames += scores.length;
  }

  /** Returns the number of runs. */
  public long alarms() {
    return alarms;
  }

  /** Returns alarms per hour of audio; NaN if there was none. */
  public double perHour() {
    return frames == 0 ? Double.NaN : alarms / (frames * frameSeconds / 3600);
  }
}
