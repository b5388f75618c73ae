package org.cochlea.core.signal;

/**
 * The envelope of a note: a rise from 0 to 1 (attack), a while at 1 (hold), a fall to {@code
 * sustain} (decay), which lasts, and a fall to 0 (release);
 * torchaudio.prototype.functional.adsr_envelope. Times are parts of the whole.
 *
 * @param attack at least 0
 * @param hold at least 0
 * @param decay at least 0
 * @param sustain in [0, 1]
 * @param release at least 0; with the others at most 1
 * @param decayPower of the decay, at least 1: 1 is a line, 2 a parabola
 */
public record AdsrEnvelope(
    double attack, double hold, double decay, double sustain, double release, int decayPower) {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public AdsrEnvelope {
    part("attack", attack);
    part("hold", hold);
    part("decay", decay);
    part("sustain", sustain);
    part("release", release);
    double sum = attack + hold + decay + release;
    // Parts such as 0.1 need not add up exactly.
    if (sum > 1 + 1e-9) {
      throw new IllegalArgumentException(
          "attack + hold + decay + release must be at most 1, was " + sum);
    }
    if (decayPower < 1) {
      throw new IllegalArgumentException("decayPower must be at least 1, was " + decayPower);
    }
  }

  private static void part(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + value);
    }
  }

  /** torchaudio's defaults: nothing but a sustained 1. */
  public static AdsrEnvelope sustained() {
    return new AdsrEnvelope(0, 0, 0, 1, 0, 2);
  }

  /**
   * Returns the envelope.
   *
   * @param samples its length, at least 0
   */
  public float[] generate(int samples) {
    float[] y = new float[samples];
    int steps = samples - 1;
    int rise = (int) (steps * attack);
    int full = (int) (steps * hold);
    int fall = (int) (steps * decay);
    int end = (int) (steps * release);
    for (int i = 0; i < samples; i++) {
      double value = sustain;
      if (i <= rise && rise > 0) {
        value = (double) i / rise;
      }
      if (i >= rise && i <= rise + full && full > 0) {
        value = 1;
      }
      int since = i - rise - full;
      if (since >= 0 && since <= fall && fall > 0) {
        value = sustain + (1 - sustain) * Math.pow(1 - (double) since / fall, decayPower);
      }
      if (steps - i <= end && end > 0) {
        value = sustain * (steps - i) / end;
      }
      y[i] = (float) value;
    }
    return y;
  }

  /** Returns samples under the envelope. */
  public float[] apply(float[] samples) {
    float[] y = generate(samples.length);
    for (int i = 0; i < y.length; i++) {
      y[i] *= samples[i];
    }
    return y;
  }
}
