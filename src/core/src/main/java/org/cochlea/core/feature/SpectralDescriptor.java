package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SpectralShape;
import org.cochlea.core.stage.Stage;

/**
 * How the magnitudes of every frame's spectrum lie along the frequencies: {@code [batch, channels,
 * samples] → [batch, channels, measure.bins, frames]}; librosa.feature.spectral_centroid,
 * spectral_bandwidth, spectral_rolloff, spectral_contrast, spectral_flatness.
 *
 * <p>Contrast in decibels has a range of 80 dB below its maximum over one channel; librosa takes
 * that of all channels.
 *
 * @param sampleRate in Hz, at least 1
 * @param stft framing and window
 * @param measure what is measured
 */
public record SpectralDescriptor(int sampleRate, StftSpec stft, SpectralShape.Measure measure)
    implements Feature {
  /**
   * Checks the range above, and that the measure fits the spectrum.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public SpectralDescriptor {
    Check.atLeast("sampleRate", sampleRate, 1);
    if (measure instanceof SpectralShape.Contrast contrast) {
      double top = contrast.minHz() * Math.pow(2, contrast.bands() - 1);
      if (top >= sampleRate / 2.0) {
        throw new IllegalArgumentException(
            "bands must begin below half the sample rate, %s Hz, the last begins at %s Hz"
                .formatted(sampleRate / 2.0, top));
      }
    }
    var _ = shape(sampleRate, stft, measure);
  }

  /** The centre of gravity in Hz, with librosa's defaults. */
  public static SpectralDescriptor centroid(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Centroid());
  }

  /** The spread around the centroid in Hz, of order 2, with librosa's defaults. */
  public static SpectralDescriptor bandwidth(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Bandwidth(2, true));
  }

  /** The frequency in Hz below which 85 % lie, with librosa's defaults. */
  public static SpectralDescriptor rolloff(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Rolloff(0.85));
  }

  /** Peaks above valleys of 7 bands in dB, with librosa's defaults. */
  public static SpectralDescriptor contrast(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Contrast(200, 6, 0.02, false));
  }

  /** Geometric by arithmetic mean of the power, with librosa's defaults. */
  public static SpectralDescriptor flatness(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Flatness(2, 1e-10));
  }

  /** The maximum by the mean; librosa has no such. */
  public static SpectralDescriptor crest(int sampleRate) {
    return librosa(sampleRate, new SpectralShape.Crest());
  }

  private static SpectralDescriptor librosa(int sampleRate, SpectralShape.Measure measure) {
    return new SpectralDescriptor(sampleRate, StftSpec.librosa(), measure);
  }

  @Override
  public Pipeline pipeline() {
    // Of a clean tone float32 leaves noise in the empty bins that valleys and spreads would see.
    List<Stage> stages = Spectrogram.preciseStages(Spectrogram.stages(stft, 1));
    stages.add(shape(sampleRate, stft, measure));
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  private static SpectralShape shape(int sampleRate, StftSpec stft, SpectralShape.Measure measure) {
    return new SpectralShape(Basis.row(frequencies(sampleRate, stft)), measure);
  }

  /** Returns where the bins of a transform lie, in Hz. */
  static double[] frequencies(int sampleRate, StftSpec stft) {
    double[] hz = new double[stft.bins()];
    for (int k = 0; k < hz.length; k++) {
      hz[k] = (double) k * sampleRate / stft.fftSize();
    }
    return hz;
  }
}
