package org.cochlea.cli.extract;

import org.cochlea.core.Shape;

/** Frames before bins. */
final class Turned {
  private Turned() {}

  /**
   * Returns values with their last two axes exchanged.
   *
   * @param shape as the values are
   * @param values {@code [batch, channels, bins, frames]}, complex ones as pairs
   */
  static float[] framesFirst(Shape shape, float[] values) {
    float[] turned = new float[values.length];
    int width = shape.complex() ? 2 : 1;
    int bins = shape.bins();
    int frames = shape.frames();
    for (int matrix = 0; matrix < values.length; matrix += bins * frames * width) {
      for (int k = 0; k < bins; k++) {
        for (int t = 0; t < frames; t++) {
          for (int part = 0; part < width; part++) {
            turned[matrix + (t * bins + k) * width + part] =
                values[matrix + (k * frames + t) * width + part];
          }
        }
      }
    }
    return turned;
  }
}
