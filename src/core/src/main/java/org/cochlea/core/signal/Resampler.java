package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;

/**
 * Changes the sample rate by a windowed sinc, evaluated exactly where each output lies.
 *
 * <p>Any two rates will do. Where their ratio reduces to small numbers, as between all the usual
 * rates, the filter's values are tabulated for every output phase; otherwise (16001 to 16000, say)
 * they are interpolated from a table of fixed size, with an error below 1e-9 of the signal, so that
 * memory does not depend on the rates. Samples beyond both ends of the signal count as zero. The
 * output has {@code ceil(n to / from)} samples, as in librosa, torchaudio and soxr, and starts at
 * the same instant as the input: there is no delay.
 *
 * <p>All sums are in double precision and in one order, so that the result is the same on every
 * machine, and {@link #stream} gives bit for bit what {@link #resample} gives.
 *
 * <p>A resampler is immutable and may be shared between threads. Making one costs some
 * milliseconds: keep it for the next file.
 */
public final class Resampler {

  /**
   * How sharp and how clean. Above half the lower rate everything is attenuated as stated, so that
   * nothing audible folds back; up to the end of the pass band the gain is 1 within the same
   * distance. The filter is linear in phase and symmetric about each output.
   *
   * <table>
   * <caption>Measured on the kernels</caption>
   * <tr><th></th><th>pass band, of half the lower rate</th><th>stop band</th>
   * <th>taps per output, at the lower rate</th></tr>
   * <tr><td>MEDIUM</td><td>0 to 0.85, ±0.0001 dB</td><td>-100 dB</td><td>88</td></tr>
   * <tr><td>HIGH</td><td>0 to 0.913, ±0.000005 dB</td><td>-125 dB</td><td>192</td></tr>
   * <tr><td>VERY_HIGH</td><td>0 to 0.95, ±0.00000002 dB</td><td>-175 dB</td><td>476</td></tr>
   * </table>
   */
  public enum Quality {
    /** For quick work: a wide transition, aliases below the noise of 16 bits. */
    MEDIUM(0.85, 100),
    /** The default: 20 bits and the band edges of soxr's HQ, without the droop of its pass band. */
    HIGH(0.913, 125),
    /** For mastering: 28 bits, more than a float holds. */
    VERY_HIGH(0.95, 175);

    private final double passband;
    private final double attenuation;

    Quality(double passband, double attenuation) {
      this.passband = passband;
      this.attenuation = attenuation;
    }

    /** Returns the kernel of this quality. */
    public SincKernel kernel() {
      return SincKernel.design(passband, attenuation);
    }
  }

  /** More table entries than this and the kernel is interpolated instead: 4 MiB of doubles. */
  private static final int LARGEST_TABLE = 1 << 19;

  private static final int LONGEST_FRAME = 2048;
  private static final int MOST_TAPS = 1 << 20;

  /** Of all outputs of a period together: 32 MiB of doubles. */
  private static final int MOST_STAGE_TAPS = 1 << 22;

  private final int from;
  private final int to;
  private final SincKernel kernel;
  private final ResampleFilter filter;

  private Resampler(int from, int to, SincKernel kernel) {
    Checks.atLeast("from", from, 1);
    Checks.atLeast("to", to, 1);
    this.from = from;
    this.to = to;
    this.kernel = kernel;
    int divisor = gcd(from, to);
    int in = from / divisor;
    int out = to / divisor;
    double scale = kernel.rolloff() * Math.min(1, (double) to / from);
    double reach = kernel.width() / scale;
    if (2 * reach > MOST_TAPS) {
      throw new IllegalArgumentException(
          "the sample rate may become at most %d times less with this kernel, was %d to be %d Hz"
              .formatted((int) (0.5 * MOST_TAPS * kernel.rolloff() / kernel.width()), from, to));
    }
    double table = (2 * reach + 10) * out;
    filter =
        in == out
            ? new CopyFilter()
            : table <= LARGEST_TABLE && in <= LONGEST_FRAME
                ? new PolyphaseFilter(in, out, kernel, scale)
                : new InterpolatedFilter(in, out, kernel, scale);
  }

  /**
   * Returns a resampler of quality {@link Quality#HIGH}.
   *
   * @param from rate of the input in Hz, at least 1
   * @param to rate of the output in Hz, at least 1
   */
  public static Resampler of(int from, int to) {
    return of(from, to, Quality.HIGH);
  }

  /** Returns a resampler of the given quality; see {@link #of(int, int)}. */
  public static Resampler of(int from, int to, Quality quality) {
    return of(from, to, quality.kernel());
  }

  /**
   * Returns a resampler with the given kernel, such as {@link SincKernel#torchaudio}.
   *
   * @param from rate of the input in Hz, at least 1; only its ratio to {@code to} counts
   * @param to rate of the output in Hz, at least 1
   * @param kernel the low-pass filter
   * @throws IllegalArgumentException if a rate is below 1, or {@code from} so many times {@code to}
   *     that the filter would have more than a million taps
   */
  public static Resampler of(int from, int to, SincKernel kernel) {
    return new Resampler(from, to, kernel);
  }

  /** Returns the rate of the input in Hz. */
  public int from() {
    return from;
  }

  /** Returns the rate of the output in Hz. */
  public int to() {
    return to;
  }

  /** Returns the low-pass filter. */
  public SincKernel kernel() {
    return kernel;
  }

  /**
   * Returns after how many input samples the sums are the same again: a stream that begins at a
   * multiple of it gives, from {@link #reach} on, the outputs of the whole signal bit for bit.
   */
  public int period() {
    return filter.period();
  }

  /** Returns how many input samples before its own place an output depends on, at most. */
  public int reach() {
    return filter.reach();
  }

  /** Returns {@code ceil(samples to / from)}. */
  public long outputLength(long samples) {
    return Math.ceilDiv(Math.multiplyExact(samples, (long) to), (long) from);
  }

  /**
   * Resamples a whole signal.
   *
   * @param samples any number, also none
   * @return a new array of {@link #outputLength} samples
   */
  public float[] resample(float[] samples) {
    float[] out = new float[Math.toIntExact(outputLength(samples.length))];
    ResampleStream stream = new ResampleStream(this, filter, true, samples.length);
    int written = stream.process(samples, 0, samples.length, out, 0);
    stream.flush(out, written);
    return out;
  }

  /** Resamples every channel by itself; see {@link #resample(float[])}. */
  public float[][] resample(float[][] channels) {
    return Arrays.stream(channels).map(this::resample).toArray(float[][]::new);
  }

  /**
   * Returns a stream at its start: one channel, in chunks of any size. Samples are collected into
   * blocks of a second or two, which makes small chunks as fast as large ones.
   */
  public ResampleStream stream() {
    return new ResampleStream(this, filter, true, Integer.MAX_VALUE);
  }

  /**
   * Returns a stream that gives every output as soon as it can be computed, at the price of speed:
   * chunks of a few milliseconds take ten times the time per sample.
   */
  public ResampleStream liveStream() {
    return new ResampleStream(this, filter, false, Integer.MAX_VALUE);
  }

  /**
   * Returns this as a stage of a pipeline. The stage has the taps of every output of a period: the
   * rates divided by their greatest common divisor must not be too large.
   *
   * @throws IllegalArgumentException if it would have more than 4 million taps
   */
  public Stage.Resample stage() {
    int divisor = gcd(from, to);
    int in = from / divisor;
    int out = to / divisor;
    if (in == out) {
      return new Stage.Resample(1, 1, Basis.row(1.0), 0);
    }
    double scale = kernel.rolloff() * Math.min(1, (double) to / from);
    int reach = (int) Math.floor(kernel.width() / scale);
    int count = 2 * reach + 2;
    if ((long) out * count > MOST_STAGE_TAPS) {
      throw new IllegalArgumentException(
          "a stage from %d to %d Hz would have %d taps for each of %d outputs, more than %d in all"
              .formatted(from, to, count, out, MOST_STAGE_TAPS));
    }
    DoubleUnaryOperator impulse = kernel.impulse();
    double[][] taps = new double[out][count];
    for (int p = 0; p < out; p++) {
      double fraction = (double) ((long) p * in % out) / out;
      for (int k = 0; k < count; k++) {
        taps[p][k] = scale * impulse.applyAsDouble((k - reach - fraction) * scale);
      }
    }
    return new Stage.Resample(in, out, Basis.of(taps), reach);
  }

  @Override
  public String toString() {
    return "Resampler[%d Hz to %d Hz, %s]".formatted(from, to, kernel);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
