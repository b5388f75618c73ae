package org.cochlea.spark;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.preset.Channels;
import org.cochlea.core.preset.Preset;
import scala.collection.mutable.ArraySeq;

/** A clip's feature as its row holds it: the axes are those of the files of the command. */
final class Result {
  private final float[] values;
  private final int[] shape;
  private final int frames;

  private Result(float[] values, int[] shape, int frames) {
    this.values = values;
    this.shape = shape;
    this.frames = frames;
  }

  /**
   * Takes a feature's values.
   *
   * @param tensor {@code [patches, channels, bins, frames]}
   */
  static Result of(Preset preset, Tensor tensor, boolean framesFirst) {
    Shape shape = tensor.shape();
    boolean signal = preset.feature().pipeline().output().isSignal();
    boolean turned = framesFirst && !signal;
    float[] values = tensor.toArray();
    List<Integer> axes = new ArrayList<>();
    // Axes that are of length 1 for every clip are left out.
    if (preset.chunks() != null || preset.patches() != null) {
      axes.add(shape.batch());
    }
    if (preset.channels() != Channels.MONO) {
      axes.add(shape.channels());
    }
    if (!signal) {
      axes.add(turned ? shape.frames() : shape.bins());
    }
    axes.add(turned ? shape.bins() : shape.frames());
    if (shape.complex()) {
      axes.add(2);
    }
    return new Result(
        turned ? framesFirst(shape, values) : values,
        axes.stream().mapToInt(Integer::intValue).toArray(),
        shape.frames());
  }

  private static float[] framesFirst(Shape shape, float[] values) {
    float[] turned = new float[values.length];
    int width = shape.complex() ? 2 : 1;
    int bins = shape.bins();
    int frames = shape.frames();
    for (int matrix = 0; matrix < values.length; matrix += bins * frames * width) {
      for (int k = 0; k < bins; k++) {
        for (int t = 0; t < frames; t++) {
          System.arraycopy(
              values,
              matrix + (k * frames + t) * width,
              turned,
              matrix + (t * bins + k) * width,
              width);
        }
      }
    }
    return turned;
  }

  /** Returns the values as a column holds them. */
  Object column(ExtractOptions.FeatureValues as) {
    return switch (as) {
      case BINARY -> bytes(values);
      case ARRAY -> new ArraySeq.ofFloat(values);
    };
  }

  static byte[] bytes(float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes;
  }

  int[] shape() {
    return shape;
  }

  int frames() {
    return frames;
  }
}
