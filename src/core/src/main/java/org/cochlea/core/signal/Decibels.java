package org.cochlea.core.signal;

/** Decibels of single numbers; whole features have a compression of their own. */
public final class Decibels {

  private Decibels() {}

  /** Returns {@code 10 log10(power)}: negative infinity for 0, NaN below. */
  public static double ofPower(double power) {
    return 10 * Math.log10(power);
  }

  /** Returns {@code 20 log10(|amplitude|)}: negative infinity for 0. */
  public static double ofAmplitude(double amplitude) {
    return 20 * Math.log10(Math.abs(amplitude));
  }

  /**
   * Returns {@code 10 log10(max(amin, power)) - 10 log10(max(amin, ref))}, as {@code
   * librosa.power_to_db} without {@code top_db}.
   *
   * @param power the power
   * @param ref the power of 0 dB
   * @param amin the least power, above 0; librosa's default is 1e-10
   */
  public static double ofPower(double power, double ref, double amin) {
    Checks.positive("amin", amin);
    return ofPower(Math.max(amin, power)) - ofPower(Math.max(amin, Math.abs(ref)));
  }

  /**
   * Returns {@code 20 log10(max(amin, |amplitude|)) - 20 log10(max(amin, ref))}, as {@code
   * librosa.amplitude_to_db} without {@code top_db}.
   *
   * @param amplitude the amplitude
   * @param ref the amplitude of 0 dB
   * @param amin the least amplitude, above 0; librosa's default is 1e-5
   */
  public static double ofAmplitude(double amplitude, double ref, double amin) {
    Checks.positive("amin", amin);
    return ofAmplitude(Math.max(amin, Math.abs(amplitude)))
        - ofAmplitude(Math.max(amin, Math.abs(ref)));
  }

  /** Returns {@code 10^(db / 10)}, as {@code librosa.db_to_power}. */
  public static double toPower(double db) {
    return Math.pow(10, db / 10);
  }

  /** Returns {@code 10^(db / 20)}, as {@code librosa.db_to_amplitude}. */
  public static double toAmplitude(double db) {
    return Math.pow(10, db / 20);
  }
}
