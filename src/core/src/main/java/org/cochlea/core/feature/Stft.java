package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Short-time Fourier transform: {@code S[k, t] = Σ_n w[n] x[t hop + n - pad] exp(-2πi f[k] n /
 * sampleRate)}, the phase referenced to the start of the frame.
 *
 * <p>{@code [batch, channels, samples] → [batch, channels, bins, frames]}, complex or real by
 * {@code output}. Equal to librosa.stft, torch.stft and nnAudio's STFT with the same parameters;
 * the scales other than {@link FrequencyScale.Fourier} are nnAudio's and cost a multiplication by a
 * dense matrix.
 *
 * @param sampleRate in Hz, or 0 for any with the Fourier scale
 * @param spec framing and window
 * @param scale where the bins lie, up to the sample rate: as in nnAudio, bins above half of it
 *     mirror those below
 * @param output what is returned of the complex values
 */
public record Stft(int sampleRate, StftSpec spec, FrequencyScale scale, Output output)
    implements Feature {

  /** What is returned of a complex spectrum. */
  public enum Output {
    /** Real and imaginary part. */
    COMPLEX,
    /** {@code |S|}. */
    MAGNITUDE,
    /** {@code atan2(Im S, Re S)} in radians. */
    PHASE
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Stft {
    Check.atLeast("sampleRate", sampleRate, 0);
    if (sampleRate == 0 && !(scale instanceof FrequencyScale.Fourier)) {
      throw new IllegalArgumentException("sampleRate must be at least 1 with " + scale + ", was 0");
    }
    switch (scale) {
      case FrequencyScale.Fourier _ -> {}
      case FrequencyScale.Linear s -> Check.range("maxHz", s.maxHz(), 0, sampleRate);
      case FrequencyScale.Logarithmic s -> Check.range("maxHz", s.maxHz(), 0, sampleRate);
    }
  }

  /** Returns the complex transform at any sample rate. */
  public static Stft of(StftSpec spec) {
    return new Stft(0, spec, new FrequencyScale.Fourier(), Output.COMPLEX);
  }

  /** Returns librosa.stft with its defaults. */
  public static Stft librosa() {
    return of(StftSpec.librosa());
  }

  /** Returns this with another output. */
  public Stft withOutput(Output what) {
    return new Stft(sampleRate, spec, scale, what);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(spectrum(spec, sampleRate, scale));
    switch (output) {
      case COMPLEX -> {}
      case MAGNITUDE -> stages.add(new Stage.Modulus(1));
      case PHASE -> stages.add(new Stage.Angle());
    }
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  /** The stages from a waveform to complex bins. */
  static List<Stage> spectrum(StftSpec spec) {
    return spectrum(spec, 0, new FrequencyScale.Fourier());
  }

  private static List<Stage> spectrum(StftSpec spec, int sampleRate, FrequencyScale scale) {
    List<Stage> stages = new ArrayList<>();
    if (spec.pad() > 0) {
      stages.add(new Stage.Pad(spec.pad(), spec.pad(), Padding.ZERO));
    }
    stages.add(spec.frame());
    if (scale instanceof FrequencyScale.Fourier) {
      stages.add(new Stage.Window(spec.weights()));
      stages.add(new Stage.RealFft(spec.fftSize()));
    } else {
      stages.add(kernels(spec, sampleRate, scale));
    }
    return stages;
  }

  /** The transform as two dense matrices, window included. */
  private static Stage kernels(StftSpec spec, int sampleRate, FrequencyScale scale) {
    double[] window = spec.weights().row(0);
    int bins = scale.bins(spec.fftSize());
    double[][] real = new double[bins][window.length];
    double[][] imaginary = new double[bins][window.length];
    for (int k = 0; k < bins; k++) {
      double step = 2 * Math.PI * scale.hz(k, sampleRate, spec.fftSize()) / sampleRate;
      for (int n = 0; n < window.length; n++) {
        real[k][n] = window[n] * Math.cos(step * n);
        imaginary[k][n] = -window[n] * Math.sin(step * n);
      }
    }
    return new Stage.ComplexProject(Basis.of(real), Basis.of(imaginary));
  }
}
