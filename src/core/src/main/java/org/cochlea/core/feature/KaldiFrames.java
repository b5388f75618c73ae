package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/**
 * How Kaldi cuts a signal into frames and prepares each of them: dither, mean, pre-emphasis,
 * window.
 *
 * <p>Everything but the scaling happens frame by frame, in this order; zeros are then added at the
 * end of the frame up to the size of the transform. Kaldi computes on 16-bit integers, so a signal
 * within ±1 is multiplied by {@code waveformScale} = 32768 first; {@code dither} and the energy's
 * floor are in that unit. torchaudio.compliance.kaldi does not scale: what its users pass within ±1
 * corresponds to a scale of 1.
 *
 * <p>Lengths in milliseconds become samples by cutting off the fraction, as in both.
 *
 * @param sampleRate in Hz, at least 1; Kaldi's sample_frequency
 * @param frameLength in ms; 2 samples or more
 * @param frameShift in ms; 1 sample or more
 * @param window its shape; Kaldi's are symmetric: povey, hamming_symmetric, hann_symmetric, boxcar,
 *     general_blackman_symmetric (blackman_coeff)
 * @param preEmphasis in [0, 1]; Kaldi's preemphasis_coefficient
 * @param removeDcOffset whether every frame's mean is subtracted
 * @param roundToPowerOfTwo whether the transform is the next power of two, else as long as a frame,
 *     which must then be even
 * @param snipEdges whether only frames that lie inside the signal count; else there are {@code
 *     round(samples / shift)}, centred on {@code shift (t + 1/2)}, and the signal is mirrored
 * @param dither standard deviation of the noise added to every sample, at least 0, in units of
 *     16-bit integers at the usual scale; Kaldi's default is 1, torchaudio's 0. The noise is
 *     Philox's, not theirs
 * @param ditherSeed which noise
 * @param minDuration of a clip in seconds, at least 0; shorter ones give no frame
 * @param waveformScale above 0
 */
public record KaldiFrames(
    int sampleRate,
    double frameLength,
    double frameShift,
    Window window,
    double preEmphasis,
    boolean removeDcOffset,
    boolean roundToPowerOfTwo,
    boolean snipEdges,
    double dither,
    long ditherSeed,
    double minDuration,
    double waveformScale) {

  private static final double MILLISECOND = 0.001;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public KaldiFrames {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.positive("frameLength", frameLength);
    Check.positive("frameShift", frameShift);
    int most = Stage.Frame.MOST;
    Check.range("frameLength in samples", samples(sampleRate, frameLength), 2, most);
    Check.range("frameShift in samples", samples(sampleRate, frameShift), 1, most);
    Check.range("preEmphasis", preEmphasis, 0, 1);
    Check.notNegative("dither", dither);
    Check.notNegative("minDuration", minDuration);
    Check.positive("waveformScale", waveformScale);
    if (!roundToPowerOfTwo && samples(sampleRate, frameLength) % 2 != 0) {
      throw new IllegalArgumentException(
          "frameLength in samples must be even without roundToPowerOfTwo, was "
              + samples(sampleRate, frameLength));
    }
  }

  /**
   * Returns the defaults: 25 ms every 10 ms, povey window, pre-emphasis 0.97, means removed, the
   * next power of two, full frames only, no dither, 16-bit scale.
   */
  public static KaldiFrames of(int sampleRate) {
    return new KaldiFrames(
        sampleRate, 25, 10, Window.POVEY, 0.97, true, true, true, 0, 0, 0, 32768);
  }

  /** Returns this with frames of another length and shift in ms. */
  public KaldiFrames withFrames(double length, double shift) {
    return new KaldiFrames(
        sampleRate,
        length,
        shift,
        window,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with another window. */
  public KaldiFrames withWindow(Window shape) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        shape,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with another pre-emphasis; 0 for none. */
  public KaldiFrames withPreEmphasis(double coefficient) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        coefficient,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with the frames' means removed or not. */
  public KaldiFrames withRemoveDcOffset(boolean remove) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        remove,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with the transform a power of two or as long as a frame. */
  public KaldiFrames withRoundToPowerOfTwo(boolean round) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        removeDcOffset,
        round,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with only full frames, or with the signal mirrored at its ends. */
  public KaldiFrames withSnipEdges(boolean snip) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snip,
        dither,
        ditherSeed,
        minDuration,
        waveformScale);
  }

  /** Returns this with noise of a standard deviation; 0 for none. */
  public KaldiFrames withDither(double deviation, long seed) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        deviation,
        seed,
        minDuration,
        waveformScale);
  }

  /** Returns this with another least duration in seconds. */
  public KaldiFrames withMinDuration(double seconds) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        seconds,
        waveformScale);
  }

  /** Returns this with the signal multiplied by another factor. */
  public KaldiFrames withWaveformScale(double factor) {
    return new KaldiFrames(
        sampleRate,
        frameLength,
        frameShift,
        window,
        preEmphasis,
        removeDcOffset,
        roundToPowerOfTwo,
        snipEdges,
        dither,
        ditherSeed,
        minDuration,
        factor);
  }

  /** Returns the length of a frame in samples. */
  public int windowLength() {
    return (int) samples(sampleRate, frameLength);
  }

  /** Returns the samples from one frame to the next. */
  public int hopLength() {
    return (int) samples(sampleRate, frameShift);
  }

  /** Returns the size of the transform. */
  public int fftSize() {
    int length = windowLength();
    return roundToPowerOfTwo ? Integer.highestOneBit(length - 1) << 1 : length;
  }

  private static long samples(int sampleRate, double milliseconds) {
    return (long) (sampleRate * milliseconds * MILLISECOND);
  }

  /** The stages from a waveform to frames without their mean: what a raw energy is taken of. */
  List<Stage> rawFrames() {
    List<Stage> stages = new ArrayList<>();
    if (minDuration > 0) {
      long least = (long) Math.ceil(minDuration * sampleRate);
      stages.add(new Stage.FitLength(new LengthRule.DropShorter(least)));
    }
    int length = windowLength();
    int hop = hopLength();
    stages.add(
        snipEdges
            ? new Stage.Frame(length, hop, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP)
            : new Stage.Frame(
                length, hop, length / 2 - hop / 2, 0, Padding.SYMMETRIC, Stage.Frame.Tail.ROUND));
    if (dither > 0) {
      stages.add(new Stage.Dither(dither / waveformScale, ditherSeed));
    }
    if (removeDcOffset) {
      stages.add(new Stage.RemoveDcOffset());
    }
    return stages;
  }

  /** The stages from there to windowed frames; the window carries the waveform's scale. */
  List<Stage> windowed() {
    List<Stage> stages = new ArrayList<>();
    if (preEmphasis > 0) {
      stages.add(new Stage.PreEmphasis(preEmphasis, Stage.PreEmphasis.Before.FIRST));
    }
    double[] weights = window.coefficients(windowLength());
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= waveformScale;
    }
    stages.add(new Stage.Window(Basis.row(weights)));
    return stages;
  }
}
