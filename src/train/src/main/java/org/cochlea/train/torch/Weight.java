package org.cochlea.train.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.core.stage.Basis;
import org.jspecify.annotations.Nullable;

/** What a stage multiplies by: numbers, or a parameter. */
interface Weight {
  /** Returns it, of the type of another tensor and on its device. */
  Tensor as(Tensor like);

  /** Numbers that stay as they are; they are rounded and moved to a device when they are needed. */
  final class Constant implements Weight {
    private final double[] numbers;
    private final long[] sizes;
    private @Nullable Tensor last;

    Constant(double[] numbers, long... sizes) {
      this.numbers = numbers;
      this.sizes = sizes;
    }

    /** Returns a matrix as it is multiplied from the right: {@code [columns, rows]}. */
    static Constant transposed(Basis basis) {
      double[] numbers = new double[basis.columns() * basis.rows()];
      for (int r = 0; r < basis.rows(); r++) {
        for (int k = basis.bandStart(r); k < basis.bandStart(r) + basis.bandLength(r); k++) {
          numbers[k * basis.rows() + r] = basis.at(r, k);
        }
      }
      return new Constant(numbers, basis.columns(), basis.rows());
    }

    @Override
    public synchronized Tensor as(Tensor like) {
      Tensor tensor = last;
      if (tensor == null
          || tensor.scalar_type().intern() != like.scalar_type().intern()
          || !tensor.device().equals(like.device())) {
        try (PointerScope _ = new PointerScope()) {
          // It outlives the call: it is freed with this object.
          tensor = SharedMemory.copy(numbers, sizes).to(like.device(), like.scalar_type().intern());
          tensor.retainReference();
        }
        last = tensor;
      }
      return tensor;
    }
  }

  /**
   * A parameter.
   *
   * @param tensor its values
   * @param transposed whether they are used as {@code [columns, rows]}
   */
  record Parameter(Tensor tensor, boolean transposed) implements Weight {
    @Override
    public Tensor as(Tensor like) {
      if (tensor.scalar_type().intern() != like.scalar_type().intern()) {
        throw new IllegalArgumentException(
            "waveforms must be of the parameters' type, %s, were %s"
                .formatted(name(tensor), name(like)));
      }
      return transposed ? tensor.t() : tensor;
    }

    private static String name(Tensor tensor) {
      return tensor.scalar_type().intern().name();
    }
  }
}
