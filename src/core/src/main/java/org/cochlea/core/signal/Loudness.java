package org.cochlea.core.signal;

import java.util.Arrays;

/**
 * Programme loudness by ITU-R BS.1770-4: K-weighting, blocks of 400 ms, gates at -70 LUFS and at 10
 * LU below the ungated loudness.
 *
 * <p>The recommendation gives the two K-weighting filters as coefficients for 48 kHz. For other
 * rates they are recomputed from the analogue filters behind those coefficients (a shelf of +4 dB
 * above 1.68 kHz and a high pass at 38 Hz), so that 48 kHz gives the recommendation's numbers to
 * eight digits.
 *
 * <p>Against pyloudnorm 0.2, whose blocks and gates are the same: with its filters of the class
 * "DeMan" results at 48 kHz agree to 1e-4 LU; at other rates those keep a high pass of another gain
 * (0.004 LU at 44.1 kHz, 0.09 LU at 16 kHz). Its default filters are cookbook designs at 1500 and
 * 38 Hz and read 0.034 to 0.043 LU less on speech, music and noise at 16 to 96 kHz.
 */
public final class Loudness {

  // The analogue filters whose bilinear transform at 48 kHz are the coefficients of BS.1770
  // (B. Mansbridge et al., as used by libebur128).
  private static final double SHELF_HZ = 1681.974450955533;
  private static final double SHELF_DB = 3.999843853973347;
  private static final double SHELF_Q = 0.7071752369554196;
  private static final double SHELF_SLOPE = 0.4996667741545416;
  private static final double HIGHPASS_HZ = 38.13547087602444;
  private static final double HIGHPASS_Q = 0.5003270373238773;

  private static final double BLOCK_SECONDS = 0.4;
  private static final double HOP = 0.25;
  private static final double OFFSET = -0.691;
  private static final double ABSOLUTE_GATE = -70;
  private static final double RELATIVE_GATE = -10;

  /** Left, right, centre, left surround, right surround. */
  private static final double[] CHANNEL_WEIGHTS = {1, 1, 1, 1.41, 1.41};

  private Loudness() {}

  /**
   * Returns the K-weighting filter: a high shelf, then a high pass.
   *
   * @param sampleRate Hz, above 3400
   */
  public static SecondOrderSections kWeighting(double sampleRate) {
    Checks.inside("sampleRate", sampleRate, 2 * SHELF_HZ, Double.MAX_VALUE);
    double k = Math.tan(Math.PI * SHELF_HZ / sampleRate);
    double high = Math.pow(10, SHELF_DB / 20);
    double band = Math.pow(high, SHELF_SLOPE);
    Biquad shelf =
        Biquad.of(
            high + band * k / SHELF_Q + k * k,
            2 * (k * k - high),
            high - band * k / SHELF_Q + k * k,
            1 + k / SHELF_Q + k * k,
            2 * (k * k - 1),
            1 - k / SHELF_Q + k * k);
    k = Math.tan(Math.PI * HIGHPASS_HZ / sampleRate);
    double a0 = highpassNorm(sampleRate);
    // The recommendation's numerator at 48 kHz is 1, -2, 1, which leaves a gain of 0.04 dB: the
    // same gain at every rate.
    double gain = highpassNorm(48000) / a0;
    Biquad highpass =
        new Biquad(gain, -2 * gain, gain, 2 * (k * k - 1) / a0, (1 - k / HIGHPASS_Q + k * k) / a0);
    return SecondOrderSections.of(shelf, highpass);
  }

  private static double highpassNorm(double sampleRate) {
    double k = Math.tan(Math.PI * HIGHPASS_HZ / sampleRate);
    return 1 + k / HIGHPASS_Q + k * k;
  }

  /**
   * Measures the integrated, gated loudness of one channel; see {@link #measure(float[][],
   * double)}.
   */
  public static double measure(float[] samples, double sampleRate) {
    return measure(new float[][] {samples}, sampleRate);
  }

  /**
   * Measures the integrated, gated loudness.
   *
   * @param channels 1 to 5 channels of one length, at least 0.4 s: left, right, centre, left
   *     surround, right surround (the last two count 1.41)
   * @param sampleRate Hz, above 3400
   * @return LUFS; negative infinity if no block is above the gates
   * @throws IllegalArgumentException if there are too many channels or too few samples
   */
  public static double measure(float[][] channels, double sampleRate) {
    int samples = Checks.sameLength(channels);
    Checks.within("channels", channels.length, 1, CHANNEL_WEIGHTS.length);
    SecondOrderSections weighting = kWeighting(sampleRate);
    if (samples < BLOCK_SECONDS * sampleRate) {
      throw new IllegalArgumentException(
          "samples must be at least %s s, %d at %s Hz, were %d"
              .formatted(
                  BLOCK_SECONDS,
                  (long) Math.ceil(BLOCK_SECONDS * sampleRate),
                  sampleRate,
                  samples));
    }
    int blocks = blocks(samples, sampleRate);
    double[] power = new double[blocks];
    for (int c = 0; c < channels.length; c++) {
      double[] squares = weighting.filter(ForwardBackward.widen(channels[c]));
      for (int i = 0; i < samples; i++) {
        squares[i] *= squares[i];
      }
      for (int j = 0; j < blocks; j++) {
        int start = (int) (BLOCK_SECONDS * (j * HOP) * sampleRate);
        int end = Math.min(samples, (int) (BLOCK_SECONDS * (j * HOP + 1) * sampleRate));
        double sum = 0;
        for (int i = start; i < end; i++) {
          sum += squares[i];
        }
        power[j] += CHANNEL_WEIGHTS[c] * sum / (BLOCK_SECONDS * sampleRate);
      }
    }
    double ungated =
        lufs(Arrays.stream(power).filter(p -> lufs(p) >= ABSOLUTE_GATE).average().orElse(0));
    double gate = Math.max(ABSOLUTE_GATE, ungated + RELATIVE_GATE);
    return lufs(Arrays.stream(power).filter(p -> lufs(p) > gate).average().orElse(0));
  }

  /** Returns whether a clip has a block of 400 ms, and no more channels than have a weight. */
  public static boolean isMeasurable(int samples, int channels, double sampleRate) {
    return samples >= BLOCK_SECONDS * sampleRate && channels <= CHANNEL_WEIGHTS.length;
  }

  /**
   * Returns the blocks of 400 ms, one every 100 ms, whose powers are gated.
   *
   * @param samples at least 0.4 s
   */
  public static int blocks(int samples, double sampleRate) {
    double duration = samples / sampleRate;
    return (int) Math.rint((duration - BLOCK_SECONDS) / (BLOCK_SECONDS * HOP)) + 1;
  }

  private static double lufs(double power) {
    return OFFSET + 10 * Math.log10(power);
  }

  /** Scales one channel to a loudness; see {@link #normalize(float[][], double, double)}. */
  public static float[] normalize(float[] samples, double sampleRate, double lufs) {
    return normalize(new float[][] {samples}, sampleRate, lufs)[0];
  }

  /**
   * Scales all channels by the gain that brings them to a loudness. A signal below the gates stays
   * as it is. Nothing is clipped: the result may exceed [-1, 1].
   *
   * @param channels as in {@link #measure(float[][], double)}
   * @param sampleRate Hz, above 3400
   * @param lufs the loudness to reach, finite; -23 in broadcasting (EBU R 128)
   * @return new arrays
   */
  public static float[][] normalize(float[][] channels, double sampleRate, double lufs) {
    Checks.finite("lufs", lufs);
    double measured = measure(channels, sampleRate);
    double gain = Double.isFinite(measured) ? Math.pow(10, (lufs - measured) / 20) : 1;
    return Arrays.stream(channels)
        .map(channel -> Level.gain(channel, gain))
        .toArray(float[][]::new);
  }
}
