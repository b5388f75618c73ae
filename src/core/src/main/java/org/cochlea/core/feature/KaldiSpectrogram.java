package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;

/**
 * Kaldi's log power spectrogram: {@code ln(max(|FFT(frame)|², 1.19e-7))}, whose bin 0 is the
 * frame's log energy instead: {@code [batch, channels, samples] → [batch, channels, fftSize / 2 +
 * 1, frames]}.
 *
 * <p>As compute-spectrogram-feats and torchaudio.compliance.kaldi.spectrogram 0.13.1, which return
 * time first; here frames are last.
 *
 * @param frames framing and preparation of a frame
 * @param energy of a frame
 * @param subtractMean whether every bin's mean over the clip is subtracted
 */
public record KaldiSpectrogram(KaldiFrames frames, KaldiEnergy energy, boolean subtractMean)
    implements Feature {

  /** Returns torchaudio's defaults at 16-bit scale. */
  public static KaldiSpectrogram torchaudio(int sampleRate) {
    return new KaldiSpectrogram(KaldiFrames.of(sampleRate), KaldiEnergy.torchaudio(), false);
  }

  /** Returns Kaldi's defaults: as torchaudio's, with a dither of 1. */
  public static KaldiSpectrogram kaldi(int sampleRate) {
    return new KaldiSpectrogram(
        KaldiFrames.of(sampleRate).withDither(1, 0), KaldiEnergy.kaldi(), false);
  }

  @Override
  public Pipeline pipeline() {
    int size = frames.fftSize();
    List<Stage> stages =
        energy.beside(
            frames,
            List.of(
                new Stage.RealFft(size),
                new Stage.Modulus(2),
                new Stage.SliceBins(1, size / 2 + 1),
                new Stage.Log(1, Floor.CLAMP, KaldiEnergy.EPSILON)),
            false);
    if (subtractMean) {
      stages.add(KaldiFbank.meanSubtraction());
    }
    return new Pipeline(frames.sampleRate(), Layout.signal(), stages);
  }
}
