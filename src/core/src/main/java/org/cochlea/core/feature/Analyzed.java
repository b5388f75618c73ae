package org.cochlea.core.feature;

import org.cochlea.core.basis.FrequencyWeighting;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Beats;
import org.cochlea.core.stage.BinOffset;
import org.cochlea.core.stage.FourierTempogram;
import org.cochlea.core.stage.HarmonicSalience;
import org.cochlea.core.stage.Histogram;
import org.cochlea.core.stage.OnsetStrength;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.PeakTracks;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SpectralFlux;
import org.cochlea.core.stage.StackMemory;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempo;
import org.cochlea.core.stage.Tempogram;
import org.cochlea.core.stage.TempogramRatio;

/**
 * A feature, and an analysis of it.
 *
 * @param of the feature
 * @param analysis what is computed of its frames
 */
public record Analyzed(Feature of, Stage.Analysis analysis) implements Feature {
  private static final int HOP = 512;

  /** The Euclidean distance of every frame of the magnitude spectrum from the one before. */
  public static Analyzed spectralFlux() {
    return new Analyzed(new Spectrogram(0, StftSpec.librosa(), 1), new SpectralFlux(1, 2, false));
  }

  /**
   * Local autocorrelation of the onset strength: {@code [batch, channels, 384, frames]};
   * librosa.feature.tempogram with its defaults.
   */
  public static Analyzed tempogram(int sampleRate) {
    return tempogram(sampleRate, 384);
  }

  /**
   * The Fourier transform of the onset strength: {@code [batch, channels, 193, frames]}, complex;
   * librosa.feature.fourier_tempogram with its defaults.
   */
  public static Analyzed fourierTempogram(int sampleRate) {
    return new Analyzed(
        OnsetEnvelope.librosa(sampleRate),
        new FourierTempogram(Basis.row(Window.HANN.coefficients(384)), true));
  }

  /**
   * The tempogram at multiples of every frame's tempo: {@code [batch, channels, 13, frames]};
   * librosa.feature.tempogram_ratio with its defaults.
   */
  public static Analyzed tempogramRatio(int sampleRate) {
    Tempo tempo = new Tempo((double) sampleRate / HOP, 120, 1, 320, false);
    return new Analyzed(
        tempogram(sampleRate), new TempogramRatio(tempo, Double.NaN, TempogramRatio.METRIC));
  }

  /**
   * A power spectrogram in decibels as loud as it seems; librosa.perceptual_weighting of its bins.
   *
   * @param sampleRate in Hz, at least 1
   * @param weighting such as A
   */
  public static Analyzed perceptual(
      int sampleRate, StftSpec stft, Compression decibels, FrequencyWeighting weighting) {
    double[] hz = SpectralDescriptor.frequencies(sampleRate, stft);
    return new Analyzed(
        new Compressed(new Spectrogram(sampleRate, stft, 2), decibels),
        new BinOffset(Basis.row(weighting.decibels(hz, -80))));
  }

  /**
   * How many values of a feature lie in each of equal steps: {@code [batch, channels, steps, 1]};
   * numpy.histogram. Of {@link LogMel}, or of a compressed {@link SignalAnalysis#spectrum}: a
   * histogram of logarithmic magnitudes.
   *
   * @param steps at least 1
   * @param low where they begin, or NaN for the clip's least value
   * @param high where they end, or NaN for the clip's largest value
   */
  public static Analyzed histogram(Feature feature, int steps, double low, double high) {
    return new Analyzed(feature, new Histogram(steps, low, high, false));
  }

  /**
   * A feature, and in every frame the frames before it; librosa.feature.stack_memory.
   *
   * @param steps frames in one, at least 1
   * @param delay frames between them; below 0 for frames to come
   */
  public static Analyzed stacked(Feature feature, int steps, int delay) {
    return new Analyzed(feature, new StackMemory(steps, delay, Padding.ZERO));
  }

  private static Analyzed tempogram(int sampleRate, int frames) {
    return new Analyzed(
        OnsetEnvelope.librosa(sampleRate),
        new Tempogram(Basis.row(Window.HANN.coefficients(frames)), true, Double.POSITIVE_INFINITY));
  }

  /**
   * The tempo of a clip in beats per minute: {@code [batch, channels, 1, 1]}; librosa.feature.tempo
   * with its defaults.
   */
  public static Analyzed tempo(int sampleRate) {
    double frameRate = (double) sampleRate / HOP;
    int seconds = 8;
    return new Analyzed(
        tempogram(sampleRate, Math.max(1, seconds * sampleRate / HOP)),
        new Tempo(frameRate, 120, 1, 320, true));
  }

  /**
   * 1 in frames that are beats, else 0: {@code [batch, channels, 1, frames]};
   * librosa.beat.beat_track with its defaults and {@code sparse=False}.
   */
  public static Analyzed beats(int sampleRate) {
    return new Analyzed(
        OnsetEnvelope.of(LogMel.librosa(sampleRate), OnsetStrength.Aggregate.MEDIAN),
        new Beats((double) sampleRate / HOP, 0, 120, 100, true));
  }

  @Override
  public Pipeline pipeline() {
    // The noise that float32 leaves in empty bins has peaks, too.
    boolean peaks = analysis instanceof PeakTracks || analysis instanceof HarmonicSalience;
    Pipeline pipeline = of.pipeline();
    return (peaks ? Spectrogram.precise(pipeline) : pipeline).then(analysis);
  }
}
