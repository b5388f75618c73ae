package org.cochlea.core.feature;

import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/**
 * How a signal is cut into windowed frames for a short-time Fourier transform.
 *
 * <p>With {@code center}, frame {@code t} is centred on sample {@code t hopLength}: the signal is
 * padded by {@code fftSize / 2} at both ends, and {@code n} samples give {@code 1 + n / hopLength}
 * frames (even sizes). Without, frames start at the first sample and only full ones count. A window
 * shorter than the transform sits in its middle.
 *
 * <p>librosa pads with zeros by default, nnAudio and torchaudio reflect; the edge frames differ by
 * decibels between the two.
 *
 * @param fftSize length of the transform and of a frame, in samples, at least 1
 * @param windowLength in [1, fftSize]
 * @param hopLength samples from one frame to the next, at least 1
 * @param window its shape
 * @param center whether frames are centred
 * @param padding what a centred frame sees beyond the ends
 * @param pad zeros added at both ends before anything else, at least 0; torchaudio's {@code pad}
 * @param scaling what the spectrum is divided by
 */
public record StftSpec(
    int fftSize,
    int windowLength,
    int hopLength,
    Window window,
    boolean center,
    Padding padding,
    int pad,
    Scaling scaling) {

  /** What a spectrum is divided by. */
  public enum Scaling {
    /** Nothing; all libraries' default. */
    NONE,
    /** The window's norm, {@code √Σ w²}; torchaudio's {@code normalized=True} or "window". */
    WINDOW,
    /** {@code √fftSize}; torchaudio's "frame_length", torch.stft's {@code normalized=True}. */
    FRAME_LENGTH
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public StftSpec {
    Check.atLeast("fftSize", fftSize, 1);
    Check.range("windowLength", windowLength, 1, fftSize);
    Check.atLeast("hopLength", hopLength, 1);
    Check.atLeast("pad", pad, 0);
  }

  /**
   * Returns centred frames with a periodic Hann window of the transform's length.
   *
   * @param fftSize at least 1
   * @param hopLength at least 1
   * @param padding what is beyond the ends
   */
  public static StftSpec centred(int fftSize, int hopLength, Padding padding) {
    return new StftSpec(fftSize, fftSize, hopLength, Window.HANN, true, padding, 0, Scaling.NONE);
  }

  /** Returns librosa's defaults: 2048, hop 512, Hann, centred, zeros beyond the ends. */
  public static StftSpec librosa() {
    return centred(2048, 512, Padding.ZERO);
  }

  /** Returns nnAudio's defaults: 2048, hop 512, Hann, centred, reflected. */
  public static StftSpec nnAudio() {
    return centred(2048, 512, Padding.REFLECT);
  }

  /** Returns torchaudio's defaults: 400, hop 200, Hann, centred, reflected. */
  public static StftSpec torchaudio() {
    return centred(400, 200, Padding.REFLECT);
  }

  /** Returns this with another transform length; a window that was as long stays as long. */
  public StftSpec withFftSize(int size) {
    int window = windowLength == fftSize ? size : windowLength;
    return new StftSpec(size, window, hopLength, this.window, center, padding, pad, scaling);
  }

  /** Returns this with another window length. */
  public StftSpec withWindowLength(int length) {
    return new StftSpec(fftSize, length, hopLength, window, center, padding, pad, scaling);
  }

  /** Returns this with another hop. */
  public StftSpec withHopLength(int hop) {
    return new StftSpec(fftSize, windowLength, hop, window, center, padding, pad, scaling);
  }

  /** Returns this with another window shape. */
  public StftSpec withWindow(Window shape) {
    return new StftSpec(fftSize, windowLength, hopLength, shape, center, padding, pad, scaling);
  }

  /** Returns this with frames centred or not. */
  public StftSpec withCenter(boolean centred) {
    return new StftSpec(fftSize, windowLength, hopLength, window, centred, padding, pad, scaling);
  }

  /** Returns this with another padding. */
  public StftSpec withPadding(Padding mode) {
    return new StftSpec(fftSize, windowLength, hopLength, window, center, mode, pad, scaling);
  }

  /** Returns this with zeros added at both ends of the signal first. */
  public StftSpec withPad(int samples) {
    return new StftSpec(
        fftSize, windowLength, hopLength, window, center, padding, samples, scaling);
  }

  /** Returns this with another scaling of the spectrum. */
  public StftSpec withScaling(Scaling by) {
    return new StftSpec(fftSize, windowLength, hopLength, window, center, padding, pad, by);
  }

  /** Returns the number of bins of the transform. */
  public int bins() {
    return fftSize / 2 + 1;
  }

  /** Returns the framing stage, after {@link #pad()}. */
  Stage.Frame frame() {
    int margin = center ? fftSize / 2 : 0;
    return new Stage.Frame(fftSize, hopLength, margin, margin, padding, Stage.Frame.Tail.DROP);
  }

  /** Returns the window as long as the transform, scaled. */
  Basis weights() {
    double[] shape = window.coefficients(windowLength);
    double[] weights = new double[fftSize];
    System.arraycopy(shape, 0, weights, (fftSize - windowLength) / 2, windowLength);
    double divisor = 1;
    switch (scaling) {
      case NONE -> {}
      case FRAME_LENGTH -> divisor = Math.sqrt(fftSize);
      case WINDOW -> {
        double squares = 0;
        for (double w : shape) {
          squares += w * w;
        }
        divisor = Math.sqrt(squares);
      }
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= divisor;
    }
    return Basis.row(weights);
  }
}
