package org.cochlea.core.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.cochlea.core.SampleType;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Philox;
import org.cochlea.core.stage.Stage;

/**
 * Reads any part of a signal as floats, the stages that work on single samples applied on the way.
 * A reader belongs to one thread and is bound to one channel of one clip at a time.
 */
abstract class SignalReader {

  /** Returns the number of samples. */
  abstract int length();

  /**
   * Returns where in {@link #array} so many samples lie as they are, all inside the signal; -1 if
   * they have to be read.
   */
  int place(long from, long count) {
    return -1;
  }

  /** Returns the array of {@link #place}. */
  float[] array() {
    throw new IllegalStateException("these samples have to be read");
  }

  /** Copies samples that lie inside the signal. */
  abstract void read(int from, int count, float[] to, int at);

  /** Returns a reader of a waveform through these stages; {@link Samples#bind} chooses the clip. */
  static SignalReader of(Samples samples, List<Stage> stages) {
    SignalReader reader = samples;
    for (Stage stage : stages) {
      SignalReader inner = reader;
      reader =
          switch (stage) {
            case Stage.Affine s -> new Scaled(inner, s);
            case Stage.PreEmphasis s -> new Emphasized(inner, s);
            case Stage.Dither s -> new Dithered(inner, s, samples);
            case Stage.Pad s -> new Padded(inner, s);
            case Stage.FitLength s -> new Fitted(inner, s);
            default -> throw new AssertionError(stage + " is not read sample by sample");
          };
    }
    return reader;
  }

  /** Returns a signal between lines of so many samples that reach 0; itself for none. */
  static SignalReader ramped(SignalReader signal, int ramp) {
    return ramp == 0 ? signal : new Ramped(signal, ramp);
  }

  /** Whether a stage on a signal can be applied while samples are read. */
  static boolean reads(Stage stage) {
    return switch (stage) {
      case Stage.Affine _, Stage.PreEmphasis _, Stage.Dither _, Stage.Pad _, Stage.FitLength _ ->
          true;
      default -> false;
    };
  }

  /** Copies samples of the unbounded signal: beyond the ends are those of the padding. */
  final void readPadded(long from, int count, Padding padding, float[] to, int at) {
    int n = length();
    int inside = Math.clamp(-from, 0, count);
    int end = Math.clamp(n - from, inside, count);
    for (int i = 0; i < inside; i++) {
      edge(padding, from + i, n, to, at + i);
    }
    if (end > inside) {
      read((int) (from + inside), end - inside, to, at + inside);
    }
    for (int i = end; i < count; i++) {
      edge(padding, from + i, n, to, at + i);
    }
  }

  private void edge(Padding padding, long position, int n, float[] to, int at) {
    int index = padding.index(position, n);
    if (index < 0) {
      to[at] = 0;
    } else {
      read(index, 1, to, at);
    }
  }

  /** The samples of a waveform, or of a panel of one row. */
  static final class Samples extends SignalReader {
    private static final TileKernels LOOPS = Lanes.loops();

    private MemorySegment segment = MemorySegment.NULL;
    private float[] floats = {};
    private boolean heapFloats = true;
    private boolean int16;
    private long offset;
    private int length;
    private int channel;
    private long first;
    private short[] shorts = {};

    void bind(Waveform in, int item, int channelIndex) {
      segment = in.segment(item);
      int16 = in.type() == SampleType.INT16;
      float[] array = int16 ? null : in.array(item);
      heapFloats = array != null;
      floats = array != null ? array : floats;
      offset = in.offset(item, channelIndex) + (heapFloats ? segment.address() / Float.BYTES : 0);
      length = in.length(item);
      channel = channelIndex;
    }

    void bind(Panel panel, int channelIndex) {
      floats = panel.data;
      heapFloats = true;
      int16 = false;
      offset = panel.offset;
      length = panel.frames;
      channel = channelIndex;
    }

    /** Says where the first sample lies in its clip. */
    void beginAt(long place) {
      first = place;
    }

    int channel() {
      return channel;
    }

    long first() {
      return first;
    }

    @Override
    int length() {
      return length;
    }

    @Override
    int place(long from, long count) {
      boolean inside = heapFloats && from >= 0 && from + count <= length;
      return inside ? (int) (offset + from) : -1;
    }

    @Override
    float[] array() {
      return floats;
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      if (heapFloats) {
        System.arraycopy(floats, (int) (offset + from), to, at, count);
      } else if (!int16) {
        MemorySegment.copy(
            segment,
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            (offset + from) * Float.BYTES,
            to,
            at,
            count);
      } else {
        if (shorts.length < count) {
          shorts = new short[count];
        }
        short[] s = shorts;
        MemorySegment.copy(
            segment, ValueLayout.JAVA_SHORT_UNALIGNED, (offset + from) * Short.BYTES, s, 0, count);
        LOOPS.fromInt16(s, 0, to, at, count);
      }
    }
  }

  private static final class Scaled extends SignalReader {
    private final SignalReader inner;
    private final float scale;
    private final float offset;

    Scaled(SignalReader inner, Stage.Affine stage) {
      this.inner = inner;
      this.scale = (float) stage.scale();
      this.offset = (float) stage.offset();
    }

    @Override
    int length() {
      return inner.length();
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      inner.read(from, count, to, at);
      for (int i = at; i < at + count; i++) {
        to[i] = to[i] * scale + offset;
      }
    }
  }

  private static final class Emphasized extends SignalReader {
    private final SignalReader inner;
    private final float coefficient;
    private final Stage.PreEmphasis.Before before;
    private final float[] edge = new float[2];

    Emphasized(SignalReader inner, Stage.PreEmphasis stage) {
      this.inner = inner;
      this.coefficient = (float) stage.coefficient();
      this.before = stage.before();
    }

    @Override
    int length() {
      return inner.length();
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      if (count == 0) {
        return;
      }
      inner.read(from, count, to, at);
      float first;
      if (from > 0) {
        inner.read(from - 1, 1, edge, 0);
        first = Math.fma(-coefficient, edge[0], to[at]);
      } else {
        first =
            switch (before) {
              case ZERO -> to[at];
              case FIRST -> Math.fma(-coefficient, to[at], to[at]);
              case EXTRAPOLATE -> {
                inner.read(Math.min(1, inner.length() - 1), 1, edge, 1);
                yield 3 * to[at] - edge[1];
              }
            };
      }
      for (int i = at + count - 1; i > at; i--) {
        to[i] = Math.fma(-coefficient, to[i - 1], to[i]);
      }
      to[at] = first;
    }
  }

  private static final class Dithered extends SignalReader {
    private final SignalReader inner;
    private final Stage.Dither stage;
    private final Samples samples;

    Dithered(SignalReader inner, Stage.Dither stage, Samples samples) {
      this.inner = inner;
      this.stage = stage;
      this.samples = samples;
    }

    @Override
    int length() {
      return inner.length();
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      inner.read(from, count, to, at);
      long place = samples.first() + from;
      for (int i = 0; i < count; i++) {
        to[at + i] +=
            (float) (stage.amount() * Philox.normal(stage.seed(), samples.channel(), place + i));
      }
    }
  }

  private static final class Padded extends SignalReader {
    private final SignalReader inner;
    private final Stage.Pad stage;

    Padded(SignalReader inner, Stage.Pad stage) {
      this.inner = inner;
      this.stage = stage;
    }

    @Override
    int length() {
      return Math.toIntExact(stage.frames(inner.length()));
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      inner.readPadded((long) from - stage.left(), count, stage.padding(), to, at);
    }
  }

  private static final class Fitted extends SignalReader {
    private final SignalReader inner;
    private final Stage.FitLength stage;

    Fitted(SignalReader inner, Stage.FitLength stage) {
      this.inner = inner;
      this.stage = stage;
    }

    @Override
    int length() {
      return Math.toIntExact(stage.frames(inner.length()));
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      inner.readPadded(from, count, Padding.ZERO, to, at);
    }
  }

  private static final class Ramped extends SignalReader {
    private final SignalReader inner;
    private final int ramp;
    private final float[] edge = new float[1];

    Ramped(SignalReader inner, int ramp) {
      this.inner = inner;
      this.ramp = ramp;
    }

    @Override
    int length() {
      return inner.length() + 2 * ramp;
    }

    @Override
    void read(int from, int count, float[] to, int at) {
      int n = inner.length();
      int inside = Math.clamp(ramp - from, 0, count);
      int end = Math.clamp(ramp + n - from, inside, count);
      line(0, inside, from, 1, to, at);
      if (end > inside) {
        inner.read(from + inside - ramp, end - inside, to, at + inside);
      }
      line(end, count, 2 * ramp + n - 1 - from, -1, to, at);
    }

    /** Samples of the line that rises from 0 to the edge over the ramp. */
    private void line(int begin, int end, int first, int step, float[] to, int at) {
      if (begin == end) {
        return;
      }
      inner.read(step > 0 ? 0 : inner.length() - 1, 1, edge, 0);
      for (int i = begin; i < end; i++) {
        to[at + i] = (float) ((double) edge[0] * (first + step * i) / ramp);
      }
    }
  }
}
