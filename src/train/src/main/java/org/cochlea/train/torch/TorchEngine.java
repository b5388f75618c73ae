package org.cochlea.train.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Availability;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.Engine;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.stage.Pipeline;

/**
 * Pipelines as libtorch's operations, clip by clip.
 *
 * <p>It is slower than the {@code cpu} engine, and never picked unasked: it shows that the
 * operations of {@link TrainableFrontend}, which runs them on whole batches, are right. {@link
 * ExtractorOptions#threads()} sets libtorch's threads, which all of the process share.
 */
public final class TorchEngine implements Engine {
  private final TorchOptions options;

  /** Makes the engine with default options; {@link org.cochlea.core.Engines} does. */
  public TorchEngine() {
    this(TorchOptions.defaults());
  }

  /** Makes an engine. */
  public TorchEngine(TorchOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public Availability probe() {
    List<String> reasons = Libtorch.reasons();
    return reasons.isEmpty()
        ? new Available(
            "libtorch, %s on %s"
                .formatted(
                    options.precision() == TorchOptions.Precision.FLOAT32 ? "float32" : "float64",
                    options.device()))
        : new Unavailable(reasons);
  }

  /**
   * {@inheritDoc}
   *
   * @throws EngineUnavailableException if libtorch cannot be loaded, or knows no such device
   */
  @Override
  public Extractor compile(Pipeline pipeline, ExtractorOptions how) {
    Libtorch.load();
    try (PointerScope _ = new PointerScope()) {
      if (options.torchDevice().is_cuda() && !torch.cuda_is_available()) {
        throw new EngineUnavailableException(
            name(), List.of("this build of libtorch finds no CUDA device"));
      }
    }
    if (how.threads() > 0) {
      torch.set_num_threads(how.threads());
    }
    return new TorchExtractor(pipeline, options);
  }

  @Override
  public void close() {}
}
