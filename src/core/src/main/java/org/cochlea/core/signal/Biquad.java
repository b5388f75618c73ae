package org.cochlea.core.signal;

import static java.lang.Math.PI;
import static java.lang.Math.exp;
import static java.lang.Math.log;
import static java.lang.Math.sqrt;

/**
 * A second-order filter section {@code H(z) = (b0 + b1 z^-1 + b2 z^-2) / (1 + a1 z^-1 + a2 z^-2)}.
 *
 * <p>The factories are the designs of R. Bristow-Johnson, <i>Cookbook formulae for audio EQ biquad
 * filter coefficients</i>, with the parameters and defaults of {@code
 * torchaudio.functional.*_biquad}. {@code q} defaults to 0.707 as there, not to 1/√2. torchaudio
 * computes and filters in the type of the waveform and clamps its output to [-1, 1]: use {@link
 * SecondOrderSections#filterClamped} for its result.
 *
 * @param b0 feed-forward weight of the current sample
 * @param b1 feed-forward weight of the sample before
 * @param b2 feed-forward weight of the sample two before
 * @param a1 feedback weight of the output before
 * @param a2 feedback weight of the output two before
 */
public record Biquad(double b0, double b1, double b2, double a1, double a2) {

  /** torchaudio's default quality factor. */
  public static final double DEFAULT_Q = 0.707;

  /** Checks that all coefficients are finite. */
  public Biquad {
    if (!Double.isFinite(b0 + b1 + b2 + a1 + a2)) {
      throw new IllegalArgumentException(
          "coefficients must be finite, were b = [%s, %s, %s], a = [1, %s, %s]"
              .formatted(b0, b1, b2, a1, a2));
    }
  }

  /** Returns the section with all coefficients divided by {@code a0}, which must not be 0. */
  public static Biquad of(double b0, double b1, double b2, double a0, double a1, double a2) {
    return new Biquad(b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0);
  }

  /**
   * Low pass, -3 dB at the cutoff for {@code q = 1/√2}.
   *
   * @param sampleRate Hz, above 0
   * @param cutoff Hz, in (0, sampleRate / 2)
   * @param q quality factor, above 0
   */
  public static Biquad lowpass(double sampleRate, double cutoff, double q) {
    Angle w = Angle.of("cutoff", cutoff, sampleRate, q);
    double b = (1 - w.cos) / 2;
    return of(b, 1 - w.cos, b, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /** Low pass of {@link #DEFAULT_Q}; see {@link #lowpass(double, double, double)}. */
  public static Biquad lowpass(double sampleRate, double cutoff) {
    return lowpass(sampleRate, cutoff, DEFAULT_Q);
  }

  /**
   * High pass, -3 dB at the cutoff for {@code q = 1/√2}.
   *
   * @param sampleRate Hz, above 0
   * @param cutoff Hz, in (0, sampleRate / 2)
   * @param q quality factor, above 0
   */
  public static Biquad highpass(double sampleRate, double cutoff, double q) {
    Angle w = Angle.of("cutoff", cutoff, sampleRate, q);
    double b = (1 + w.cos) / 2;
    return of(b, -1 - w.cos, b, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /** High pass of {@link #DEFAULT_Q}; see {@link #highpass(double, double, double)}. */
  public static Biquad highpass(double sampleRate, double cutoff) {
    return highpass(sampleRate, cutoff, DEFAULT_Q);
  }

  /**
   * Band pass of peak gain 1 (torchaudio's {@code const_skirt_gain=False}).
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q centre over bandwidth, above 0
   */
  public static Biquad bandpass(double sampleRate, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    return of(w.alpha, 0, -w.alpha, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /**
   * Band pass of constant skirts and peak gain {@code q} (torchaudio's {@code
   * const_skirt_gain=True}).
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q centre over bandwidth, above 0
   */
  public static Biquad bandpassConstantSkirt(double sampleRate, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    return of(w.sin / 2, 0, -w.sin / 2, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /**
   * Band reject (notch): zero gain at the centre.
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q centre over bandwidth, above 0
   */
  public static Biquad bandreject(double sampleRate, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    return of(1, -2 * w.cos, 1, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /**
   * All pass: gain 1 everywhere, phase turned by 180 degrees at the centre.
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q steepness of the phase, above 0
   */
  public static Biquad allpass(double sampleRate, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    return of(1 - w.alpha, -2 * w.cos, 1 + w.alpha, 1 + w.alpha, -2 * w.cos, 1 - w.alpha);
  }

  /**
   * Peaking equalizer.
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param gain gain at the centre in dB, finite
   * @param q centre over bandwidth, above 0
   */
  public static Biquad equalizer(double sampleRate, double centre, double gain, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    double a = amplitude(gain);
    return of(
        1 + w.alpha * a, -2 * w.cos, 1 - w.alpha * a, 1 + w.alpha / a, -2 * w.cos, 1 - w.alpha / a);
  }

  /**
   * Low shelf, the bass control.
   *
   * @param sampleRate Hz, above 0
   * @param gain gain of the shelf in dB, finite
   * @param centre Hz where half the gain is reached, in (0, sampleRate / 2); torchaudio's default
   *     is 100
   * @param q steepness, above 0
   */
  public static Biquad bass(double sampleRate, double gain, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    double a = amplitude(gain);
    double slope = 2 * sqrt(a) * w.alpha;
    double minus = (a - 1) * w.cos;
    double plus = (a + 1) * w.cos;
    return of(
        a * (a + 1 - minus + slope),
        2 * a * (a - 1 - plus),
        a * (a + 1 - minus - slope),
        a + 1 + minus + slope,
        -2 * (a - 1 + plus),
        a + 1 + minus - slope);
  }

  /**
   * High shelf, the treble control.
   *
   * @param sampleRate Hz, above 0
   * @param gain gain of the shelf in dB, finite
   * @param centre Hz where half the gain is reached, in (0, sampleRate / 2); torchaudio's default
   *     is 3000
   * @param q steepness, above 0
   */
  public static Biquad treble(double sampleRate, double gain, double centre, double q) {
    Angle w = Angle.of("centre", centre, sampleRate, q);
    double a = amplitude(gain);
    double slope = 2 * sqrt(a) * w.alpha;
    double minus = (a - 1) * w.cos;
    double plus = (a + 1) * w.cos;
    return of(
        a * (a + 1 + minus + slope),
        -2 * a * (a - 1 + plus),
        a * (a + 1 + minus - slope),
        a + 1 - minus + slope,
        2 * (a - 1 - plus),
        a + 1 - minus - slope);
  }

  /** Returns this section alone as a filter. */
  public SecondOrderSections sections() {
    return SecondOrderSections.of(this);
  }

  /** Returns the gain for a constant input, {@code H(1)}. */
  double gainAtZero() {
    return (b0 + b1 + b2) / (1 + a1 + a2);
  }

  private static double amplitude(double gain) {
    if (!Double.isFinite(gain)) {
      throw new IllegalArgumentException("gain must be finite, was " + gain);
    }
    return exp(gain / 40 * log(10));
  }

  /** The frequency as an angle per sample, and the cookbook's alpha. */
  private record Angle(double sin, double cos, double alpha) {
    static Angle of(String name, double frequency, double sampleRate, double q) {
      Checks.positive("sampleRate", sampleRate);
      Checks.inside(name, frequency, 0, sampleRate / 2);
      Checks.positive("q", q);
      double w = 2 * PI * frequency / sampleRate;
      double sin = Math.sin(w);
      return new Angle(sin, Math.cos(w), sin / 2 / q);
    }
  }
}
