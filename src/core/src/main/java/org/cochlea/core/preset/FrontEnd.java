package org.cochlea.core.preset;

import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * A preset made ready on an engine: samples of a file in, what the model reads out.
 *
 * <p>Belongs to one thread at a time, as extractors do.
 */
public final class FrontEnd implements AutoCloseable {
  private final Preset preset;
  private final Extractor extractor;
  private final @Nullable Extractor patchExtractor;

  FrontEnd(Preset preset, Engine engine, ExtractorOptions options) {
    this.preset = preset;
    Pipeline pipeline = preset.feature().pipeline();
    this.extractor = engine.compile(pipeline, options);
    if (preset.patchStages().isEmpty()) {
      this.patchExtractor = null;
    } else {
      Layout layout = pipeline.output();
      try {
        this.patchExtractor =
            engine.compile(new Pipeline(0, layout, List.copyOf(preset.patchStages())), options);
      } catch (RuntimeException e) {
        extractor.close();
        throw e;
      }
    }
  }

  /** Returns the preset. */
  public Preset preset() {
    return preset;
  }

  /**
   * Computes what the model reads.
   *
   * @param samples by channel, at least one, all of one length, full scale at ±1
   * @param sampleRate of the samples in Hz, at least 1
   * @return {@code [patches, channels, bins, frames]}; without patches one clip per chunk, without
   *     chunks one
   * @throws IllegalArgumentException if there is no channel, their lengths differ, or the clip is
   *     shorter than the preset can extend
   */
  public Tensor extract(float[][] samples, int sampleRate) {
    Waveform prepared = preset.prepare(samples, sampleRate);
    Tensor patches = preset.cut(extractor.extract(prepared));
    return patchExtractor == null ? patches : patchExtractor.extract(patches);
  }

  /** Frees what the extractors hold. May be called twice. */
  @Override
  public void close() {
    extractor.close();
    if (patchExtractor != null) {
      patchExtractor.close();
    }
  }
}
