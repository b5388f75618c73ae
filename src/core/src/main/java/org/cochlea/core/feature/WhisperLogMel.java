package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * What Whisper's encoder reads: {@code (max(log10(max(M |STFT|², 1e-10)), top - 8) + 4) / 4} with
 * {@code top} the clip's maximum, at 16 kHz: {@code [batch, channels, samples] → [batch, channels,
 * bins, frames]}.
 *
 * <p>Frames of 400 samples every 160, periodic Hann, centred and reflected, the last frame dropped;
 * Slaney's mel up to 8 kHz. As openai/whisper's log_mel_spectrogram, which takes {@code top} over
 * everything it is given at once; here each clip has its own. Radford et al., "Robust speech
 * recognition via large-scale weak supervision", 2022.
 *
 * @param bins 80, or 128 for large-v3; any number at least 1
 * @param length how the signal is fitted
 */
public record WhisperLogMel(int bins, Length length) implements Feature {

  /** The model's sample rate in Hz. */
  public static final int SAMPLE_RATE = 16_000;

  /** Samples of 30 seconds. */
  public static final int SAMPLES = 30 * SAMPLE_RATE;

  /** Frames of 30 seconds: what the encoder reads at once. */
  public static final int FRAMES = 3000;

  /** How the signal is fitted. */
  public enum Length {
    /** Cut or filled with zeros to 30 seconds: 3000 frames, the encoder's input. */
    THIRTY_SECONDS,
    /**
     * The whole of it, {@code samples / 160} frames, as transcribe() computes them: 30 seconds of
     * zeros stand behind the signal, and the maximum is that of the whole file. Windows of 3000
     * frames cut from it (the last filled with zeros) are what the encoder reads.
     */
    WHOLE,
    /** As it is, {@code samples / 160} frames, the signal reflected at its end. */
    AS_IS
  }

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public WhisperLogMel {
    Check.atLeast("bins", bins, 1);
  }

  @Override
  public Pipeline pipeline() {
    StftSpec stft = StftSpec.centred(400, 160, Padding.REFLECT);
    MelSpec mel = MelSpec.slaney(bins, 0, SAMPLE_RATE / 2.0);
    List<Stage> stages = new ArrayList<>();
    switch (length) {
      case THIRTY_SECONDS -> stages.add(new Stage.FitLength(new LengthRule.Exactly(SAMPLES)));
      case WHOLE -> stages.add(new Stage.FitLength(new LengthRule.Extend(SAMPLES)));
      case AS_IS -> {}
    }
    stages.addAll(new MelSpectrogram(SAMPLE_RATE, stft, mel, 2).pipeline().stages());
    stages.add(new Stage.DropFrames(0, 1));
    stages.add(new Stage.Log(Stage.Log.LOG10, Floor.CLAMP, 1e-10));
    stages.add(new Stage.DynamicRange(8, Scope.CHANNEL));
    stages.add(new Stage.Affine(0.25, 1));
    if (length == Length.WHOLE) {
      stages.add(new Stage.DropFrames(0, FRAMES));
    }
    return new Pipeline(SAMPLE_RATE, Layout.signal(), stages);
  }
}
