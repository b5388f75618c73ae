package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Constant-Q and variable-Q transforms as librosa's: {@code [batch, channels, samples] → [batch,
 * channels, spec.bins, frames]}; librosa.cqt, vqt, pseudo_cqt and hybrid_cqt.
 *
 * <p>Octave by octave from the top, the spectrum of rectangular frames is multiplied by transformed
 * kernels; for the next octave the signal is halved in rate, as long as the hop is even. {@code n}
 * samples give {@code 1 + floor(n / hop)} frames.
 *
 * <p>Differs from librosa by the filter that halves the rate, soxr there: relative L2 within 1e-2,
 * mostly 1e-4. The tuning is a number; {@link EstimatedTuning} estimates it.
 *
 * <p>Schörkhuber and Klapuri, "Constant-Q transform toolbox for music processing", 2010.
 *
 * @param sampleRate in Hz, at least 1
 * @param hopLength in samples, at least 1
 * @param spec the kernels
 * @param method how it is computed
 * @param scaled whether bins are divided by the root of their kernels' lengths, so that noise is
 *     level; else a sine is
 * @param padding what frames see beyond the ends; zeros in librosa
 * @param output what is returned; of the methods but {@link Method#RECURSIVE} the magnitude
 */
public record ConstantQ(
    int sampleRate,
    int hopLength,
    CqtSpec spec,
    Method method,
    boolean scaled,
    Padding padding,
    Stft.Output output)
    implements Feature {

  /** How it is computed. */
  public enum Method {
    /** Octave by octave; cqt, vqt. */
    RECURSIVE,
    /** Magnitudes of one short-time Fourier transform, projected; pseudo_cqt. */
    PSEUDO,
    /** Pseudo where kernels are shorter than two hops, recursive below; hybrid_cqt. */
    HYBRID
  }

  /**
   * Checks the ranges above, and that the highest kernel ends below half the sample rate.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ConstantQ {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("hopLength", hopLength, 1);
    if (method != Method.RECURSIVE) {
      if (output != Stft.Output.MAGNITUDE) {
        throw new IllegalArgumentException(
            "output must be MAGNITUDE with method %s, was %s".formatted(method, output));
      }
      if (spec.gamma() != 0) {
        throw new IllegalArgumentException(
            "gamma must be 0 with method %s, was %s".formatted(method, spec.gamma()));
      }
      if (!spec.intervals().isEmpty()) {
        throw new IllegalArgumentException(
            "intervals must be equal steps with method %s, were %s"
                .formatted(method, spec.intervals()));
      }
    }
    double cutoff = cutoff(spec);
    if (cutoff > sampleRate / 2.0) {
      throw new IllegalArgumentException(
          "the highest of bins must end below half the sample rate, %s Hz, ends at %s Hz"
              .formatted(sampleRate / 2.0, cutoff));
    }
  }

  /** librosa.cqt's defaults, the magnitude. */
  public static ConstantQ librosa(int sampleRate) {
    return new ConstantQ(
        sampleRate,
        512,
        CqtSpec.librosa(),
        Method.RECURSIVE,
        true,
        Padding.ZERO,
        Stft.Output.MAGNITUDE);
  }

  /** librosa.vqt's defaults, the magnitude: bandwidths as of the ERB scale. */
  public static ConstantQ librosaVqt(int sampleRate) {
    return librosa(sampleRate).withSpec(CqtSpec.librosa().withGamma(Double.NaN));
  }

  /** Returns this with other kernels. */
  public ConstantQ withSpec(CqtSpec kernels) {
    return new ConstantQ(sampleRate, hopLength, kernels, method, scaled, padding, output);
  }

  /** Returns this for signals of another rate. */
  public ConstantQ withSampleRate(int hz) {
    return new ConstantQ(hz, hopLength, spec, method, scaled, padding, output);
  }

  /** Returns this computed in another way. */
  public ConstantQ withMethod(Method how) {
    return new ConstantQ(sampleRate, hopLength, spec, how, scaled, padding, output);
  }

  /** Returns this with another output. */
  public ConstantQ withOutput(Stft.Output what) {
    return new ConstantQ(sampleRate, hopLength, spec, method, scaled, padding, what);
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages =
        switch (method) {
          case RECURSIVE -> recursive(spec);
          case PSEUDO -> pseudo(spec);
          case HYBRID -> hybrid();
        };
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  private static double[] frequencies(CqtSpec spec) {
    return spec.frequencies();
  }

  private static double[] bandwidths(CqtSpec spec) {
    return ConstantQKernels.relativeBandwidths(frequencies(spec), spec.binsPerOctave());
  }

  private static double[] lengths(CqtSpec spec, double rate) {
    return ConstantQKernels.lengths(
        frequencies(spec), bandwidths(spec), rate, spec.filterScale(), spec.gamma());
  }

  /** The kernels of all bins at the full rate. */
  ConstantQKernels.Kernels kernels() {
    return ConstantQKernels.wavelets(
        frequencies(spec), lengths(spec, sampleRate), sampleRate, spec.window(), spec.norm());
  }

  /** What every kernel of {@link #kernels} counts. */
  double[] gains() {
    double[] gains = lengths(spec, sampleRate);
    for (int k = 0; k < gains.length; k++) {
      gains[k] = scaled ? Math.sqrt(gains[k]) : gains[k];
    }
    return gains;
  }

  /** Where the highest kernel's main lobe ends, in Hz. */
  private static double cutoff(CqtSpec spec) {
    double[] w = spec.window().coefficients(1000);
    double sum = Arrays.stream(w).sum();
    double width = w.length * Arrays.stream(w).map(v -> v * v).sum() / (sum * sum);
    double[] hz = frequencies(spec);
    double[] alpha = bandwidths(spec);
    double cutoff = 0;
    for (int k = 0; k < hz.length; k++) {
      double lobe = 0.5 * width * alpha[k] / spec.filterScale();
      double gamma = ConstantQKernels.gamma(spec.gamma(), alpha[k]);
      cutoff = Math.max(cutoff, hz[k] * (1 + lobe) + 0.5 * gamma);
    }
    return cutoff;
  }

  // ---- octave by octave ------------------------------------------------------------------------

  private List<Stage> recursive(CqtSpec kernels) {
    int octaves = Math.ceilDiv(kernels.bins(), kernels.binsPerOctave());
    double ratio = sampleRate / 2.0 / cutoff(kernels);
    int spare = (int) Math.ceil(Math.log(ratio) / Math.log(2)) - 2;
    int even = Integer.numberOfTrailingZeros(hopLength) - octaves + 1;
    int early = Math.max(0, Math.min(spare, even));
    List<Stage> stages = new ArrayList<>();
    double gain = scaled ? Math.sqrt(2) : 2;
    for (int i = 0; i < early; i++) {
      stages.add(ConstantQKernels.halved(gain));
    }
    double rate = sampleRate / Math.pow(2, early);
    stages.addAll(octave(kernels, 0, octaves, rate, rate, hopLength >> early));
    switch (output) {
      case COMPLEX -> {}
      case MAGNITUDE -> stages.add(new Stage.Modulus(1));
      case PHASE -> stages.add(new Stage.Angle());
    }
    return stages;
  }

  /** The stages of an octave, counted from the top, and of those below it. */
  private List<Stage> octave(
      CqtSpec kernels, int octave, int octaves, double full, double rate, int hop) {
    List<Stage> own = response(kernels, octave, full, rate, hop);
    if (octave + 1 == octaves) {
      return own;
    }
    List<Stage> lower = new ArrayList<>();
    boolean halves = hop % 2 == 0;
    if (halves) {
      lower.add(ConstantQKernels.halved(Math.sqrt(2)));
    }
    lower.addAll(
        octave(
            kernels, octave + 1, octaves, full, halves ? rate / 2 : rate, halves ? hop / 2 : hop));
    return List.of(new Stage.Branch(List.of(lower, own), Stage.Branch.Join.CONCATENATE_SHORTEST));
  }

  private List<Stage> response(CqtSpec kernels, int octave, double full, double rate, int hop) {
    int filters = Math.min(kernels.binsPerOctave(), kernels.bins());
    int to = kernels.bins() - filters * octave;
    int from = Math.max(0, to - filters);
    double[] hz = Arrays.copyOfRange(frequencies(kernels), from, to);
    double[] alpha = Arrays.copyOfRange(bandwidths(kernels), from, to);
    double[] lengths =
        ConstantQKernels.lengths(hz, alpha, rate, kernels.filterScale(), kernels.gamma());
    double[] fullLengths = Arrays.copyOfRange(lengths(kernels, full), from, to);
    ConstantQKernels.Kernels wavelets =
        ConstantQKernels.wavelets(hz, lengths, rate, kernels.window(), kernels.norm());
    int size = wavelets.size();
    double[] factors = new double[hz.length];
    for (int k = 0; k < factors.length; k++) {
      factors[k] = lengths[k] / size * Math.sqrt(full / rate);
      factors[k] /= scaled ? Math.sqrt(fullLengths[k]) : 1;
    }
    ConstantQKernels.Spectra spectra = wavelets.spectra(size, kernels.sparsity());
    return List.of(
        frame(size, hop),
        new Stage.RealFft(size),
        new Stage.ComplexProject(spectra.real(factors), spectra.imaginary(factors)));
  }

  private Stage.Frame frame(int size, int hop) {
    return new Stage.Frame(size, hop, size / 2, size / 2, padding, Stage.Frame.Tail.DROP);
  }

  // ---- magnitudes ------------------------------------------------------------------------------

  private List<Stage> pseudo(CqtSpec kernels) {
    double[] lengths = lengths(kernels, sampleRate);
    ConstantQKernels.Kernels wavelets =
        ConstantQKernels.wavelets(
            frequencies(kernels), lengths, sampleRate, kernels.window(), kernels.norm());
    int least = Integer.highestOneBit(2 * hopLength - 1) << 1;
    int size = Math.max(wavelets.size(), least);
    double[] factors = new double[lengths.length];
    for (int k = 0; k < factors.length; k++) {
      factors[k] = lengths[k] / size;
      factors[k] *= scaled ? 1 / Math.sqrt(size) : Math.sqrt(lengths[k] / size);
    }
    ConstantQKernels.Spectra spectra = wavelets.spectra(size, kernels.sparsity());
    return List.of(
        frame(size, hopLength),
        new Stage.Window(Basis.row(Window.HANN.coefficients(size))),
        new Stage.RealFft(size),
        new Stage.Modulus(1),
        new Stage.Project(spectra.magnitude(factors)));
  }

  private List<Stage> hybrid() {
    double[] lengths = lengths(spec, sampleRate);
    int full = 0;
    while (full < lengths.length
        && Math.pow(2, Math.ceil(Math.log(lengths[full]) / Math.log(2))) >= 2.0 * hopLength) {
      full++;
    }
    if (full == 0) {
      return pseudo(spec);
    }
    List<Stage> low = recursive(spec.withBins(spec.minHz(), full, spec.binsPerOctave()));
    if (full == spec.bins()) {
      return low;
    }
    List<Stage> high =
        pseudo(spec.withBins(frequencies(spec)[full], spec.bins() - full, spec.binsPerOctave()));
    return List.of(new Stage.Branch(List.of(low, high), Stage.Branch.Join.CONCATENATE_SHORTEST));
  }
}
