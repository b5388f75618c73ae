package org.cochlea.train.torch;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentedExtractor;
import org.jspecify.annotations.Nullable;

/**
 * Features of any engine as libtorch tensors: the engine writes into libtorch's memory. Without
 * gradients, and as fast as the engine; {@link TrainableFrontend} has gradients.
 *
 * <p>Belongs to one thread at a time, as its extractor.
 */
public final class FixedFrontend implements AutoCloseable {
  private final Extractor extractor;
  private final @Nullable AugmentedExtractor augmented;
  private int[] frames = {};

  /**
   * Makes it ready.
   *
   * @param extractor closed with this
   */
  public FixedFrontend(Extractor extractor) {
    Libtorch.load();
    this.extractor = extractor;
    this.augmented = null;
  }

  /**
   * Makes it ready to augment too.
   *
   * @param augmented closed with this
   */
  public FixedFrontend(AugmentedExtractor augmented) {
    Libtorch.load();
    this.extractor = augmented.extractor();
    this.augmented = augmented;
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
    return forward(
        memory -> {
          org.cochlea.core.Tensor out = memory.apply(extractor.outputShape(in));
          extractor.extract(in, out);
          return out;
        });
  }

  /**
   * Computes the augmented feature of a batch.
   *
   * @param keys one for each clip: its place in the data set
   * @param epoch at least 0
   * @param targets {@code [batch][classes]}, changed in place to those of the result; or null
   * @return as {@link #forward(Waveform)}
   * @throws IllegalStateException if this was made for plain features
   */
  public Tensor forward(Waveform in, long[] keys, int epoch, float @Nullable [][] targets) {
    AugmentedExtractor made = augmented;
    if (made == null) {
      throw new IllegalStateException("this frontend was made for plain features");
    }
    return forward(memory -> made.extract(in, keys, epoch, targets, memory));
  }

  private Tensor forward(
      Function<Function<Shape, org.cochlea.core.Tensor>, org.cochlea.core.Tensor> write) {
    PointerScope outer = PointerScope.getInnerScope();
    List<Tensor> made = new ArrayList<>();
    try (PointerScope _ = new PointerScope();
        Arena arena = Arena.ofConfined()) {
      org.cochlea.core.Tensor out =
          write.apply(
              shape -> {
                made.add(
                    torch.empty(
                        SharedMemory.sizes(shape),
                        new TensorOptions(torch.ScalarType.Float),
                        new MemoryFormatOptional()));
                return SharedMemory.feature(made.getFirst(), arena);
              });
      frames = new int[out.shape().batch()];
      for (int b = 0; b < frames.length; b++) {
        frames[b] = out.frames(b);
      }
      made.getFirst().retainReference();
    }
    Tensor result = made.getFirst();
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
    if (augmented == null) {
      extractor.close();
    } else {
      augmented.close();
    }
  }
}
