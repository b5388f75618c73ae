package org.cochlea.core.augment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.cochlea.core.SampleType;
import org.cochlea.core.Waveform;

/**
 * One clip on its way through a chain. A channel's samples are {@code gain[c] * x[c][t]}: gains
 * wait until something reads or writes the samples anyway, so a chain of gains costs nothing.
 */
final class Signal {
  private float[][] x = {};
  private float[][] spare = {};
  private double[] gain = {};
  private int channels;
  private int length;
  private int sampleRate;

  void load(Waveform in, int item) {
    channels = in.channels();
    length = in.length(item);
    sampleRate = in.sampleRate();
    if (x.length < channels) {
      x = grown(x, channels);
      spare = grown(spare, channels);
      gain = new double[channels];
    }
    Arrays.fill(gain, 1);
    MemorySegment from = in.segment(item);
    float[] array = in.array(item);
    for (int c = 0; c < channels; c++) {
      if (x[c].length < length) {
        x[c] = new float[length];
      }
      float[] to = x[c];
      long at = in.offset(item, c);
      if (array != null && from.address() % Float.BYTES == 0) {
        int base = (int) (from.address() / Float.BYTES);
        System.arraycopy(array, base + Math.toIntExact(at), to, 0, length);
      } else if (in.type() == SampleType.FLOAT32) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, to, 0, length);
      } else {
        for (int t = 0; t < length; t++) {
          to[t] = from.get(ValueLayout.JAVA_SHORT_UNALIGNED, (at + t) * Short.BYTES) / 32768f;
        }
      }
    }
  }

  private static float[][] grown(float[][] arrays, int count) {
    float[][] more = Arrays.copyOf(arrays, count);
    for (int i = arrays.length; i < count; i++) {
      more[i] = new float[0];
    }
    return more;
  }

  int channels() {
    return channels;
  }

  int length() {
    return length;
  }

  int sampleRate() {
    return sampleRate;
  }

  float[] samples(int channel) {
    return x[channel];
  }

  double gain(int channel) {
    return gain[channel];
  }

  void scale(int channel, double factor) {
    gain[channel] *= factor;
  }

  /** Multiplies by the gain that waits. */
  float[] settled(int channel) {
    float[] samples = x[channel];
    double g = gain[channel];
    if (g != 1) {
      for (int t = 0; t < length; t++) {
        samples[t] = (float) (g * samples[t]);
      }
      gain[channel] = 1;
    }
    return samples;
  }

  /** Returns an array that a channel's new samples may be written to; then {@link #swap}. */
  float[] spare(int channel, int samples) {
    if (spare[channel].length < samples) {
      spare[channel] = new float[samples];
    }
    return spare[channel];
  }

  /** Makes what was written the channel's samples; the gain still waits. */
  void swap(int channel) {
    float[] old = x[channel];
    x[channel] = spare[channel];
    spare[channel] = old;
  }

  /** Puts two channels in each other's place. */
  void exchange(int one, int other) {
    float[] samples = x[one];
    x[one] = x[other];
    x[other] = samples;
    double g = gain[one];
    gain[one] = gain[other];
    gain[other] = g;
  }

  /** Says that the gain of new samples does not wait any more. */
  void settle(int channel) {
    gain[channel] = 1;
  }

  /** Says how many samples there are now. */
  void setLength(int samples) {
    length = samples;
  }

  /** Writes a channel. */
  void store(int channel, float[] out, int at) {
    // Multiplied in place first: of that the JIT makes vectors, of a loop from array to array not.
    System.arraycopy(settled(channel), 0, out, at, length);
  }
}
