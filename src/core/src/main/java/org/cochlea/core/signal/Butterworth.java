package org.cochlea.core.signal;

/**
 * A Butterworth filter design: the flattest pass band, -3 dB at the cutoffs, {@code 6 order} dB per
 * octave beyond them.
 *
 * <p>The analogue prototype is moved to the pre-warped cutoffs and made digital by the bilinear
 * transform, as {@code scipy.signal.butter(order, cutoff, btype, fs=sampleRate)}; {@link #sections}
 * gives scipy's {@code output="sos"}, {@link #transferFunction} its {@code output="ba"}. The orders
 * of band pass and band stop count per flank, so that they have twice as many poles.
 *
 * @param order in [1, 50]
 * @param response which frequencies pass
 * @param sampleRate Hz, above 0
 */
public record Butterworth(int order, Response response, double sampleRate) {

  /** Which frequencies pass; cutoffs in Hz, between 0 and half the sample rate. */
  public sealed interface Response {}

  /**
   * Frequencies below the cutoff pass.
   *
   * @param cutoff Hz
   */
  public record Lowpass(double cutoff) implements Response {}

  /**
   * Frequencies above the cutoff pass.
   *
   * @param cutoff Hz
   */
  public record Highpass(double cutoff) implements Response {}

  /**
   * Frequencies between the cutoffs pass.
   *
   * @param low Hz
   * @param high Hz, above {@code low}
   */
  public record Bandpass(double low, double high) implements Response {}

  /**
   * Frequencies outside the cutoffs pass.
   *
   * @param low Hz
   * @param high Hz, above {@code low}
   */
  public record Bandstop(double low, double high) implements Response {}

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if the order or a cutoff is out of range
   */
  public Butterworth {
    Checks.within("order", order, 1, 50);
    Checks.positive("sampleRate", sampleRate);
    double nyquist = sampleRate / 2;
    switch (response) {
      case Lowpass(double cutoff) -> Checks.inside("cutoff", cutoff, 0, nyquist);
      case Highpass(double cutoff) -> Checks.inside("cutoff", cutoff, 0, nyquist);
      case Bandpass(double low, double high) -> {
        Checks.inside("low", low, 0, nyquist);
        Checks.inside("high", high, low, nyquist);
      }
      case Bandstop(double low, double high) -> {
        Checks.inside("low", low, 0, nyquist);
        Checks.inside("high", high, low, nyquist);
      }
    }
  }

  /** Returns a low pass; see {@link Lowpass}. */
  public static Butterworth lowpass(int order, double cutoff, double sampleRate) {
    return new Butterworth(order, new Lowpass(cutoff), sampleRate);
  }

  /** Returns a high pass; see {@link Highpass}. */
  public static Butterworth highpass(int order, double cutoff, double sampleRate) {
    return new Butterworth(order, new Highpass(cutoff), sampleRate);
  }

  /** Returns a band pass; see {@link Bandpass}. */
  public static Butterworth bandpass(int order, double low, double high, double sampleRate) {
    return new Butterworth(order, new Bandpass(low, high), sampleRate);
  }

  /** Returns a band stop; see {@link Bandstop}. */
  public static Butterworth bandstop(int order, double low, double high, double sampleRate) {
    return new Butterworth(order, new Bandstop(low, high), sampleRate);
  }

  /** Returns the filter as second-order sections, the form to filter with. */
  public SecondOrderSections sections() {
    return digital().sections();
  }

  /** Returns the filter's polynomials, which lose precision as the order grows. */
  public TransferFunction transferFunction() {
    return digital().transferFunction();
  }

  private ZerosPoles digital() {
    ZerosPoles prototype = ZerosPoles.butterworth(order);
    ZerosPoles analogue =
        switch (response) {
          case Lowpass(double cutoff) -> prototype.toLowpass(warped(cutoff));
          case Highpass(double cutoff) -> prototype.toHighpass(warped(cutoff));
          case Bandpass(double low, double high) ->
              prototype.toBandpass(
                  Math.sqrt(warped(low) * warped(high)), warped(high) - warped(low));
          case Bandstop(double low, double high) ->
              prototype.toBandstop(
                  Math.sqrt(warped(low) * warped(high)), warped(high) - warped(low));
        };
    return analogue.bilinear();
  }

  /** The analogue frequency that the bilinear transform at 2 samples per second maps to this. */
  private double warped(double frequency) {
    return 4 * Math.tan(Math.PI * (frequency / (sampleRate / 2)) / 2);
  }
}
