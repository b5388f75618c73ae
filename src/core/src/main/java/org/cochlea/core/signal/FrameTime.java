package org.cochlea.core.signal;

/**
 * Converts between frames, samples and seconds, as librosa's {@code frames_to_time} and its kin.
 *
 * <p>Frame {@code k} stands at the sample {@code k hopLength + offset}. For centred frames the
 * offset is 0; for frames that start at {@code k hopLength} it is half of the FFT size, the middle
 * of the frame (librosa's {@code n_fft} argument).
 *
 * @param sampleRate Hz, above 0
 * @param hopLength samples between frames, at least 1
 * @param offset samples, at least 0
 */
public record FrameTime(double sampleRate, int hopLength, int offset) {

  /** Checks the ranges. */
  public FrameTime {
    Checks.positive("sampleRate", sampleRate);
    Checks.atLeast("hopLength", hopLength, 1);
    Checks.atLeast("offset", offset, 0);
  }

  /** Returns the times of centred frames. */
  public static FrameTime centred(double sampleRate, int hopLength) {
    return new FrameTime(sampleRate, hopLength, 0);
  }

  /** Returns the times of frames of {@code nFft} samples that start at multiples of the hop. */
  public static FrameTime uncentred(double sampleRate, int hopLength, int nFft) {
    return new FrameTime(sampleRate, hopLength, nFft / 2);
  }

  /** Returns the sample that a frame stands at. */
  public long frameToSample(long frame) {
    return Math.addExact(Math.multiplyExact(frame, hopLength), offset);
  }

  /** Returns the last frame at or before a sample; negative before the first. */
  public long sampleToFrame(long sample) {
    return Math.floorDiv(sample - offset, hopLength);
  }

  /** Returns the time of a frame in seconds. */
  public double frameToTime(long frame) {
    return sampleToTime(frameToSample(frame));
  }

  /** Returns the last frame at or before a time in seconds. */
  public long timeToFrame(double seconds) {
    return sampleToFrame(timeToSample(seconds));
  }

  /** Returns {@code sample / sampleRate}. */
  public double sampleToTime(long sample) {
    return sample / sampleRate;
  }

  /** Returns {@code seconds * sampleRate} without its fraction. */
  public long timeToSample(double seconds) {
    Checks.finite("seconds", seconds);
    return (long) (seconds * sampleRate);
  }
}
