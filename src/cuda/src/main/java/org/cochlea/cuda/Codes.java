package org.cochlea.cuda;

import org.cochlea.core.SampleType;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;

/** The numbers by which kernels know the words of the vocabulary. */
final class Codes {
  private Codes() {}

  /** {@code Padding} of kernels/signal.cuh. */
  static int of(Padding padding) {
    return switch (padding) {
      case ZERO -> 0;
      case REFLECT -> 1;
      case SYMMETRIC -> 2;
      case EDGE -> 3;
      case WRAP -> 4;
    };
  }

  /** {@code Before} of kernels/signal.cuh. */
  static int of(Stage.PreEmphasis.Before before) {
    return switch (before) {
      case ZERO -> 0;
      case FIRST -> 1;
      case EXTRAPOLATE -> 2;
    };
  }

  /** {@code SampleType} of kernels/signal.cuh. */
  static int of(SampleType type) {
    return switch (type) {
      case FLOAT32 -> 0;
      case INT16 -> 1;
    };
  }

  /** {@code Reduction} of kernels/frame.cu. */
  static int of(Stage.Reduce.Reduction reduction) {
    return switch (reduction) {
      case SUM -> 0;
      case MEAN -> 1;
      case SUM_OF_SQUARES -> 2;
      case MEAN_SQUARE -> 3;
      case ZERO_CROSSING_RATE -> 4;
    };
  }

  /** {@code Offset} of kernels/clip.cu. */
  static int of(Stage.Normalize.Offset offset) {
    return switch (offset) {
      case NONE -> 0;
      case MEAN -> 1;
      case MIN -> 2;
      case MAX -> 3;
    };
  }

  /** {@code Spread} of kernels/clip.cu. */
  static int of(Stage.Normalize.Spread spread) {
    return switch (spread) {
      case NONE -> 0;
      case STANDARD_DEVIATION -> 1;
      case SAMPLE_STANDARD_DEVIATION -> 2;
      case REGULARIZED_DEVIATION -> 3;
      case RANGE -> 4;
      case PEAK -> 5;
    };
  }

  /** {@code Tap} of kernels/frontend.cuh. */
  static int of(Frontend.Tap tap) {
    return switch (tap) {
      case COMPLEX -> 0;
      case MODULUS -> 1;
      case ANGLE -> 2;
    };
  }
}
