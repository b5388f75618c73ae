package org.cochlea.opencl;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.stage.Basis;

/** Constants of a device program: every table once. */
final class Tables {
  private float[] values = new float[1024];
  private int count;
  private final Map<List<Object>, Integer> known = new HashMap<>();

  float[] toArray() {
    return Arrays.copyOf(values, Math.max(1, count));
  }

  int add(double... numbers) {
    int at = count;
    if (count + numbers.length > values.length) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, count + numbers.length));
    }
    for (double number : numbers) {
      values[count++] = (float) number;
    }
    return at;
  }

  /** Returns {@code exp(-2πi j / n)}, real and imaginary part alternating. */
  int roots(int n) {
    return known.computeIfAbsent(
        List.of("roots", n),
        _ -> {
          double[] pairs = new double[2 * n];
          for (int j = 0; j < n; j++) {
            pairs[2 * j] = Math.cos(2 * Math.PI * j / n);
            pairs[2 * j + 1] = -Math.sin(2 * Math.PI * j / n);
          }
          return add(pairs);
        });
  }

  /** Returns the bands of a matrix: first column, columns and place of the weights of every row. */
  int[] bands(Basis basis) {
    int[] bands = new int[3 * basis.rows()];
    for (int r = 0; r < basis.rows(); r++) {
      double[] weights = new double[basis.bandLength(r)];
      for (int k = 0; k < weights.length; k++) {
        weights[k] = basis.at(r, basis.bandStart(r) + k);
      }
      bands[3 * r] = basis.bandStart(r);
      bands[3 * r + 1] = weights.length;
      bands[3 * r + 2] = add(weights);
    }
    return bands;
  }
}
