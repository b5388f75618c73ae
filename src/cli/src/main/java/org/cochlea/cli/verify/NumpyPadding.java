package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.Set;
import org.cochlea.core.stage.Padding;

/** numpy.pad's modes: those that stages know, and those that are applied to the signal before. */
final class NumpyPadding {
  private static final Set<String> BEFORE =
      Set.of("linear_ramp", "maximum", "minimum", "mean", "median");

  private NumpyPadding() {}

  /** Whether no stage knows a mode, so that the signal is to be padded first. */
  static boolean isBefore(String mode) {
    return BEFORE.contains(mode);
  }

  /** Returns a mode as stages know it. What is never seen may be anything. */
  static Padding stage(String parameter, String mode, boolean seen) {
    return switch (mode) {
      case "constant" -> Padding.ZERO;
      case "reflect" -> Padding.REFLECT;
      case "symmetric" -> Padding.SYMMETRIC;
      case "edge" -> Padding.EDGE;
      case "wrap" -> Padding.WRAP;
      default -> {
        if (seen) {
          throw UnsupportedCaseException.value(parameter, mode);
        }
        yield Padding.ZERO;
      }
    };
  }

  /** Returns a signal with {@code width} samples more at both ends. */
  static float[] padded(float[] samples, int width, String mode) {
    if (samples.length == 0) {
      throw new UnsupportedCaseException("padding of an empty signal");
    }
    float[] longer = new float[samples.length + 2 * width];
    System.arraycopy(samples, 0, longer, width, samples.length);
    int last = longer.length - 1;
    for (int i = 0; i < width; i++) {
      switch (mode) {
        case "linear_ramp" -> {
          longer[i] = (float) ((double) samples[0] * i / width);
          longer[last - i] = (float) ((double) samples[samples.length - 1] * i / width);
        }
        default -> longer[i] = longer[last - i] = (float) statistic(samples, mode);
      }
    }
    return longer;
  }

  /** Returns a number that stands for many: numpy's function of that name. */
  static double statistic(float[] values, String name) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "max", "amax", "maximum" -> Arrays.stream(wide).max().orElseThrow();
      case "min", "amin", "minimum" -> Arrays.stream(wide).min().orElseThrow();
      case "mean", "average" -> Arrays.stream(wide).sum() / wide.length;
      case "median" -> {
        Arrays.sort(wide);
        yield (wide[(wide.length - 1) / 2] + wide[wide.length / 2]) / 2;
      }
      default -> throw new UnsupportedCaseException("function " + name);
    };
  }
}
