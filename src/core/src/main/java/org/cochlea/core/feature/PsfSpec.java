package org.cochlea.core.feature;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FloorFilters;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/**
 * What the features of python_speech_features 0.6.1 share: the filtered power spectrum {@code
 * |FFT|² / fftSize} of frames of the pre-emphasised signal.
 *
 * <p>Pre-emphasis runs over the whole signal, {@code y[0] = x[0]}. Frames start at the first
 * sample; the last is filled with zeros, and a signal no longer than a frame gives one frame. A
 * frame longer than the transform is <em>cut</em> to it, as the library does with a warning.
 * Lengths in seconds become samples by rounding, halves up.
 *
 * <p>Its users feed 16-bit integers, so a signal within ±1 is multiplied by {@code waveformScale} =
 * 32768 first; 1 corresponds to samples as floats.
 *
 * @param sampleRate in Hz, at least 1
 * @param windowSeconds of a frame; 1 sample or more; winlen
 * @param hopSeconds from one frame to the next; 1 sample or more; winstep
 * @param fftSize at least 1; nfft. {@link #fftSize(int, double)} is its rule for MFCCs
 * @param bins number of filters, at least 1; nfilt
 * @param minHz lower edge of the first filter, at least 0; lowfreq
 * @param maxHz upper edge of the last, above {@code minHz}, at most half the rate; highfreq
 * @param preEmphasis coefficient, finite; preemph
 * @param window its shape; winfunc. numpy's windows are symmetric
 * @param waveformScale above 0
 */
public record PsfSpec(
    int sampleRate,
    double windowSeconds,
    double hopSeconds,
    int fftSize,
    int bins,
    double minHz,
    double maxHz,
    double preEmphasis,
    Window window,
    double waveformScale) {

  /** What stands for zero in a logarithm: the distance from 1 to the next 64-bit float. */
  static final double EPSILON = 0x1p-52;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PsfSpec {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.positive("windowSeconds", windowSeconds);
    Check.positive("hopSeconds", hopSeconds);
    Check.atLeast("windowSeconds in samples", samples(sampleRate, windowSeconds), 1);
    Check.atLeast("hopSeconds in samples", samples(sampleRate, hopSeconds), 1);
    Check.atLeast("fftSize", fftSize, 1);
    Check.atLeast("bins", bins, 1);
    Check.band(minHz, maxHz);
    Check.nyquist(maxHz, sampleRate);
    Check.finite("preEmphasis", preEmphasis);
    Check.positive("waveformScale", waveformScale);
  }

  /**
   * Returns the defaults of logfbank and fbank: 25 ms every 10 ms, a transform of 512, 26 filters
   * up to half the rate, pre-emphasis 0.97, no window.
   */
  public static PsfSpec of(int sampleRate) {
    return new PsfSpec(
        sampleRate, 0.025, 0.01, 512, 26, 0, sampleRate / 2.0, 0.97, Window.BOXCAR, 32768);
  }

  /** Returns the defaults of mfcc: as {@link #of}, with the transform its rule gives. */
  public static PsfSpec ofMfcc(int sampleRate) {
    PsfSpec spec = of(sampleRate);
    return spec.withFftSize(fftSize(sampleRate, spec.windowSeconds));
  }

  /** Returns the smallest power of two that holds a frame: mfcc's rule where nfft is not given. */
  public static int fftSize(int sampleRate, double windowSeconds) {
    int size = 1;
    while (size < windowSeconds * sampleRate) {
      size *= 2;
    }
    return size;
  }

  /** Returns this with frames of another length and step in seconds. */
  public PsfSpec withFrames(double window, double hop) {
    return new PsfSpec(
        sampleRate,
        window,
        hop,
        fftSize,
        bins,
        minHz,
        maxHz,
        preEmphasis,
        this.window,
        waveformScale);
  }

  /** Returns this with another size of the transform. */
  public PsfSpec withFftSize(int size) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        size,
        bins,
        minHz,
        maxHz,
        preEmphasis,
        window,
        waveformScale);
  }

  /** Returns this with another number of filters. */
  public PsfSpec withBins(int count) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        fftSize,
        count,
        minHz,
        maxHz,
        preEmphasis,
        window,
        waveformScale);
  }

  /** Returns this over another band. */
  public PsfSpec withBand(double low, double high) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        fftSize,
        bins,
        low,
        high,
        preEmphasis,
        window,
        waveformScale);
  }

  /** Returns this with another pre-emphasis; 0 for none. */
  public PsfSpec withPreEmphasis(double coefficient) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        fftSize,
        bins,
        minHz,
        maxHz,
        coefficient,
        window,
        waveformScale);
  }

  /** Returns this with another window. */
  public PsfSpec withWindow(Window shape) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        fftSize,
        bins,
        minHz,
        maxHz,
        preEmphasis,
        shape,
        waveformScale);
  }

  /** Returns this with the signal multiplied by another factor. */
  public PsfSpec withWaveformScale(double factor) {
    return new PsfSpec(
        sampleRate,
        windowSeconds,
        hopSeconds,
        fftSize,
        bins,
        minHz,
        maxHz,
        preEmphasis,
        window,
        factor);
  }

  /** Returns the length of a frame in samples. */
  public int windowLength() {
    return (int) samples(sampleRate, windowSeconds);
  }

  /** Returns the samples from one frame to the next. */
  public int hopLength() {
    return (int) samples(sampleRate, hopSeconds);
  }

  private static long samples(int sampleRate, double seconds) {
    // BigDecimal has the exact value of the product, as Python's Decimal does.
    return new BigDecimal(seconds * sampleRate).setScale(0, RoundingMode.HALF_UP).longValue();
  }

  /** The filters. */
  Basis filters() {
    return FloorFilters.mel(sampleRate, fftSize, bins, minHz, maxHz);
  }

  /** The stages from a waveform to the power spectrum. */
  List<Stage> power() {
    List<Stage> stages = new ArrayList<>();
    if (preEmphasis != 0) {
      stages.add(new Stage.PreEmphasis(preEmphasis, Stage.PreEmphasis.Before.ZERO));
    }
    int length = windowLength();
    stages.add(new Stage.Frame(length, hopLength(), 0, 0, Padding.ZERO, Stage.Frame.Tail.COVER));
    // The window carries the waveform's scale and the spectrum's.
    double[] weights = window.coefficients(length);
    for (int n = 0; n < length; n++) {
      weights[n] *= waveformScale / Math.sqrt(fftSize);
    }
    stages.add(new Stage.Window(Basis.row(weights)));
    stages.add(new Stage.RealFft(fftSize));
    stages.add(new Stage.Modulus(2));
    return stages;
  }
}
