package org.cochlea.core.augment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The feature of one clip on its way through a chain: per channel rows of {@code frames} values,
 * pairs when complex, without padding.
 */
final class Picture {
  private float[][] x = {};
  private float[][] spare = {};
  private int channels;
  private int bins;
  private int frames;
  private int parts;

  void load(Tensor in, int item) {
    Shape shape = in.shape();
    channels = shape.channels();
    bins = shape.bins();
    frames = in.frames(item);
    parts = shape.complex() ? 2 : 1;
    if (x.length < channels) {
      x = grown(x, channels);
      spare = grown(spare, channels);
    }
    int width = frames * parts;
    int size = Math.multiplyExact(bins, width);
    MemorySegment from = in.segment();
    float[] array = whole(in);
    int base = (int) (from.address() / Float.BYTES);
    for (int c = 0; c < channels; c++) {
      if (x[c].length < size) {
        x[c] = new float[size];
      }
      for (int k = 0; k < bins; k++) {
        long at = in.offset(item, c, k);
        if (array != null) {
          System.arraycopy(array, base + Math.toIntExact(at), x[c], k * width, width);
        } else {
          MemorySegment.copy(
              from, ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, x[c], k * width, width);
        }
      }
    }
  }

  /** Writes to a tensor with room for the frames; what is beyond them becomes zero. */
  void store(Tensor out, int item) {
    MemorySegment to = out.segment();
    float[] array = whole(out);
    int base = (int) (to.address() / Float.BYTES);
    int width = frames * parts;
    int room = out.shape().frames() * parts;
    for (int c = 0; c < channels; c++) {
      for (int k = 0; k < bins; k++) {
        long at = out.offset(item, c, k);
        if (array != null) {
          int row = base + Math.toIntExact(at);
          System.arraycopy(x[c], k * width, array, row, width);
          Arrays.fill(array, row + width, row + room, 0);
        } else {
          MemorySegment.copy(
              x[c], k * width, to, ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, width);
          for (int i = width; i < room; i++) {
            to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + i) * Float.BYTES, 0);
          }
        }
      }
    }
  }

  /** Returns the array below a tensor where there is one and its floats are the tensor's. */
  private static float @Nullable [] whole(Tensor tensor) {
    return tensor.segment().address() % Float.BYTES == 0 ? tensor.array() : null;
  }

  private static float[][] grown(float[][] arrays, int count) {
    float[][] more = Arrays.copyOf(arrays, count);
    for (int i = arrays.length; i < count; i++) {
      more[i] = new float[0];
    }
    return more;
  }

  int channels() {
    return channels;
  }

  int bins() {
    return bins;
  }

  int frames() {
    return frames;
  }

  boolean complex() {
    return parts == 2;
  }

  /** Returns how many floats a channel has. */
  int size() {
    return bins * frames * parts;
  }

  /** Returns the values of a channel: bin {@code k} begins at {@code k · frames} (real). */
  float[] values(int channel) {
    return x[channel];
  }

  /** Returns an array that a channel's new values may be written to; then {@link #swap}. */
  float[] spare(int channel, int floats) {
    if (spare[channel].length < floats) {
      spare[channel] = new float[floats];
    }
    return spare[channel];
  }

  void swap(int channel) {
    float[] old = x[channel];
    x[channel] = spare[channel];
    spare[channel] = old;
  }

  void setFrames(int count) {
    frames = count;
  }
}
