package org.cochlea.core.augment;

import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.stage.Pipeline;

/**
 * An engine that runs augmentations where it computes features. An {@link AugmentedExtractor} asks
 * for that by itself. What is drawn, and what becomes of targets, is the same on every engine.
 */
public interface AugmentingEngine extends Engine {

  /**
   * Prepares a pipeline and as much of the plan around it as the engine can run.
   *
   * @param options how to run it
   * @return an extractor, which the caller closes
   * @throws org.cochlea.core.EngineUnavailableException if the engine cannot run here
   */
  AugmentingExtractor compile(AugmentationPlan plan, Pipeline pipeline, ExtractorOptions options);

  /**
   * Returns the transforms of a plan that run on the CPU: of those of waveforms the first ones, up
   * to the last that the engine has no code for; of those of features the last ones, from the first
   * such on.
   */
  List<Augmentation.Transform> transformsOnCpu(AugmentationPlan plan, Pipeline pipeline);
}
