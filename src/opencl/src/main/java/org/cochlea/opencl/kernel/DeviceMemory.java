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

  int floorMod(int at, int period) {
    int rest = at % period;
    if (rest < 0) {
      rest = rest + period;
    }
    return rest;
  }

  /** The sample that stands for one outside [0, n), or -1 for zero. */
  int padded(int padding, int at, int n) {
    int result = -1;
    if (n > 0) {
      if (padding == Op.PAD_EDGE) {
        result = 0;
        if (at > 0) {
          result = n - 1;
        }
      } else if (padding == Op.PAD_WRAP) {
        result = floorMod(at, n);
      } else if (padding == Op.PAD_SYMMETRIC) {
        result = floorMod(at, 2 * n);
        if (result >= n) {
          result = 2 * n - 1 - result;
        }
      } else if (padding == Op.PAD_REFLECT) {
        result = 0;
        if (n > 1) {
          result = floorMod(at, 2 * (n - 1));
          if (result >= n) {
            result = 2 * (n - 1) - result;
          }
        }
      }
    }
    return result;
  }

  /** Number {@code index} of a stream of normal numbers, as the host's Philox has it. */
  float normal(int low, int high, int stream, long index) {
    long block = index >> 1;
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
    float first = (float) (c0 & 4294967295L);
    float second = (float) (c1 & 4294967295L);
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
