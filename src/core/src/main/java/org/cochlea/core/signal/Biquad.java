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

  /**
   * Two-pole resonator, SoX's {@code band}: the response falls away from the centre at about 3 dB
   * per octave beyond the bandwidth.
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q centre over bandwidth, above 0
   */
  public static Biquad band(double sampleRate, double centre, double q) {
    Resonator r = Resonator.of(sampleRate, centre, q);
    return new Biquad(sqrt(1 - r.a1 * r.a1 / (4 * r.a2)) * (1 - r.a2), 0, 0, r.a1, r.a2);
  }

  /**
   * As {@link #band} with the gain for sounds without pitch (torchaudio's {@code noise=True}):
   * white noise keeps its power.
   *
   * @param sampleRate Hz, above 0
   * @param centre Hz, in (0, sampleRate / 2)
   * @param q centre over bandwidth, above 0
   */
  public static Biquad bandForNoise(double sampleRate, double centre, double q) {
    Resonator r = Resonator.of(sampleRate, centre, q);
    double sum = 1 + r.a2;
    double gain = sqrt((sum * sum - r.a1 * r.a1) * (1 - r.a2) / sum);
    return new Biquad(gain, 0, 0, r.a1, r.a2);
  }

  /**
   * The de-emphasis of compact discs (IEC 60908: 50 and 15 µs), a high shelf that follows the
   * analogue curve within 0.06 dB.
   *
   * @param sampleRate 44100 or 48000 Hz
   */
  public static Biquad deemphasis(int sampleRate) {
    return switch (sampleRate) {
      case 44_100 -> shelfBySlope(44_100, -9.477, 5283, 0.4845);
      case 48_000 -> shelfBySlope(48_000, -9.62, 5356, 0.479);
      default ->
          throw new IllegalArgumentException(
              "sampleRate must be 44100 or 48000 Hz, was " + sampleRate);
    };
  }

  /** A high shelf whose steepness is given as the cookbook's shelf slope. */
  private static Biquad shelfBySlope(double rate, double gain, double centre, double slope) {
    double a = amplitude(gain);
    return treble(rate, gain, centre, 1 / sqrt((a + 1 / a) * (1 / slope - 1) + 2));
  }

  /**
   * The playback equalisation of vinyl records (RIAA), 0 dB at 1 kHz; within 0.45 dB of the
   * analogue curve at 44.1 kHz, 0.28 at 48 kHz, 0.07 at 88.2 and 96 kHz.
   *
   * @param sampleRate 44100, 48000, 88200 or 96000 Hz
   */
  public static Biquad riaa(int sampleRate) {
    return switch (sampleRate) {
      case 44_100 -> ofRealRoots(44_100, -0.2014898, 0.9233820, 0.7083149, 0.9924091);
      case 48_000 -> ofRealRoots(48_000, -0.1766069, 0.9321590, 0.7396325, 0.9931330);
      case 88_200 -> ofRealRoots(88_200, -0.1168735, 0.9648312, 0.8590646, 0.9964002);
      case 96_000 -> ofRealRoots(96_000, -0.1141486, 0.9676817, 0.8699137, 0.9966946);
      default ->
          throw new IllegalArgumentException(
              "sampleRate must be 44100, 48000, 88200 or 96000 Hz, was " + sampleRate);
    };
  }

  /** The section with these zeros and poles and gain 1 at 1 kHz. */
  private static Biquad ofRealRoots(
      double sampleRate, double zero1, double zero2, double pole1, double pole2) {
    double b1 = -(zero1 + zero2);
    double b2 = zero1 * zero2;
    double a1 = -(pole1 + pole2);
    double a2 = pole1 * pole2;
    double gain = magnitude(a1, a2, sampleRate) / magnitude(b1, b2, sampleRate);
    return new Biquad(gain, gain * b1, gain * b2, a1, a2);
  }

  /** {@code |1 + c1 z^-1 + c2 z^-2|} at 1 kHz. */
  private static double magnitude(double c1, double c2, double sampleRate) {
    double w = 2 * PI * 1000 / sampleRate;
    return Math.hypot(
        1 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w));
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

  /** The poles of a two-pole resonator. */
  private record Resonator(double a1, double a2) {
    static Resonator of(double sampleRate, double centre, double q) {
      Angle w = Angle.of("centre", centre, sampleRate, q);
      double a2 = exp(-2 * PI * centre / q / sampleRate);
      return new Resonator(-4 * a2 / (1 + a2) * w.cos, a2);
    }
  }
}
