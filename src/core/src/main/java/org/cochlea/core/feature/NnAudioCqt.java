package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Constant-Q and variable-Q transforms as nnAudio's: {@code [batch, channels, samples] → [batch,
 * channels, spec.bins, frames]}; CQT1992, CQT1992v2, CQT2010, CQT2010v2 and VQT.
 *
 * <p>Kernels have whole lengths, phase 0 in the middle of a frame, and are conjugated.
 *
 * <p>Differs from nnAudio: octaves are not early but with {@link Method#OCTAVES_EVEN}; any hop and
 * any length of clip are taken (the rate is halved as long as the hop is even, reflection bounces);
 * early downsampling keeps amplitudes and frequencies, where nnAudio's changes amplitudes by the
 * root of the factor and, in its VQT, frequencies; windows apply to every method; the complex
 * output of CQT2010 is the conjugate there, and the phase is one angle here.
 *
 * @param sampleRate in Hz, at least 1
 * @param hopLength in samples, at least 1
 * @param spec the kernels; gamma a number
 * @param method how it is computed
 * @param normalization what bins are multiplied by
 * @param center whether frames are centred; always by octaves
 * @param padding what centred frames see beyond the ends; reflected in nnAudio
 * @param output what is returned
 * @param early whether the rate is divided at once as far as the highest bin and the hop allow, by
 *     octaves; less to compute, and another filter
 */
public record NnAudioCqt(
    int sampleRate,
    int hopLength,
    CqtSpec spec,
    Method method,
    Normalization normalization,
    boolean center,
    Padding padding,
    Stft.Output output,
    boolean early)
    implements Feature {

  /** How it is computed. */
  public enum Method {
    /** Kernels in time: CQT1992v2. Exact, and long kernels cost the most. */
    TIME,
    /** Transformed kernels: CQT1992. */
    FREQUENCY,
    /** Octave by octave, the signal halved in rate without delay: CQT2010, CQT2010v2, VQT. */
    OCTAVES,
    /**
     * The same with nnAudio's own filters, of even length: octave {@code i} from the top is {@code
     * (2^i - 1) / 2} samples early.
     */
    OCTAVES_EVEN
  }

  /** What bins are multiplied by. */
  public enum Normalization {
    /** The root of the kernel's length; "librosa". */
    LENGTH,
    /** 1: a sine of amplitude 1 gives 0.5; "convolutional". */
    NONE,
    /** 2: a sine of amplitude 1 gives 1; "wrap". */
    AMPLITUDE
  }

  /**
   * Checks the ranges above, and that the highest bin lies below half the sample rate.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public NnAudioCqt {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("hopLength", hopLength, 1);
    Check.notNegative("gamma", spec.gamma());
    if (!spec.intervals().isEmpty()) {
      throw new IllegalArgumentException("intervals must be equal steps, were " + spec.intervals());
    }
    double top = spec.minHz() * Math.pow(2, (spec.bins() - 1.0) / spec.binsPerOctave());
    if (top > sampleRate / 2.0) {
      throw new IllegalArgumentException(
          "the highest of bins must lie below half the sample rate, %s Hz, is at %s Hz"
              .formatted(sampleRate / 2.0, top));
    }
    if (early && method != Method.OCTAVES && method != Method.OCTAVES_EVEN) {
      throw new IllegalArgumentException(
          "early must be false with method %s, was true".formatted(method));
    }
    if (!center && (method == Method.OCTAVES || method == Method.OCTAVES_EVEN)) {
      throw new IllegalArgumentException(
          "center must be true with method %s, was false".formatted(method));
    }
  }

  /** The defaults of CQT1992v2, which nnAudio also calls CQT. */
  public static NnAudioCqt cqt1992v2(int sampleRate) {
    return of(sampleRate, Method.TIME);
  }

  /** The defaults of CQT2010v2, but for the half sample that its octaves are early. */
  public static NnAudioCqt cqt2010v2(int sampleRate) {
    return of(sampleRate, Method.OCTAVES);
  }

  private static NnAudioCqt of(int sampleRate, Method method) {
    return new NnAudioCqt(
        sampleRate,
        512,
        CqtSpec.nnAudio(),
        method,
        Normalization.LENGTH,
        true,
        Padding.REFLECT,
        Stft.Output.MAGNITUDE,
        false);
  }

  /** Returns this computed in another way. */
  public NnAudioCqt withMethod(Method way) {
    return new NnAudioCqt(
        sampleRate, hopLength, spec, way, normalization, center, padding, output, early);
  }

  /** Returns this with the rate divided at once before the first octave, or not. */
  public NnAudioCqt withEarly(boolean divided) {
    return new NnAudioCqt(
        sampleRate, hopLength, spec, method, normalization, center, padding, output, divided);
  }

  /** Returns by how much the rate is divided before the first octave. */
  public int earlyFactor() {
    if (!early) {
      return 1;
    }
    int octaves = Math.ceilDiv(spec.bins(), spec.binsPerOctave());
    double quality = spec.filterScale() / (Math.pow(2, 1.0 / spec.binsPerOctave()) - 1);
    double top = spec.minHz() * Math.pow(2, (spec.bins() - 1.0) / spec.binsPerOctave());
    // Where the main lobe of the highest kernel, of a Hann window, ends.
    double cutoff = top * (1 + 0.75 / quality);
    int nyquist = sampleRate / 2;
    int room = (int) Math.ceil(Math.log(0.85 * nyquist / cutoff) / Math.log(2)) - 2;
    int even = Integer.numberOfTrailingZeros(hopLength) - octaves + 1;
    return 1 << Math.max(0, Math.min(room, even));
  }

  @Override
  public Pipeline pipeline() {
    List<Stage> stages = new ArrayList<>();
    if (byOctaves()) {
      int octaves = Math.ceilDiv(spec.bins(), spec.binsPerOctave());
      int factor = earlyFactor();
      if (factor > 1) {
        stages.addAll(lower(factor, 0.03));
      }
      stages.addAll(octave(0, octaves, (double) sampleRate / factor, hopLength / factor));
    } else {
      stages.addAll(response(0, spec.bins(), sampleRate, hopLength));
    }
    switch (output) {
      case COMPLEX -> {}
      case MAGNITUDE -> stages.add(new Stage.Modulus(1));
      case PHASE -> stages.add(new Stage.Angle());
    }
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  private List<Stage> lower(int factor, double transition) {
    return ConstantQKernels.sampled(factor, transition, method == Method.OCTAVES_EVEN ? 256 : 257);
  }

  private boolean byOctaves() {
    return method == Method.OCTAVES || method == Method.OCTAVES_EVEN;
  }

  /** The stages of an octave, counted from the top, and of those below it. */
  private List<Stage> octave(int octave, int octaves, double rate, int hop) {
    int to = spec.bins() - spec.binsPerOctave() * octave;
    List<Stage> own = response(Math.max(0, to - spec.binsPerOctave()), to, rate, hop);
    if (octave + 1 == octaves) {
      return own;
    }
    List<Stage> lower = new ArrayList<>();
    boolean halves = hop % 2 == 0;
    if (halves) {
      lower.addAll(lower(2, 0.001));
    }
    lower.addAll(octave(octave + 1, octaves, halves ? rate / 2 : rate, halves ? hop / 2 : hop));
    return List.of(new Stage.Branch(List.of(lower, own), Stage.Branch.Join.CONCATENATE_SHORTEST));
  }

  private double[] lengths(double[] hz, double rate) {
    return ConstantQKernels.wholeLengths(
        hz, spec.binsPerOctave(), rate, spec.filterScale(), spec.gamma());
  }

  private List<Stage> response(int from, int to, double rate, int hop) {
    double[] all = ConstantQKernels.frequencies(spec.minHz(), spec.bins(), spec.binsPerOctave());
    double[] hz = Arrays.copyOfRange(all, from, to);
    ConstantQKernels.Kernels kernels =
        ConstantQKernels.aligned(hz, lengths(hz, rate), rate, spec.window(), spec.norm());
    int size = kernels.size();
    double[] factors = lengths(hz, sampleRate);
    for (int k = 0; k < factors.length; k++) {
      factors[k] =
          switch (normalization) {
            case LENGTH -> Math.sqrt(factors[k]);
            case NONE -> 1;
            case AMPLITUDE -> 2;
          };
    }
    int margin = center ? size / 2 : 0;
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.Frame(size, hop, margin, margin, padding, Stage.Frame.Tail.DROP));
    if (method == Method.FREQUENCY) {
      double[] opposite = new double[factors.length];
      for (int k = 0; k < factors.length; k++) {
        factors[k] /= size;
        opposite[k] = -factors[k];
      }
      ConstantQKernels.Spectra spectra = kernels.spectra(size, spec.sparsity());
      stages.add(new Stage.RealFft(size));
      stages.add(new Stage.ComplexProject(spectra.real(factors), spectra.imaginary(opposite)));
    } else {
      stages.add(new Stage.ComplexProject(kernels.real(factors), kernels.conjugate(factors)));
    }
    return stages;
  }
}
