package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Stage;

/**
 * Steps from value to value that a kernel does before it stores: {@code PointwiseChain} of
 * kernels/signal.cuh.
 */
final class Chain {
  /** As many as a kernel takes. */
  static final int MOST = 4;

  private static final double LN2 = Math.log(2);

  private final List<Step> steps = new ArrayList<>();

  /** What a step does: {@code PointwiseKind} of kernels/signal.cuh. */
  enum Kind {
    /** {@code a x + b}. */
    AFFINE(0),
    /** {@code a log2(max(x, b)) + c}. */
    LOG_CLAMP(1),
    /** {@code a log2(x + b) + c}. */
    LOG_ADD(2),
    /** {@code a log2(x == 0 ? b : x) + c}. */
    LOG_REPLACE_ZERO(3),
    /** {@code x^a}. */
    POWER(4),
    /** {@code floor(a x) / a}. */
    QUANTIZE(5),
    SQUARE_ROOT(7);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  private record Step(Kind kind, double a, double b, double c) {}

  /** Whether a stage is a step. */
  static boolean runs(Stage stage) {
    return switch (stage) {
      case Stage.Affine _, Stage.Log _, Stage.Power _, Stage.Quantize _ -> true;
      default -> false;
    };
  }

  /** Adds a stage; false, and nothing is added, when there is no more room. */
  boolean add(Stage stage) {
    Step step =
        switch (stage) {
          case Stage.Affine s -> new Step(Kind.AFFINE, s.scale(), s.offset(), 0);
          case Stage.Log s -> {
            Kind kind =
                switch (s.floor()) {
                  case CLAMP -> Kind.LOG_CLAMP;
                  case ADD -> Kind.LOG_ADD;
                  case REPLACE_ZERO -> Kind.LOG_REPLACE_ZERO;
                };
            yield new Step(kind, s.scale() * LN2, s.value(), 0);
          }
          case Stage.Power s ->
              s.exponent() == 0.5
                  ? new Step(Kind.SQUARE_ROOT, 0, 0, 0)
                  : new Step(Kind.POWER, s.exponent(), 0, 0);
          case Stage.Quantize s -> new Step(Kind.QUANTIZE, s.levels(), 0, 0);
          default -> throw new AssertionError(stage + " is not a step from value to value");
        };
    if (step.kind == Kind.AFFINE && !steps.isEmpty()) {
      Step last = steps.getLast();
      boolean logarithm =
          last.kind == Kind.LOG_CLAMP
              || last.kind == Kind.LOG_ADD
              || last.kind == Kind.LOG_REPLACE_ZERO;
      if (logarithm) {
        // Of a logarithm's result only the factor and the sum change.
        steps.set(
            steps.size() - 1,
            new Step(last.kind, step.a * last.a, last.b, step.a * last.c + step.b));
        return true;
      }
    }
    if (steps.size() == MOST) {
      return false;
    }
    steps.add(step);
    return true;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  /** Writes the steps into a kernel's parameters. */
  void store(Parameters p, long at) {
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      p.int32(at + 16L * i, step.kind.code);
      p.float32(at + 16L * i + 4, (float) step.a);
      p.float32(at + 16L * i + 8, (float) step.b);
      p.float32(at + 16L * i + 12, (float) step.c);
    }
    p.int32(at + 16L * MOST, steps.size());
  }
}
