package org.cochlea.cli.verify;

import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.feature.WhisperLogMel.Length;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** openai/whisper's log_mel_spectrogram; a reference may hold the first of its frames only. */
final class WhisperCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    if (!feature.equals("whisper")) {
      return null;
    }
    int[] shape = context.shape();
    int frames = shape[shape.length - 1];
    int bins = p.integer("n_mels", 80);
    int padding = p.integer("padding", 0);
    boolean fitted = p.flag("pad_or_trim", true);
    Pipeline pipeline =
        new WhisperLogMel(bins, fitted ? Length.THIRTY_SECONDS : Length.AS_IS).pipeline();
    if (padding > 0) {
      if (fitted) {
        throw UnsupportedCaseException.value("padding", padding);
      }
      Stage extend = new Stage.FitLength(new LengthRule.Extend(padding));
      pipeline =
          Pipeline.of(WhisperLogMel.SAMPLE_RATE, extend)
              .then(pipeline.stages().toArray(Stage[]::new));
    }
    Recipe all = Recipe.of(new Custom("whisper", pipeline));
    return all.then(mel -> frames < mel.shape()[1] ? mel.firstColumns(frames) : mel);
  }
}
