package org.cochlea.spark;

import java.io.Serial;
import java.io.Serializable;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;

/**
 * What is computed of a clip, by its sample rate. It travels to the executors, so a lambda should
 * make the feature rather than hold one:
 *
 * <pre>{@code
 * Recipe recipe = rate -> Preset.of("log-mel", "", rate, LogMel.librosa(rate));
 * }</pre>
 */
@FunctionalInterface
public interface Recipe extends Serializable {
  /**
   * Returns what is computed of a clip.
   *
   * @param sampleRate of the clip, in Hz
   * @throws IllegalArgumentException if there is nothing for this rate: the clip fails then
   */
  Preset preset(int sampleRate);

  /**
   * Returns the recipe of one preset for all clips.
   *
   * @throws IllegalArgumentException if it holds what cannot be sent, such as samples of others
   */
  static Recipe of(Preset preset) {
    return new Fixed(Values.write(preset));
  }

  /**
   * Returns the recipe of one feature for all clips, which are mixed to mono and resampled to its
   * rate; one without a rate takes them at theirs.
   *
   * @throws IllegalArgumentException if it holds what cannot be sent, such as samples of others
   */
  static Recipe of(Feature feature) {
    return of(
        Preset.of(
            feature.getClass().getSimpleName(), "", feature.pipeline().sampleRate(), feature));
  }

  /** A preset as it travels. */
  final class Fixed implements Recipe {
    @Serial private static final long serialVersionUID = 1;

    private final byte[] bytes;
    private transient @Nullable Preset preset;

    private Fixed(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public synchronized Preset preset(int sampleRate) {
      Preset known = preset;
      if (known == null) {
        known = Values.read(bytes, Preset.class);
        preset = known;
      }
      return known;
    }
  }
}
