package org.cochlea.core.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;

/** Features on the reference engine, and how they compare with a library's output. */
public final class Reference {
  private Reference() {}

  /** Returns a feature of a waveform. */
  public static Tensor extract(Feature feature, Waveform in) {
    try (Engine engine = Engines.named("reference");
        Extractor extractor = engine.compile(feature.pipeline())) {
      return extractor.extract(in);
    }
  }

  /** Returns a feature of one mono clip: {@code [bins, frames]}. */
  public static float[][] extract(Feature feature, float[] samples, int sampleRate) {
    Tensor tensor = extract(feature, Waveform.of(samples, sampleRate));
    float[][] rows = new float[tensor.shape().bins()][tensor.shape().frames()];
    for (int k = 0; k < rows.length; k++) {
      for (int t = 0; t < rows[k].length; t++) {
        rows[k][t] = tensor.at(0, 0, k, t);
      }
    }
    return rows;
  }

  /** Asserts that rows are those of a reference case laid out as {@code [bins, frames]}. */
  public static void assertClose(Npy expected, float[][] actual, double relativeL2) {
    int frames = actual[0].length;
    assertArrayEquals(expected.shape(), new int[] {actual.length, frames}, "shape");
    float[] flat = new float[actual.length * frames];
    for (int k = 0; k < actual.length; k++) {
      System.arraycopy(actual[k], 0, flat, k * frames, frames);
    }
    double distance = Distance.relativeL2(flat, expected.data());
    assertTrue(
        distance <= relativeL2,
        () -> "relative L2 %.3g, allowed %.3g".formatted(distance, relativeL2));
  }

  /** Returns rows as columns: what a library that puts time first would give. */
  public static float[][] transposed(float[][] rows) {
    float[][] columns = new float[rows[0].length][rows.length];
    for (int k = 0; k < rows.length; k++) {
      for (int t = 0; t < columns.length; t++) {
        columns[t][k] = rows[k][t];
      }
    }
    return columns;
  }
}
