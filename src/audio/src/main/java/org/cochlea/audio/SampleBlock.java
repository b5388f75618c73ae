package org.cochlea.audio;

/**
 * Some frames of decoded audio in the type that the file or the decoder gives, and how they lie:
 * sample {@code i} of channel {@code c} is at {@code c * channelStep + i * frameStep}.
 *
 * <p>The arrays are reused from block to block. Scaling to floats happens on the way out, once.
 */
final class SampleBlock {
  /** The type that the samples of a block have. */
  enum Type {
    INT16,
    INT32,
    FLOAT32,
    FLOAT64
  }

  private final Type type;
  private final int channels;
  private short[] shorts = {};
  private int[] ints = {};
  private float[] floats = {};
  private double[] doubles = {};
  private int channelStep;
  private int frameStep;
  private int frames;
  private int next;

  SampleBlock(Type type, int channels) {
    this.type = type;
    this.channels = channels;
  }

  Type type() {
    return type;
  }

  /** Returns the samples of an {@code INT16} block, room for at least so many. */
  short[] shorts(int samples) {
    if (shorts.length < samples) {
      shorts = new short[samples];
    }
    return shorts;
  }

  /** Returns the samples of an {@code INT32} block, room for at least so many. */
  int[] ints(int samples) {
    if (ints.length < samples) {
      ints = new int[samples];
    }
    return ints;
  }

  /** Returns the samples of a {@code FLOAT32} block, room for at least so many. */
  float[] floats(int samples) {
    if (floats.length < samples) {
      floats = new float[samples];
    }
    return floats;
  }

  /** Returns the samples of a {@code FLOAT64} block, room for at least so many. */
  double[] doubles(int samples) {
    if (doubles.length < samples) {
      doubles = new double[samples];
    }
    return doubles;
  }

  /** Says that the arrays now hold so many frames, channels side by side. */
  void interleaved(int count) {
    filled(count, 1, channels);
  }

  /** Says that the arrays now hold so many frames, one channel after the other. */
  void planar(int count) {
    filled(count, count, 1);
  }

  private void filled(int count, int channelStep, int frameStep) {
    this.frames = count;
    this.channelStep = channelStep;
    this.frameStep = frameStep;
    this.next = 0;
  }

  /** Returns how many frames have not been taken yet. */
  int remaining() {
    return frames - next;
  }

  /** Passes over frames. */
  void drop(int count) {
    next += count;
  }

  /** Takes frames as floats, full scale at ±1. */
  void take(float[] out, int offset, int outChannelStep, int outFrameStep, int count) {
    if (frameStep == channels
        && outFrameStep == channels
        && channelStep == 1
        && outChannelStep == 1) {
      // Interleaved to interleaved is one run.
      toFloat(next * channels, 1, out, offset, 1, count * channels);
    } else {
      for (int c = 0; c < channels; c++) {
        toFloat(
            c * channelStep + next * frameStep,
            frameStep,
            out,
            offset + c * outChannelStep,
            outFrameStep,
            count);
      }
    }
    next += count;
  }

  /** Takes frames as 16-bit integers; only an {@code INT16} block can give them. */
  void take(short[] out, int offset, int outChannelStep, int outFrameStep, int count) {
    for (int c = 0; c < channels; c++) {
      int from = c * channelStep + next * frameStep;
      int to = offset + c * outChannelStep;
      if (frameStep == 1 && outFrameStep == 1) {
        System.arraycopy(shorts, from, out, to, count);
      } else if (frameStep == channels && outFrameStep == channels) {
        System.arraycopy(shorts, from, out, to, count * channels);
        break;
      } else {
        for (int i = 0; i < count; i++) {
          out[to + i * outFrameStep] = shorts[from + i * frameStep];
        }
      }
    }
    next += count;
  }

  private void toFloat(int from, int step, float[] out, int to, int outStep, int n) {
    // The unit-stride loops stand alone so that they become vector code.
    boolean runs = step == 1 && outStep == 1;
    switch (type) {
      case INT16 -> {
        final float scale = 0x1p-15f;
        if (runs) {
          for (int i = 0; i < n; i++) {
            out[to + i] = shorts[from + i] * scale;
          }
        } else {
          for (int i = 0; i < n; i++) {
            out[to + i * outStep] = shorts[from + i * step] * scale;
          }
        }
      }
      case INT32 -> {
        final float scale = 0x1p-31f;
        if (runs) {
          for (int i = 0; i < n; i++) {
            out[to + i] = ints[from + i] * scale;
          }
        } else {
          for (int i = 0; i < n; i++) {
            out[to + i * outStep] = ints[from + i * step] * scale;
          }
        }
      }
      case FLOAT32 -> {
        if (runs) {
          System.arraycopy(floats, from, out, to, n);
        } else {
          for (int i = 0; i < n; i++) {
            out[to + i * outStep] = floats[from + i * step];
          }
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) {
          out[to + i * outStep] = (float) doubles[from + i * step];
        }
      }
    }
  }
}
