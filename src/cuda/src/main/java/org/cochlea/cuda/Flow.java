package org.cochlea.cuda;

import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * What flows between two stages while a pipeline is planned: not always something in memory, often
 * only how the next kernel will read it.
 */
abstract sealed class Flow {
  private final Time time;

  /** What it became when it had to be stored. */
  private @Nullable Value stored;

  /** Whether several paths begin here, so that none may change what is stored. */
  private boolean shared;

  private Flow(Time time) {
    this.time = time;
  }

  Time time() {
    return time;
  }

  abstract Layout layout();

  @Nullable Value stored() {
    return stored;
  }

  void store(Value value) {
    stored = value;
    if (shared) {
      value.freeze();
    }
  }

  void share() {
    shared = true;
    if (stored != null) {
      stored.freeze();
    }
  }

  /** A signal. */
  static final class Signal extends Flow {
    private final Reader reader;

    Signal(Reader reader) {
      super(reader.time());
      this.reader = reader;
      if (reader.isPlain() && reader.signal() != null) {
        store(reader.signal());
      }
    }

    Reader reader() {
      return reader;
    }

    @Override
    Layout layout() {
      return Layout.signal();
    }
  }

  /** Real frames: to be cut of a signal, or in memory, with work still to be done on them. */
  static final class Frames extends Flow {
    private final @Nullable Reader reader;
    private final Stage.@Nullable Frame frame;
    private final @Nullable Value matrix;
    private final FrameWork work;
    private final int bins;

    /** Frames that are cut of a signal. */
    Frames(Reader reader, Stage.Frame frame, FrameWork work, Time time) {
      super(time);
      this.reader = reader;
      this.frame = frame;
      this.matrix = null;
      this.work = work;
      this.bins = frame.length();
    }

    /** Frames in memory. */
    Frames(Value matrix, FrameWork work) {
      super(matrix.time());
      this.reader = null;
      this.frame = null;
      this.matrix = matrix;
      this.work = work;
      this.bins = matrix.layout().bins();
      if (work.isNone()) {
        store(matrix);
      }
    }

    Frames with(FrameWork more) {
      if (reader != null && frame != null) {
        return new Frames(reader, frame, more, time());
      }
      if (matrix == null) {
        throw new AssertionError("frames come of a signal or of memory");
      }
      return new Frames(matrix, more);
    }

    @Nullable Reader reader() {
      return reader;
    }

    Stage.@Nullable Frame frame() {
      return frame;
    }

    @Nullable Value matrix() {
      return matrix;
    }

    FrameWork work() {
      return work;
    }

    @Override
    Layout layout() {
      return Layout.real(bins);
    }
  }

  /** Complex frames in memory. */
  static final class Spectrum extends Flow {
    private final Value value;

    Spectrum(Value value) {
      super(value.time());
      this.value = value;
      store(value);
    }

    @Override
    Layout layout() {
      return value.layout();
    }
  }

  /** Returns what flows from something in memory. */
  static Flow of(Value value) {
    if (value.layout().isSignal()) {
      return new Signal(Reader.of(value, value.time()));
    }
    return value.layout().complex() ? new Spectrum(value) : new Frames(value, FrameWork.NONE);
  }
}
