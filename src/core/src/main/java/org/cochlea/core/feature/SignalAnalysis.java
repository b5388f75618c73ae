package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.basis.GammatoneFilters;
import org.cochlea.core.stage.AnalyticSignal;
import org.cochlea.core.stage.Autocorrelation;
import org.cochlea.core.stage.FilterBank;
import org.cochlea.core.stage.HarmonicPercussive;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Reassignment;
import org.cochlea.core.stage.Resynthesis;
import org.cochlea.core.stage.RollingEnvelope;
import org.cochlea.core.stage.SpectralGate;
import org.cochlea.core.stage.SpectralSubtraction;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.WaveletTransform;
import org.cochlea.core.stage.WholeSpectrum;

/**
 * An analysis of the samples of a clip.
 *
 * @param sampleRate the rate it is made for, in Hz, or 0 for any
 * @param analysis one that reads a signal
 * @param output what is returned of a complex one; a real one is returned as it is
 */
public record SignalAnalysis(int sampleRate, Stage.Analysis analysis, Stft.Output output)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public SignalAnalysis {
    Check.atLeast("sampleRate", sampleRate, 0);
    var _ = analysis.apply(Layout.signal());
  }

  private static SignalAnalysis of(int sampleRate, Stage.Analysis analysis) {
    return new SignalAnalysis(sampleRate, analysis, Stft.Output.MAGNITUDE);
  }

  /**
   * {@code Σ x[n] x[n + k]}: {@code [batch, channels, 1, lags]}; librosa.autocorrelate.
   *
   * @param lags at most so many; 0 for as many as there are samples
   */
  public static SignalAnalysis autocorrelation(int lags) {
    return of(0, new Autocorrelation(lags, Layout.Domain.SIGNAL));
  }

  /**
   * The Hilbert envelope, {@code |x + i H(x)|}: {@code [batch, channels, 1, samples]}; the modulus
   * of scipy.signal.hilbert.
   */
  public static SignalAnalysis hilbertEnvelope() {
    return of(0, new AnalyticSignal());
  }

  /**
   * The mean, root mean square or maximum of {@code |x|} around every sample: {@code [batch,
   * channels, samples]}.
   *
   * @param window samples, at least 1
   */
  public static SignalAnalysis rollingEnvelope(int window, RollingEnvelope.Kind kind) {
    return of(0, new RollingEnvelope(window, kind));
  }

  /**
   * The magnitudes of the Fourier transform of a whole clip: {@code [batch, channels, 1, 1 +
   * samples / 2]}; where they lie says {@link WholeSpectrum#frequencies}.
   */
  public static SignalAnalysis spectrum() {
    return of(0, new WholeSpectrum(0, WholeSpectrum.Scaling.NONE));
  }

  /**
   * What lasts of a signal, or what is wide: {@code [batch, channels, samples]};
   * librosa.effects.harmonic and percussive with their defaults.
   */
  public static SignalAnalysis separated(HarmonicPercussive.Part part) {
    StftSpec stft = StftSpec.librosa();
    return changed(stft, 0, new HarmonicPercussive(part, 31, 31, 2, 1, 1, false));
  }

  /**
   * A signal less the noise of its first frames, as Boll and Berouti: powers, {@code factor} times,
   * what is left at least 0.002 of the noise.
   *
   * @param factor of the noise; 1 to 5
   * @param noise frames that are noise alone, at least 1
   */
  public static SignalAnalysis withoutNoise(StftSpec stft, double factor, int noise) {
    return changed(stft, 0, new SpectralSubtraction(2, factor, 0.002, 0, noise));
  }

  /**
   * A signal gated as by noisereduce.reduce_noise with its defaults: 1024 samples, hop 256, masks
   * smoothed over 500 Hz and 50 ms.
   *
   * @param stationary whether the noise is that of the whole clip; else it may change in 2 seconds
   */
  public static SignalAnalysis gated(int sampleRate, boolean stationary) {
    StftSpec stft = StftSpec.librosa().withFftSize(1024).withHopLength(256);
    int margin = 30_000;
    double frameRate = sampleRate / 256.0;
    SpectralGate.Mask mask =
        stationary
            ? new SpectralGate.Stationary(1.5, margin / 256, 0)
            : new SpectralGate.NonStationary(2 * frameRate, 2, 10);
    int bins = Math.max(1, (int) (500 / (sampleRate / 512.0)));
    int frames = Math.max(1, (int) (0.05 * frameRate));
    return new SignalAnalysis(
        sampleRate,
        changed(stft, margin, new SpectralGate(mask, 1, bins, frames)).analysis(),
        Stft.Output.MAGNITUDE);
  }

  /**
   * Levels of gammatone filters in time: {@code [batch, channels, bands, frames]}, the root mean
   * square over windows; gammatone.gtgram.
   *
   * @param bands at least 1, from {@code minHz} to half the sample rate
   * @param window samples that are averaged, at least 0: 0 returns what the filters give
   * @param hop samples from one frame to the next, at least 1
   */
  public static SignalAnalysis gammatone(
      int sampleRate, int bands, double minHz, int window, int hop) {
    Check.atLeast("bands", bands, 1);
    double[] hz = GammatoneFilters.centres(minHz, sampleRate / 2.0, bands);
    return of(
        sampleRate,
        new FilterBank(
            GammatoneFilters.sections(hz, sampleRate), GammatoneFilters.SECTIONS, window, hop));
  }

  /**
   * Frequencies in Hz, times in s, or magnitudes of the reassigned spectrogram: {@code [batch,
   * channels, fftSize / 2 + 1, frames]}; librosa.reassigned_spectrogram with its defaults, but bins
   * of next to no power keep their place instead of having none.
   */
  public static SignalAnalysis reassigned(int sampleRate, StftSpec stft, Reassignment.Output what) {
    return reassigned(sampleRate, stft, 1e-6, true, true, what);
  }

  /**
   * The same with every parameter of {@link Reassignment}.
   *
   * @param least bins of less power are not reassigned, at least 0
   * @param fill whether such bins have their own frequency and time; else NaN
   * @param clip whether frequencies and times stay inside the spectrum and the clip
   */
  public static SignalAnalysis reassigned(
      int sampleRate,
      StftSpec stft,
      double least,
      boolean fill,
      boolean clip,
      Reassignment.Output what) {
    return of(
        sampleRate,
        new Reassignment(
            sampleRate,
            stft.weights(),
            stft.hopLength(),
            stft.center(),
            stft.padding(),
            least,
            fill,
            clip,
            what));
  }

  /**
   * A scalogram: magnitudes of Morlet wavelets at {@code minHz 2^(k / perOctave)}: {@code [batch,
   * channels, bins, 1 + (samples - 1) / hop]}.
   *
   * @param bins at least 1
   */
  public static SignalAnalysis scalogram(
      int sampleRate, double minHz, int bins, int perOctave, int hop) {
    double omega = 5;
    List<Double> widths = new ArrayList<>();
    for (double hz : ConstantQKernels.frequencies(minHz, bins, perOctave)) {
      widths.add(omega * sampleRate / (2 * Math.PI * hz));
    }
    return of(
        sampleRate, new WaveletTransform(WaveletTransform.Wavelet.MORLET, omega, widths, hop));
  }

  /**
   * A signal whose spectrum is changed: {@code [batch, channels, samples]}; {@link Resynthesis}.
   *
   * @param margin samples beyond both ends that frames go over, at least 0
   * @param change of complex frames
   */
  public static SignalAnalysis changed(StftSpec stft, int margin, Stage.Analysis change) {
    return of(
        0,
        new Resynthesis(
            stft.fftSize(),
            stft.hopLength(),
            stft.weights(),
            stft.center(),
            margin,
            stft.padding(),
            change));
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>(List.of(analysis));
    if (analysis.apply(Layout.signal()).complex()) {
      switch (output) {
        case COMPLEX -> {}
        case MAGNITUDE -> stages.add(new Stage.Modulus(1));
        case PHASE -> stages.add(new Stage.Angle());
      }
    }
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
