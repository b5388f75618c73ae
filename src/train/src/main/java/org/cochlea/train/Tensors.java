package org.cochlea.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cochlea.audio.file.NdArray;

/** Values of libtorch's tensors, in and out. */
final class Tensors {
  private Tensors() {}

  static float[] floats(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      Tensor plain = tensor.detach().to(ScalarType.Float).cpu().contiguous();
      float[] values = new float[Math.toIntExact(plain.numel())];
      plain.data_ptr_float().get(values);
      return values;
    }
  }

  private static long[] longs(Tensor tensor) {
    try (PointerScope _ = new PointerScope()) {
      Tensor plain = tensor.detach().cpu().contiguous();
      long[] values = new long[Math.toIntExact(plain.numel())];
      plain.data_ptr_long().get(values);
      return values;
    }
  }

  /** Rows of a matrix. */
  static double[][] rows(Tensor matrix) {
    float[] values = floats(matrix);
    int columns = Math.toIntExact(matrix.size(1));
    double[][] rows = new double[values.length / Math.max(1, columns)][columns];
    for (int i = 0; i < values.length; i++) {
      rows[i / columns][i % columns] = values[i];
    }
    return rows;
  }

  static NdArray array(Tensor tensor) {
    int[] shape = new int[Math.toIntExact(tensor.dim())];
    for (int d = 0; d < shape.length; d++) {
      shape[d] = Math.toIntExact(tensor.size(d));
    }
    return tensor.scalar_type() == ScalarType.Long
        ? NdArray.of(longs(tensor), shape)
        : NdArray.of(floats(tensor), shape);
  }

  /**
   * Gives a tensor the values of an array.
   *
   * @return whether the shapes agree; nothing is changed if they do not
   */
  static boolean copy(NdArray from, Tensor to) {
    int[] shape = from.shape();
    if (shape.length != to.dim()) {
      return false;
    }
    long[] sizes = new long[shape.length];
    for (int d = 0; d < shape.length; d++) {
      sizes[d] = shape[d];
      if (to.size(d) != shape[d]) {
        return false;
      }
    }
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor values =
          to.scalar_type() == ScalarType.Long
              ? Tensor.create(from.toLongs(), sizes)
              : Tensor.create(from.toFloats(), sizes);
      to.copy_(values);
    }
    return true;
  }
}
