package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Detrend;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SpectralDensity;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.UnwrappedPhase;
import org.jspecify.annotations.Nullable;

/**
 * Spectra of overlapping segments, scaled as densities or amplitudes: {@code [batch, channels,
 * samples] → [batch, channels, fftSize / 2 + 1, segments]}; scipy.signal.spectrogram and stft.
 *
 * <p>Clips shorter than a segment have none, where scipy makes the segment shorter.
 *
 * @param sampleRate in Hz, at least 1
 * @param window shape
 * @param segment its length in samples, at least 1
 * @param overlap of segments in samples, in [0, segment)
 * @param fftSize at least {@code segment}
 * @param detrend what is subtracted from every segment
 * @param scaling of a squared magnitude; other modes have its root
 * @param boundary what half a segment at both ends is filled with; null for nothing
 * @param padded whether zeros make the last segment full, else it is dropped
 * @param mode what is returned
 */
public record SegmentSpectrogram(
    int sampleRate,
    Window window,
    int segment,
    int overlap,
    int fftSize,
    SpectralDensity.Detrend detrend,
    SpectralDensity.Scaling scaling,
    @Nullable Padding boundary,
    boolean padded,
    Mode mode)
    implements Feature {
  /** What is returned. */
  public enum Mode {
    /** The squared magnitude, twice for frequencies that have a negative one. */
    PSD,
    /** Real and imaginary part. */
    COMPLEX,
    /** {@code |X|}. */
    MAGNITUDE,
    /** The phase in (-π, π]. */
    ANGLE,
    /** The phase, unwrapped from bin to bin. */
    PHASE
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SegmentSpectrogram {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("segment", segment, 1);
    Check.range("overlap", overlap, 0, segment - 1);
    Check.atLeast("fftSize", fftSize, segment);
  }

  /** scipy.signal.spectrogram's defaults: Tukey 0.25, 256 samples that overlap by an eighth. */
  public static SegmentSpectrogram spectrogram(int sampleRate) {
    return new SegmentSpectrogram(
        sampleRate,
        Window.parse("tukey,0.25"),
        256,
        32,
        256,
        SpectralDensity.Detrend.CONSTANT,
        SpectralDensity.Scaling.DENSITY,
        null,
        false,
        Mode.PSD);
  }

  /** scipy.signal.stft's defaults: Hann, 256 samples that overlap by half, zeros at the ends. */
  public static SegmentSpectrogram stft(int sampleRate) {
    return new SegmentSpectrogram(
        sampleRate,
        Window.HANN,
        256,
        128,
        256,
        SpectralDensity.Detrend.NONE,
        SpectralDensity.Scaling.SPECTRUM,
        Padding.ZERO,
        true,
        Mode.COMPLEX);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>();
    if (boundary != null) {
      stages.add(new Stage.Pad(segment / 2, segment / 2, boundary));
    }
    Stage.Frame.Tail tail = padded ? Stage.Frame.Tail.COVER : Stage.Frame.Tail.DROP;
    stages.add(new Stage.Frame(segment, segment - overlap, 0, 0, Padding.ZERO, tail));
    switch (detrend) {
      case NONE -> {}
      case CONSTANT -> stages.add(new Stage.RemoveDcOffset());
      case LINEAR -> stages.add(new Detrend(detrend));
    }
    double[] weights = window.coefficients(segment);
    double sum = Arrays.stream(weights).sum();
    double squares = Arrays.stream(weights).map(w -> w * w).sum();
    double divisor =
        switch (scaling) {
          case DENSITY -> Math.sqrt(sampleRate * squares);
          case SPECTRUM -> sum;
        };
    stages.add(new Stage.Window(Basis.row(Arrays.stream(weights).map(w -> w / divisor).toArray())));
    stages.add(new Stage.RealFft(fftSize));
    switch (mode) {
      case PSD -> {
        stages.add(new Stage.Modulus(2));
        double[] twice = new double[fftSize / 2 + 1];
        for (int k = 0; k < twice.length; k++) {
          twice[k] = k == 0 || 2 * k == fftSize ? 1 : 2;
        }
        stages.add(new Stage.Window(Basis.row(twice)));
      }
      case COMPLEX -> {}
      case MAGNITUDE -> stages.add(new Stage.Modulus(1));
      case ANGLE -> stages.add(new Stage.Angle());
      case PHASE -> stages.add(new UnwrappedPhase(UnwrappedPhase.Axis.BINS));
    }
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
