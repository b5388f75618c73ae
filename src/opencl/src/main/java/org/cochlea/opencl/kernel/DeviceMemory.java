package org.cochlea.opencl.kernel;

import com.aparapi.Kernel;

/**
 * The memory of a device program and how it is addressed.
 *
 * <p>Aparapi gives every kernel object a context, and so memory, of its own: what is to stay on the
 * device between launches must belong to one object. So the families of steps are one class each,
 * derived from one another, and {@link PipelineKernel} is the object.
 */
abstract class DeviceMemory extends Kernel {
  /** The program: lanes, frames of a tile, starts of passes, operations. */
  public int[] code = new int[1];

  /** Windows, roots of unity, filter banks, factors. */
  public float[] tables = new float[1];

  /** The batch: places and lengths of values, items of passes. */
  public int[] rows = new int[1];

  /** What was drawn for the batch: numbers of augmentation, and recordings that are added. */
  public float[] drawn = new float[1];

  /** What the host sends. */
  public float[] input = new float[1];

  /** What stays on the device. */
  public float[] memory = new float[1];

  /** What the host fetches. */
  public float[] output = new float[1];

  /** A tile of frames, frames innermost. */
  @Local public float[] area = new float[1];

  /** Which of the frames side by side this is. */
  int lane() {
    return getLocalId(0) % code[Op.LANES];
  }

  /** Which of those that share the work on a frame this is. */
  int team() {
    return getLocalId(0) / code[Op.LANES];
  }

  /** How many share the work on a frame. */
  int teams() {
    return getLocalSize(0) / code[Op.LANES];
  }

  /** Where the values of a row begin. */
  int offset(int value, int row) {
    return rows[rows[Op.VALUES] + 2 * (value * rows[Op.ROWS] + row)];
  }

  /** How many frames (or samples) a row has. */
  int count(int value, int row) {
    return rows[rows[Op.VALUES] + 2 * (value * rows[Op.ROWS] + row) + 1];
  }

  float fetch(int place, int at) {
    float x = 0;
    if (place == Op.INPUT) {
      x = input[at];
    } else {
      x = memory[at];
    }
    return x;
  }

  void store(int place, int at, float x) {
    if (place == Op.OUTPUT) {
      output[at] = x;
    } else {
      memory[at] = x;
    }
  }

  /** 1 where something is not a number, else 0: Aparapi has no booleans to return. */
  int notANumber(float x) {
    int y = 1;
    if (x <= 0f || x > 0f) {
      y = 0;
    }
    return y;
  }

  /** The sample that stands for one outside [0, n), or -1 for zero. */
  int padded(int padding, int at, int n) {
    int result = -1;
    if (n > 0 && padding != Op.PAD_ZERO) {
      int period = n;
      if (padding == Op.PAD_SYMMETRIC) {
        period = 2 * n;
      }
      if (padding == Op.PAD_REFLECT) {
        period = max(1, 2 * (n - 1));
      }
      result = at % period;
      if (result < 0) {
        result = result + period;
      }
      if (padding == Op.PAD_SYMMETRIC && result >= n) {
        result = period - 1 - result;
      }
      if (padding == Op.PAD_REFLECT && result >= n) {
        result = period - result;
      }
      if (padding == Op.PAD_EDGE) {
        result = max(0, min(at, n - 1));
      }
    }
    return result;
  }

  /** Words 0 and 1 of a block of Philox4x32-10, the first in the lower half. */
  long philox(int low, int high, int stream, long block) {
    int c0 = (int) block;
    int c1 = (int) (block >> 32);
    int c2 = stream;
    int c3 = 0;
    int k0 = low;
    int k1 = high;
    for (int round = 0; round < 10; round++) {
      long p0 = 3528531795L * (c0 & 4294967295L);
      long p1 = 3449720151L * (c2 & 4294967295L);
      int n0 = ((int) (p1 >> 32)) ^ c1 ^ k0;
      int n2 = ((int) (p0 >> 32)) ^ c3 ^ k1;
      c1 = (int) p1;
      c3 = (int) p0;
      c0 = n0;
      c2 = n2;
      k0 = k0 - 1640531527;
      k1 = k1 - 1150833019;
    }
    return (((long) c1) << 32) | (c0 & 4294967295L);
  }

  /** Number {@code index} of a stream of uniform numbers in (0, 1), as the host's Philox has it. */
  float uniform(int low, int high, int stream, long index) {
    long words = philox(low, high, stream, index);
    return ((float) (words & 4294967295L) + 0.5f) * 2.3283064e-10f;
  }

  /** Number {@code index} of a stream of normal numbers, as the host's Philox has it. */
  float normal(int low, int high, int stream, long index) {
    long words = philox(low, high, stream, index >> 1);
    float first = (float) (words & 4294967295L);
    float second = (float) ((words >> 32) & 4294967295L);
    float radius = sqrt(-2f * log((first + 0.5f) * 2.3283064e-10f));
    float turn = 6.2831855f * ((second + 0.5f) * 2.3283064e-10f);
    float x = 0;
    if ((index & 1L) == 0L) {
      x = radius * cos(turn);
    } else {
      x = radius * sin(turn);
    }
    return x;
  }

  /** One of the functions of a number; a NaN stays one. */
  float apply(int function, float x, float a, float b) {
    float y = x;
    if (function == Op.AFFINE) {
      y = a * x + b;
    } else if (function == Op.LOG_CLAMP) {
      if (x < b) {
        y = b;
      }
      y = a * log(y);
    } else if (function == Op.LOG_ADD) {
      y = a * log(x + b);
    } else if (function == Op.LOG_REPLACE) {
      if (x == 0f) {
        y = b;
      }
      y = a * log(y);
    } else if (function == Op.POWER) {
      y = pow(x, a);
    } else if (function == Op.QUANTIZE) {
      y = floor(a * x) / a;
    } else {
      y = 0f;
    }
    return y;
  }
}
