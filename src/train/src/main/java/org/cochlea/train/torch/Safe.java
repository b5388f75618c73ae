package org.cochlea.train.torch;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Functions whose slope is infinite at 0, with gradient 0 there: the chain rule would make 0 · ∞ of
 * it, on every silent frame. Values are those of the functions.
 */
final class Safe {
  private Safe() {}

  /** Returns {@code x^exponent} of numbers that are not negative. */
  static Tensor power(Tensor x, double exponent) {
    if (exponent == 1) {
      return x;
    }
    if (exponent == 2) {
      return x.square();
    }
    if (exponent >= 1 || !GradMode.is_enabled()) {
      return raise(x, exponent);
    }
    Tensor zero = tiny(x);
    Tensor y = raise(x.masked_fill(zero, new Scalar(1.0)), exponent);
    return torch.where(zero, raise(x.detach(), exponent), y);
  }

  private static Tensor raise(Tensor x, double exponent) {
    return exponent == 0.5 ? x.sqrt() : x.pow(new Scalar(exponent));
  }

  /** Returns {@code ln x}. */
  static Tensor logarithm(Tensor x) {
    if (!GradMode.is_enabled()) {
      return x.log();
    }
    Tensor zero = tiny(x);
    return torch.where(zero, x.detach().log(), x.masked_fill(zero, new Scalar(1.0)).log());
  }

  /** Returns {@code x / y}. */
  static Tensor quotient(Tensor x, Tensor y) {
    if (!GradMode.is_enabled()) {
      return x.div(y);
    }
    Tensor zero = y.eq(new Scalar(0.0));
    return torch.where(
        zero, x.detach().div(y.detach()), x.div(y.masked_fill(zero, new Scalar(1.0))));
  }

  /** Returns {@code x / y}, and 0 where y is 0. */
  static Tensor quotientOrZero(Tensor x, Tensor y) {
    Tensor zero = y.eq(new Scalar(0.0));
    return x.div(y.masked_fill(zero, new Scalar(1.0))).masked_fill(zero, new Scalar(0.0));
  }

  /** Where a number is so small that its reciprocal is no number of the type. */
  private static Tensor tiny(Tensor x) {
    boolean half = x.scalar_type().intern() == torch.ScalarType.Float;
    return x.abs().lt(new Scalar(half ? Float.MIN_NORMAL : Double.MIN_NORMAL));
  }
}
