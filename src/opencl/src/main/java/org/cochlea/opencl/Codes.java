package org.cochlea.opencl;

import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.cochlea.opencl.kernel.Op;

/** What the kernel calls things. */
final class Codes {
  private Codes() {}

  static int of(Padding padding) {
    return switch (padding) {
      case ZERO -> Op.PAD_ZERO;
      case REFLECT -> Op.PAD_REFLECT;
      case SYMMETRIC -> Op.PAD_SYMMETRIC;
      case EDGE -> Op.PAD_EDGE;
      case WRAP -> Op.PAD_WRAP;
    };
  }

  static int of(Stage.Normalize.Offset offset) {
    return switch (offset) {
      case NONE -> 0;
      case MEAN -> 1;
      case MIN -> 2;
      case MAX -> 3;
    };
  }

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

  /** Returns the coefficient, and what the first sample takes of itself and of the second. */
  static double[] emphasis(Stage.PreEmphasis s) {
    return switch (s.before()) {
      case ZERO -> new double[] {s.coefficient(), 1, 0};
      case FIRST -> new double[] {s.coefficient(), 1 - s.coefficient(), 0};
      case EXTRAPOLATE -> new double[] {s.coefficient(), 3, -1};
    };
  }
}
