package org.cochlea.core;

import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * For engines on devices: the end of a pipeline, from the first stage that has no kernel on. The
 * {@code cpu} engine runs it. What lies between the two engines is a tensor on the heap that stays.
 * Used by one thread at a time.
 */
public final class HostTail implements AutoCloseable {
  /** Stages do not know a rate; a waveform must have one. */
  private static final int ANY_RATE = 1;

  private final Stage first;
  private final boolean readsSignal;
  private final Extractor extractor;
  private @Nullable Tensor between;

  /**
   * Prepares the end of a pipeline.
   *
   * @param in what the first of its stages reads
   * @param stages at least one
   * @param how the {@code cpu} engine runs them
   */
  public HostTail(Layout in, List<Stage> stages, ExtractorOptions how) {
    this.first = stages.getFirst();
    this.readsSignal = in.isSignal();
    this.extractor = Engines.named("cpu").compile(new Pipeline(0, in, stages), how);
  }

  /** Returns the stage for whose sake there is a tail. */
  public Stage first() {
    return first;
  }

  /** Returns room for what the device computes. */
  public Tensor between(Shape shape) {
    Tensor room = between;
    if (room == null || !room.shape().equals(shape)) {
      float[] array = room == null ? null : room.array();
      room =
          array == null || array.length < shape.floats()
              ? Tensor.allocate(shape)
              : Tensor.wrap(shape, array);
      between = room;
    }
    return room;
  }

  /** Computes the result of what the device computed. */
  public void run(Tensor in, Tensor out) {
    if (readsSignal) {
      extractor.extract(signals(in), out);
    } else {
      extractor.extract(in, out);
    }
  }

  /** Computes the result where no stage runs on the device. */
  public void run(Waveform in, Tensor out) {
    extractor.extract(in, out);
  }

  private static Waveform signals(Tensor tensor) {
    Shape shape = tensor.shape();
    int[] lengths = new int[shape.batch()];
    for (int b = 0; b < lengths.length; b++) {
      lengths[b] = tensor.frames(b);
    }
    return Waveform.wrap(
        tensor.segment(),
        SampleType.FLOAT32,
        shape.batch(),
        shape.channels(),
        shape.frames(),
        lengths,
        ANY_RATE);
  }

  @Override
  public void close() {
    between = null;
    extractor.close();
  }
}
