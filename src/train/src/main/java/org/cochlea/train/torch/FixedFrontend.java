package org.cochlea.train.torch;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;

/**
 * Features of any engine as libtorch tensors: the engine writes into libtorch's memory. Without
 * gradients, and as fast as the engine; {@link TrainableFrontend} has gradients.
 *
 * <p>Belongs to one thread at a time, as its extractor.
 */
public final class FixedFrontend implements AutoCloseable {
  private final Extractor extractor;
  private int[] frames = {};

  /**
   * Makes it ready.
   *
   * @param extractor closed with this
   */
  public FixedFrontend(Extractor extractor) {
    Libtorch.load();
    this.extractor = extractor;
  }

  /**
   * Computes the feature of a batch.
   *
   * @return {@code [batch, channels, bins, frames]}, complex values with a last axis of 2; zeros
   *     after a clip's last frame. It belongs to the {@link PointerScope} around the call, or else
   *     to the caller
   * @throws IllegalArgumentException if the sample rate is not the pipeline's
   */
  public Tensor forward(Waveform in) {
    return forward(in, _ -> {});
  }

  /**
   * Computes the feature of a batch and lets it be changed where it lies.
   *
   * @param change called once, with libtorch's memory as a feature, valid during the call
   * @return as {@link #forward(Waveform)}
   */
  public Tensor forward(Waveform in, Consumer<org.cochlea.core.Tensor> change) {
    Shape shape = extractor.outputShape(in);
    PointerScope outer = PointerScope.getInnerScope();
    Tensor result;
    try (PointerScope _ = new PointerScope();
        Arena arena = Arena.ofConfined()) {
      result =
          torch.empty(
              SharedMemory.sizes(shape),
              new TensorOptions(torch.ScalarType.Float),
              new MemoryFormatOptional());
      org.cochlea.core.Tensor out = SharedMemory.feature(result, arena);
      extractor.extract(in, out);
      change.accept(out);
      frames = new int[shape.batch()];
      for (int b = 0; b < frames.length; b++) {
        frames[b] = out.frames(b);
      }
      result.retainReference();
    }
    if (outer != null) {
      outer.attach(result);
      result.releaseReference();
    }
    return result;
  }

  /** Returns how many frames each clip of the last batch has. */
  public int[] frames() {
    return frames.clone();
  }

  @Override
  public void close() {
    extractor.close();
  }
}
