package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.List;

/**
 * Numbers in rows, as in numpy: C order, the last axis innermost.
 *
 * @param shape the sizes, slowest axis first
 * @param data the values
 */
@SuppressWarnings("ArrayRecordComponent") // carried about, never compared
record NdArray(int[] shape, float[] data) {

  NdArray {
    long size = 1;
    for (int n : shape) {
      size *= n;
    }
    if (size != data.length) {
      throw new IllegalArgumentException(
          "an array of shape %s has %d values, not %d"
              .formatted(Arrays.toString(shape), size, data.length));
    }
  }

  /** Returns a vector. */
  static NdArray of(float... data) {
    return new NdArray(new int[] {data.length}, data);
  }

  /** Returns arrays of one shape along a new first axis; a single one as it is. */
  static NdArray stack(List<NdArray> arrays) {
    NdArray first = arrays.getFirst();
    if (arrays.size() == 1) {
      return first;
    }
    int size = first.data.length;
    float[] all = new float[arrays.size() * size];
    for (int i = 0; i < arrays.size(); i++) {
      System.arraycopy(arrays.get(i).data, 0, all, i * size, size);
    }
    int[] shape = new int[first.shape.length + 1];
    shape[0] = arrays.size();
    System.arraycopy(first.shape, 0, shape, 1, first.shape.length);
    return new NdArray(shape, all);
  }

  /** Returns a matrix with its axes exchanged. */
  NdArray transposed() {
    int rows = shape[0];
    int columns = shape[1];
    float[] turned = new float[data.length];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        turned[c * rows + r] = data[r * columns + c];
      }
    }
    return new NdArray(new int[] {columns, rows}, turned);
  }

  /**
   * Returns complex values, pairs on the last axis, with the sign of their imaginary parts changed.
   */
  NdArray conjugated() {
    float[] other = data.clone();
    for (int i = 1; i < other.length; i += 2) {
      other[i] = -other[i];
    }
    return new NdArray(shape, other);
  }

  /** Returns a row of a matrix. */
  NdArray row(int row) {
    return of(Arrays.copyOfRange(data, row * shape[1], (row + 1) * shape[1]));
  }

  /** Returns where values are not 0, times a unit. */
  NdArray indices(double unit) {
    float[] found = new float[data.length];
    int count = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] != 0) {
        found[count++] = (float) (i * unit);
      }
    }
    return of(Arrays.copyOf(found, count));
  }

  /** Returns the first rows of a matrix. */
  NdArray firstRows(int count) {
    return new NdArray(
        new int[] {count, shape[1]}, Arrays.copyOf(data, Math.multiplyExact(count, shape[1])));
  }

  /** Returns the first columns of a matrix. */
  NdArray firstColumns(int count) {
    float[] kept = new float[shape[0] * count];
    for (int r = 0; r < shape[0]; r++) {
      System.arraycopy(data, r * shape[1], kept, r * count, count);
    }
    return new NdArray(new int[] {shape[0], count}, kept);
  }

  /** Returns this with a bin for every negative frequency behind the others, as a full FFT. */
  NdArray twoSided(int fftSize) {
    boolean complex = shape.length == 3;
    int width = shape[1] * (complex ? 2 : 1);
    float[] all = Arrays.copyOf(data, fftSize * width);
    for (int k = shape[0]; k < fftSize; k++) {
      for (int i = 0; i < width; i++) {
        float mirrored = data[(fftSize - k) * width + i];
        all[k * width + i] = complex && i % 2 == 1 ? -mirrored : mirrored;
      }
    }
    int[] size = shape.clone();
    size[0] = fftSize;
    return new NdArray(size, all);
  }

  /** Whether both have the same axes. */
  boolean sameShape(NdArray other) {
    return Arrays.equals(shape, other.shape);
  }

  /** Returns the sizes as numpy prints them. */
  String size() {
    return Arrays.toString(shape);
  }
}
