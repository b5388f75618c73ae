package org.cochlea.train.torch;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/** The stages that work on one frame, or one value, at a time. */
final class FrameOperations {
  private FrameOperations() {}

  static Operation affine(Stage.Affine s) {
    return in -> {
      Tensor y = s.scale() == 1 ? in.values() : in.values().mul(new Scalar(s.scale()));
      return s.offset() == 0 ? in.with(y) : in.masked(y.add(new Scalar(s.offset())));
    };
  }

  static Clips removeDcOffset(Clips in) {
    return in.with(in.values().sub(in.values().mean(new long[] {Clips.BINS}, true, none())));
  }

  static org.bytedeco.pytorch.ScalarTypeOptional none() {
    return new org.bytedeco.pytorch.ScalarTypeOptional();
  }

  static Operation window(Weight weights) {
    return in -> in.with(in.values().mul(weights.as(in.values())));
  }

  static Clips realFft(Stage.RealFft s, Clips in) {
    return in.with(
        torch.fft_rfft(
            in.values(), new LongOptional(s.size()), Clips.BINS, new StringViewOptional()),
        s.apply(in.layout()));
  }

  static Clips inverseRealFft(Stage.InverseRealFft s, Clips in) {
    return in.with(
        torch.fft_irfft(
            in.values(), new LongOptional(s.size()), Clips.BINS, new StringViewOptional()),
        s.apply(in.layout()));
  }

  /** Real frames times a real matrix. */
  static Operation project(Weight basis) {
    return in -> {
      Tensor y = in.values().matmul(basis.as(in.values()));
      return in.with(y, Layout.real(Math.toIntExact(y.size(Clips.BINS))));
    };
  }

  /** Real or complex frames times a complex matrix. */
  static Operation project(Weight real, Weight imaginary) {
    return in -> {
      Tensor x = in.values();
      Tensor y;
      if (in.layout().complex()) {
        Tensor a = torch.real(x);
        Tensor b = torch.imag(x);
        Tensor re = real.as(a);
        Tensor im = imaginary.as(a);
        y = complex(a.matmul(re).sub(b.matmul(im)), a.matmul(im).add(b.matmul(re)));
      } else {
        y = complex(x.matmul(real.as(x)), x.matmul(imaginary.as(x)));
      }
      return in.with(y, Layout.complex(Math.toIntExact(y.size(Clips.BINS))));
    };
  }

  private static Tensor complex(Tensor real, Tensor imaginary) {
    return torch.view_as_complex(torch.stack(new TensorVector(real, imaginary), -1));
  }

  static Clips modulus(Stage.Modulus s, Clips in) {
    Tensor square = torch.real(in.values()).square().add(torch.imag(in.values()).square());
    return in.with(Safe.power(square, s.power() / 2), s.apply(in.layout()));
  }

  static Clips angle(Stage.Angle s, Clips in) {
    // + 0.0 turns -0 into 0, so that silence has angle 0 and not π.
    Tensor real = torch.real(in.values()).add(new Scalar(0.0));
    Tensor imaginary = torch.imag(in.values()).add(new Scalar(0.0));
    if (GradMode.is_enabled()) {
      Tensor zero = real.eq(new Scalar(0.0)).logical_and(imaginary.eq(new Scalar(0.0)));
      real = real.masked_fill(zero, new Scalar(1.0));
    }
    return in.with(imaginary.atan2(real), s.apply(in.layout()));
  }

  static Clips logarithm(Stage.Log s, Clips in) {
    Tensor x = in.values();
    Tensor floored =
        switch (s.floor()) {
          case CLAMP -> x.clamp_min(new Scalar(s.value()));
          case ADD -> x.add(new Scalar(s.value()));
          case REPLACE_ZERO -> x.masked_fill(x.eq(new Scalar(0.0)), new Scalar(s.value()));
        };
    Tensor y = Safe.logarithm(floored);
    return in.masked(s.scale() == 1 ? y : y.mul(new Scalar(s.scale())));
  }

  static Clips power(Stage.Power s, Clips in) {
    return in.with(Safe.power(in.values(), s.exponent()));
  }

  static Clips quantize(Stage.Quantize s, Clips in) {
    Scalar levels = new Scalar(s.levels());
    return in.with(in.values().mul(levels).floor().div(levels));
  }

  static Clips reduce(Stage.Reduce s, Clips in) {
    Tensor x = in.values();
    long[] bins = {Clips.BINS};
    Tensor y =
        switch (s.reduction()) {
          case SUM -> x.sum(bins, true, none());
          case MEAN -> x.mean(bins, true, none());
          case SUM_OF_SQUARES -> x.square().sum(bins, true, none());
          case MEAN_SQUARE -> x.square().mean(bins, true, none());
          case ZERO_CROSSING_RATE -> {
            Tensor negative = x.lt(new Scalar(-Stage.Reduce.ZERO_CROSSING_THRESHOLD));
            long pairs = x.size(Clips.BINS) - 1;
            yield negative
                .narrow(Clips.BINS, 1, pairs)
                .ne(negative.narrow(Clips.BINS, 0, pairs))
                .to(x.scalar_type().intern())
                .sum(bins, true, none())
                .div(new Scalar((double) pairs + 1));
          }
        };
    return in.with(y, s.apply(in.layout()));
  }
}
