package org.cochlea.core.signal;

/**
 * The mu-law as a formula, {@code sign(x) ln(1 + mu |x|) / ln(1 + mu)}, as {@code
 * librosa.mu_compress} and {@code mu_expand}.
 *
 * <p>This is the smooth curve; the byte codes of telephony are in {@link G711}.
 *
 * @param mu above 0; 255 for 8 bits
 */
public record MuLaw(double mu) {

  /** The usual curve, with 256 levels. */
  public static final MuLaw BITS_8 = new MuLaw(255);

  /** Checks the range. */
  public MuLaw {
    Checks.within("mu", mu, Double.MIN_NORMAL, 1 << 24);
  }

  /**
   * Compresses without quantising ({@code quantize=False}).
   *
   * @param samples in [-1, 1]
   * @return values in [-1, 1]
   * @throws IllegalArgumentException if a sample is outside [-1, 1] or not a number
   */
  public float[] compress(float[] samples) {
    float[] out = new float[samples.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) curve(samples[i], i);
    }
    return out;
  }

  /**
   * Undoes {@link #compress}.
   *
   * @param values in [-1, 1]
   * @throws IllegalArgumentException if a value is outside [-1, 1] or not a number
   */
  public float[] expand(float[] values) {
    float[] out = new float[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) inverse(values[i], i);
    }
    return out;
  }

  /**
   * Compresses to whole levels ({@code quantize=True}): the number of the {@code 1 + mu} levels
   * evenly spaced over [-1, 1] that lie below the compressed value, less {@code (1 + mu) / 2}.
   *
   * @param samples in [-1, 1]
   * @return levels from {@code -(1 + mu) / 2} to {@code (mu - 1) / 2}: -128 to 127 for mu = 255
   * @throws IllegalArgumentException if a sample is outside [-1, 1] or not a number
   */
  public int[] quantize(float[] samples) {
    int steps = (int) mu;
    int[] out = new int[samples.length];
    for (int i = 0; i < out.length; i++) {
      double value = curve(samples[i], i);
      // The estimate may be off by one where the value is a level; the comparison decides.
      int below = (int) Math.ceil((value + 1) / 2 * steps);
      while (below > 0 && level(below - 1, steps) >= value) {
        below--;
      }
      while (below <= steps && level(below, steps) < value) {
        below++;
      }
      out[i] = below - (steps + 1) / 2;
    }
    return out;
  }

  /**
   * Expands whole levels, reading {@code q} as the value {@code 2 q / (1 + mu)}.
   *
   * @param levels from {@code -(1 + mu) / 2} to {@code (1 + mu) / 2}
   * @throws IllegalArgumentException if a level is outside
   */
  public float[] dequantize(int[] levels) {
    float[] out = new float[levels.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) inverse(levels[i] * 2.0 / (1 + mu), i);
    }
    return out;
  }

  private static double level(int k, int steps) {
    return k == steps ? 1 : -1 + k * (2.0 / steps);
  }

  private double curve(double x, int index) {
    requireUnit("sample", x, index);
    return Math.signum(x) * Math.log1p(mu * Math.abs(x)) / Math.log1p(mu);
  }

  private double inverse(double value, int index) {
    requireUnit("value", value, index);
    return Math.signum(value) / mu * (Math.pow(1 + mu, Math.abs(value)) - 1);
  }

  private static void requireUnit(String what, double x, int index) {
    if (!(Math.abs(x) <= 1)) {
      throw new IllegalArgumentException(
          "every %s must be in [-1, 1], number %d was %s".formatted(what, index, x));
    }
  }
}
