package org.cochlea.core.stage;

import java.util.ArrayList;
import java.util.List;

/**
 * One step of a pipeline: a value that every engine knows how to run.
 *
 * <p>The vocabulary is closed: an engine is an exhaustive {@code switch} over it. In the formulas
 * {@code x} is what goes in and {@code y} what comes out; {@code t} counts samples or frames,
 * {@code k} bins. Stages that need a whole clip at once ({@link Normalize}, {@link DynamicRange},
 * {@link Pcen}, {@link Delta}, {@link SlidingNormalize}, {@link Analysis}) say so; all others work
 * on one frame (or sample) at a time.
 */
public sealed interface Stage {

  /**
   * Returns what comes out of this stage.
   *
   * @throws IllegalArgumentException if the stage cannot follow
   */
  Layout apply(Layout in);

  /** Returns how many frames (or samples) come out. */
  default long frames(long in) {
    return in;
  }

  // ---- signals -------------------------------------------------------------------------------

  /**
   * {@code y = scale x + offset}, on a signal or on real frames.
   *
   * @param scale finite
   * @param offset finite
   */
  record Affine(double scale, double offset) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Affine {
      requireFinite("scale", scale);
      requireFinite("offset", offset);
    }

    @Override
    public Layout apply(Layout in) {
      return requireReal(this, in);
    }
  }

  /**
   * {@code y[n] = x[n] - coefficient x[n-1]}, along a signal or along the samples of every frame.
   *
   * @param coefficient finite; 0.97 is usual
   * @param before what stands for {@code x[-1]}
   */
  record PreEmphasis(double coefficient, Before before) implements Stage {
    /** What stands for the sample before the first. */
    public enum Before {
      /** 0, so {@code y[0] = x[0]}; python_speech_features, NeMo. */
      ZERO,
      /** {@code x[0]}, so {@code y[0] = (1 - coefficient) x[0]}; Kaldi. */
      FIRST,
      /**
       * The filter state is {@code 2 x[0] - x[1]}, so {@code y[0] = 3 x[0] - x[1]};
       * librosa.effects.preemphasis.
       */
      EXTRAPOLATE
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public PreEmphasis {
      requireFinite("coefficient", coefficient);
    }

    @Override
    public Layout apply(Layout in) {
      return requireReal(this, in);
    }
  }

  /**
   * Adds {@code amount · N(0, 1)} noise to a signal or to every sample of every frame.
   *
   * <p>The noise is a function of the seed and of the position inside the clip alone (channel,
   * frame, sample; see {@link Philox}), so every engine, batch and thread count gives the same.
   *
   * @param amount standard deviation, at least 0
   * @param seed any
   */
  record Dither(double amount, long seed) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Dither {
      requireFinite("amount", amount);
      if (amount < 0) {
        throw new IllegalArgumentException("amount must be at least 0, was " + amount);
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireReal(this, in);
    }
  }

  /**
   * Adds samples at both ends of a signal.
   *
   * @param left samples before, at least 0
   * @param right samples after, at least 0
   * @param padding what they are
   */
  record Pad(int left, int right, Padding padding) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Pad {
      Require.atLeast("left", left, 0);
      Require.atLeast("right", right, 0);
    }

    @Override
    public Layout apply(Layout in) {
      return requireSignal(this, in);
    }

    @Override
    public long frames(long in) {
      return in + left + right;
    }
  }

  /**
   * Makes a signal as long as a rule says, adding zeros at its end or cutting it there.
   *
   * @param rule the new length in samples
   */
  record FitLength(LengthRule rule) implements Stage {
    @Override
    public Layout apply(Layout in) {
      return requireSignal(this, in);
    }

    @Override
    public long frames(long in) {
      return rule.length(in);
    }
  }

  /**
   * Cuts a signal into overlapping frames: {@code y[k, t] = x[t hop - left + k]}.
   *
   * <p>Samples outside the signal come from {@code padding}. The number of frames of a signal of
   * {@code n} samples follows {@code tail}; with {@code m = n + left + right}:
   *
   * @param length samples per frame, in [1, {@value MOST}]
   * @param hop samples from one frame to the next, in [1, {@value MOST}]
   * @param left samples of padding before the signal; negative skips samples
   * @param right samples of padding after the signal
   * @param padding what is there
   * @param tail how many frames there are
   */
  record Frame(int length, int hop, int left, int right, Padding padding, Tail tail)
      implements Stage {
    /** The longest frame and hop, in samples: engines count a tile of frames in 32 bits. */
    public static final int MOST = 1 << 26;

    /** How many frames there are. */
    public enum Tail {
      /** Full frames only: {@code m < length ? 0 : 1 + floor((m - length) / hop)}. */
      DROP,
      /**
       * All samples are covered, the last frame is padded: {@code m <= length ? 1 : 1 + ceil((m -
       * length) / hop)}; python_speech_features.
       */
      COVER,
      /** {@code floor((n + floor(hop / 2)) / hop)}; Kaldi without snip_edges. */
      ROUND
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Frame {
      Require.range("length", length, 1, MOST);
      Require.range("hop", hop, 1, MOST);
    }

    @Override
    public Layout apply(Layout in) {
      requireSignal(this, in);
      return Layout.real(length);
    }

    @Override
    public long frames(long in) {
      long padded = in + left + right;
      return switch (tail) {
        case DROP -> padded < length ? 0 : 1 + (padded - length) / hop;
        case COVER -> padded <= length ? 1 : 1 + (padded - length + hop - 1) / hop;
        case ROUND -> (in + hop / 2) / hop;
      };
    }
  }

  // ---- frames --------------------------------------------------------------------------------

  /** Subtracts its mean from every frame; Kaldi's remove_dc_offset. */
  record RemoveDcOffset() implements Stage {
    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * {@code y[k, t] = weights[k] x[k, t]}.
   *
   * @param weights one row, as many columns as a frame has samples
   */
  record Window(Basis weights) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Window {
      if (weights.rows() != 1) {
        throw new IllegalArgumentException("weights must have 1 row, had " + weights.rows());
      }
    }

    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      requireBins(this, in, weights.columns());
      return in;
    }
  }

  /**
   * The non-negative half of the discrete Fourier transform: {@code y[k, t] = Σ_n x[n, t] exp(-2πi
   * k n / size)}, {@code k = 0 … floor(size / 2)}. Shorter frames are padded with zeros at their
   * end, longer ones are cut.
   *
   * @param size at least 1
   */
  record RealFft(int size) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public RealFft {
      Require.atLeast("size", size, 1);
    }

    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      return Layout.complex(size / 2 + 1);
    }
  }

  /**
   * The inverse of {@link RealFft}, with the factor {@code 1 / size}. The imaginary parts of bin 0,
   * and of bin {@code size / 2} of an even size, are ignored.
   *
   * @param size at least 1
   */
  record InverseRealFft(int size) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public InverseRealFft {
      Require.atLeast("size", size, 1);
    }

    @Override
    public Layout apply(Layout in) {
      requireComplex(this, in);
      requireBins(this, in, size / 2 + 1);
      return Layout.real(size);
    }
  }

  /**
   * Windowed overlap-add with its normalisation: {@code y[n] = Σ_t w[m] x[m, t] / Σ_t w[m]²} with
   * {@code m = n + trim - t hop}; where the sum of squares is at most 1e-10 it is taken as 1.
   *
   * @param hop samples from one frame to the next, at least 1
   * @param window one row, as many columns as a frame has samples
   * @param trim samples dropped at both ends, at least 0; half a frame undoes a centred transform
   * @param samples samples to return, or -1 for all: {@code length + hop (frames - 1) - 2 trim};
   *     more than there are become zeros
   */
  record OverlapAdd(int hop, Basis window, int trim, long samples) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public OverlapAdd {
      Require.atLeast("hop", hop, 1);
      Require.atLeast("trim", trim, 0);
      Require.atLeast("samples", samples, -1);
      if (window.rows() != 1) {
        throw new IllegalArgumentException("window must have 1 row, had " + window.rows());
      }
    }

    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      requireBins(this, in, window.columns());
      return Layout.signal();
    }

    @Override
    public long frames(long in) {
      if (samples >= 0) {
        return samples;
      }
      return in == 0 ? 0 : Math.max(0, window.columns() + hop * (in - 1) - 2L * trim);
    }
  }

  /**
   * {@code y = |x|^power} of complex frames.
   *
   * @param power above 0; 1 gives the magnitude, 2 the power spectrum
   */
  record Modulus(double power) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Modulus {
      requirePositive("power", power);
    }

    @Override
    public Layout apply(Layout in) {
      requireComplex(this, in);
      return Layout.real(in.bins());
    }
  }

  /** {@code y = atan2(Im x, Re x)} in radians, (-π, π]; 0 for zero. */
  record Angle() implements Stage {
    @Override
    public Layout apply(Layout in) {
      requireComplex(this, in);
      return Layout.real(in.bins());
    }
  }

  /**
   * {@code y[r, t] = Σ_k basis[r, k] x[k, t]}, real.
   *
   * @param basis as many columns as a frame has bins
   */
  record Project(Basis basis) implements Stage {
    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      requireBins(this, in, basis.columns());
      return Layout.real(basis.rows());
    }
  }

  /**
   * {@code y[r, t] = Σ_k (real[r, k] + i imaginary[r, k]) x[k, t]} of real or complex frames.
   *
   * @param real as many columns as a frame has bins
   * @param imaginary of the same size
   */
  record ComplexProject(Basis real, Basis imaginary) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public ComplexProject {
      if (real.rows() != imaginary.rows() || real.columns() != imaginary.columns()) {
        throw new IllegalArgumentException(
            "real and imaginary must be of one size: %s and %s".formatted(real, imaginary));
      }
    }

    @Override
    public Layout apply(Layout in) {
      requireFrames(this, in);
      requireBins(this, in, real.columns());
      return Layout.complex(real.rows());
    }
  }

  /**
   * {@code y = scale ln(f(x))}, where {@code f} keeps the logarithm finite.
   *
   * @param scale finite; 1 gives ln, 1/ln 10 log10, 10/ln 10 decibels of a power
   * @param floor what {@code f} is
   * @param value its constant, at least 0
   */
  record Log(double scale, Floor floor, double value) implements Stage {
    /** What keeps the logarithm finite. */
    public enum Floor {
      /** {@code max(x, value)}. */
      CLAMP,
      /** {@code x + value}. */
      ADD,
      /** {@code value} where x is 0, else x; python_speech_features. */
      REPLACE_ZERO
    }

    /** 1 / ln 10: makes {@code scale ln} the decimal logarithm. */
    public static final double LOG10 = 1 / Math.log(10);

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Log {
      requireFinite("scale", scale);
      requireFinite("value", value);
      if (value < 0) {
        throw new IllegalArgumentException("value must be at least 0, was " + value);
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * {@code y = x^exponent} of frames that are not negative.
   *
   * @param exponent above 0
   */
  record Power(double exponent) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Power {
      requirePositive("exponent", exponent);
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * One number per frame.
   *
   * @param reduction which
   */
  record Reduce(Reduction reduction) implements Stage {
    /** A number that stands for a frame {@code x[0 … K-1]}. */
    public enum Reduction {
      /** {@code Σ x}. */
      SUM,
      /** {@code Σ x / K}. */
      MEAN,
      /** {@code Σ x²}. */
      SUM_OF_SQUARES,
      /** {@code Σ x² / K}. */
      MEAN_SQUARE,
      /**
       * The number of sign changes between neighbours, by K, where {@code |x| <= 1e-10} counts as
       * +0 and -0 as positive; librosa.feature.zero_crossing_rate.
       */
      ZERO_CROSSING_RATE
    }

    /** Below this a sample counts as zero in {@link Reduction#ZERO_CROSSING_RATE}. */
    public static final double ZERO_CROSSING_THRESHOLD = 1e-10;

    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      return Layout.real(1);
    }
  }

  /**
   * Keeps the bins {@code from … to - 1}.
   *
   * @param from at least 0
   * @param to above {@code from}
   */
  record SliceBins(int from, int to) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SliceBins {
      Require.atLeast("from", from, 0);
      Require.atLeast("to", to, from + 1L);
    }

    @Override
    public Layout apply(Layout in) {
      requireFrames(this, in);
      if (to > in.bins()) {
        throw new IllegalArgumentException(
            "%s cannot follow %s: there is no bin %d".formatted(this, in, to - 1));
      }
      return new Layout(in.domain(), to - from, in.complex());
    }
  }

  // ---- whole clips ---------------------------------------------------------------------------

  /**
   * Drops frames at the ends; a clip of fewer frames becomes empty.
   *
   * @param first frames dropped at the start, at least 0
   * @param last frames dropped at the end, at least 0
   */
  record DropFrames(int first, int last) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public DropFrames {
      Require.atLeast("first", first, 0);
      Require.atLeast("last", last, 0);
    }

    @Override
    public Layout apply(Layout in) {
      return requireFrames(this, in);
    }

    @Override
    public long frames(long in) {
      return Math.max(0, in - first - last);
    }
  }

  /**
   * Makes a feature as long as a rule says, adding frames of one value at its end or cutting there.
   *
   * @param rule the new number of frames
   * @param value of the added frames, finite
   */
  record FitFrames(LengthRule rule, double value) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public FitFrames {
      requireFinite("value", value);
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }

    @Override
    public long frames(long in) {
      return rule.length(in);
    }
  }

  /**
   * Clamps from below: {@code y = max(x, max(x) - range)}; librosa's and torchaudio's top_db.
   *
   * @param range at least 0, in the unit of x
   * @param scope over which the maximum is taken: a channel, a clip or the batch
   */
  record DynamicRange(double range, Scope scope) implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public DynamicRange {
      requireFinite("range", range);
      if (range < 0) {
        throw new IllegalArgumentException("range must be at least 0, was " + range);
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * {@code y = (x - offset) / (spread + epsilon)}, both taken over a scope; on signals too. Where
   * the divisor is 0 the quotient is taken as 0.
   *
   * @param scope over which the statistics are taken
   * @param offset what is subtracted
   * @param spread what it is divided by
   * @param epsilon at least 0; keeps the divisor above zero
   */
  record Normalize(Scope scope, Offset offset, Spread spread, double epsilon) implements Stage {
    /** What is subtracted. */
    public enum Offset {
      /** 0. */
      NONE,
      /** The mean. */
      MEAN,
      /** The minimum. */
      MIN,
      /** The maximum. */
      MAX
    }

    /** What it is divided by, all taken of {@code x - offset}. */
    public enum Spread {
      /** 1; epsilon is not added. */
      NONE,
      /** {@code √(Σ(x - mean)² / N) + epsilon}. */
      STANDARD_DEVIATION,
      /** {@code √(Σ(x - mean)² / (N - 1)) + epsilon}; a single value has 0. */
      SAMPLE_STANDARD_DEVIATION,
      /** {@code √(Σ(x - mean)² / N + epsilon)}; layer normalisation. */
      REGULARIZED_DEVIATION,
      /** {@code max - min + epsilon}. */
      RANGE,
      /** {@code max|x| + epsilon}. */
      PEAK
    }

    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Normalize {
      requireFinite("epsilon", epsilon);
      if (epsilon < 0) {
        throw new IllegalArgumentException("epsilon must be at least 0, was " + epsilon);
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireReal(this, in);
    }
  }

  /**
   * Subtracts from every frame the mean of a window of frames around (or before) it, bin by bin,
   * and divides by the standard deviation when asked; Kaldi's apply-cmvn-sliding.
   *
   * @param window frames in the window, at least 1; Kaldi uses 600
   * @param minWindow frames it has at least at the start when not centred, in [1, window]; Kaldi:
   *     100
   * @param center whether the window is centred on the frame
   * @param variance whether to divide by the standard deviation too
   */
  record SlidingNormalize(int window, int minWindow, boolean center, boolean variance)
      implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public SlidingNormalize {
      Require.atLeast("window", window, 1);
      if (minWindow < 1 || minWindow > window) {
        throw new IllegalArgumentException(
            "minWindow must be in [1, %d], was %d".formatted(window, minWindow));
      }
    }

    /** Returns the frames averaged for frame {@code t} of a clip of so many frames. */
    public Window window(int t, int frames) {
      return new Window(from(t, frames), to(t, frames));
    }

    /** Returns the first of the frames averaged for frame {@code t}. */
    public int from(int t, int frames) {
      return Math.max(0, Math.max(0, start(t)) - Math.max(0, end(t) - frames));
    }

    /** Returns the one after the last. */
    public int to(int t, int frames) {
      return Math.min(end(t), frames);
    }

    private int start(int t) {
      return center ? t - window / 2 : t - window;
    }

    /** Where a window ends that is moved inside the clip's start, whatever the clip's length. */
    private int end(int t) {
      int moved = Math.max(0, -start(t));
      int end = (center ? start(t) + window : t + 1) + moved;
      return !center && end > t ? Math.max(t + 1, minWindow) : end;
    }

    /**
     * A run of frames.
     *
     * @param from the first
     * @param to the one after the last
     */
    public record Window(int from, int to) {}

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * {@code y = floor(levels x) / levels}; images of 256 grey values.
   *
   * @param levels above 0
   */
  record Quantize(double levels) implements Stage {
    /**
     * Checks the range above.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Quantize {
      requirePositive("levels", levels);
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * Per-channel energy normalisation: {@code m[t] = (1 - b) m[t-1] + b x[t]} with {@code m[-1] =
   * 1}, {@code y = (x / (epsilon + m)^gain + bias)^power - bias^power}; for power 0, {@code ln(1 +
   * x / (epsilon + m)^gain)}. Wang et al., "Trainable frontend for robust and far-field keyword
   * spotting", 2017; librosa.pcen.
   *
   * @param smoothing b, in (0, 1]
   * @param gain at least 0
   * @param bias at least 0
   * @param power at least 0
   * @param epsilon above 0
   * @param maxBins width of a maximum filter over the bins before smoothing, at least 1 (none)
   */
  record Pcen(double smoothing, double gain, double bias, double power, double epsilon, int maxBins)
      implements Stage {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Pcen {
      if (!(smoothing > 0 && smoothing <= 1)) {
        throw new IllegalArgumentException("smoothing must be in (0, 1], was " + smoothing);
      }
      if (!(gain >= 0)) {
        throw new IllegalArgumentException("gain must be at least 0, was " + gain);
      }
      if (!(bias >= 0)) {
        throw new IllegalArgumentException("bias must be at least 0, was " + bias);
      }
      if (!(power >= 0)) {
        throw new IllegalArgumentException("power must be at least 0, was " + power);
      }
      requirePositive("epsilon", epsilon);
      Require.atLeast("maxBins", maxBins, 1);
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  /**
   * A Savitzky-Golay derivative along the frames: a polynomial of degree {@code order} is fitted to
   * {@code width} frames, and its derivative of that order is returned; librosa.feature.delta.
   *
   * @param width odd, at least 3
   * @param order 1, 2, …, below {@code width}
   * @param edge what happens within half a width of the ends
   */
  record Delta(int width, int order, Edge edge) implements Stage {
    /** What happens near the ends. */
    public enum Edge {
      /** The polynomial of the first (last) full window goes on; shorter clips are an error. */
      INTERPOLATE(Padding.ZERO),
      /** The first (last) frame is repeated. */
      NEAREST(Padding.EDGE),
      /** Mirrored, the edge frame not repeated. */
      MIRROR(Padding.REFLECT),
      /** Zeros. */
      ZERO(Padding.ZERO),
      /** The other end. */
      WRAP(Padding.WRAP);

      private final Padding padding;

      Edge(Padding padding) {
        this.padding = padding;
      }

      /** Returns what lies beyond the ends; {@link #INTERPOLATE} never looks there. */
      public Padding padding() {
        return padding;
      }
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Delta {
      if (width < 3 || width % 2 == 0) {
        throw new IllegalArgumentException("width must be odd and at least 3, was " + width);
      }
      if (order < 1 || order >= width) {
        throw new IllegalArgumentException(
            "order must be in [1, %d], was %d".formatted(width - 1, order));
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireRealFrames(this, in);
    }
  }

  // ---- joining -------------------------------------------------------------------------------

  /**
   * Runs several paths on the same input and joins what they give.
   *
   * @param paths at least 2; they give the same number of frames, unless the join says otherwise
   * @param join how
   */
  record Branch(List<List<Stage>> paths, Join join) implements Stage {
    /** How results are joined. */
    public enum Join {
      /** The bins of all paths, in order. */
      CONCATENATE,
      /** The same, cut to the frames of the shortest; librosa joins the octaves of a CQT so. */
      CONCATENATE_SHORTEST,
      /** The product, value by value. */
      MULTIPLY,
      /** The first by the second, value by value; 2 paths. */
      DIVIDE
    }

    /**
     * Copies the lists and checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Branch {
      List<List<Stage>> copy = new ArrayList<>();
      for (List<Stage> path : paths) {
        copy.add(List.copyOf(path));
      }
      paths = List.copyOf(copy);
      if (paths.size() < 2) {
        throw new IllegalArgumentException("paths must be at least 2, was " + paths.size());
      }
      if (join == Join.DIVIDE && paths.size() != 2) {
        throw new IllegalArgumentException("paths must be 2 to divide, was " + paths.size());
      }
    }

    @Override
    public Layout apply(Layout in) {
      boolean concatenates = join == Join.CONCATENATE || join == Join.CONCATENATE_SHORTEST;
      Layout joined = Pipeline.layout(paths.getFirst(), in);
      if (joined.isSignal()) {
        throw new IllegalArgumentException("a branch must end in frames, not in a signal");
      }
      for (List<Stage> path : paths.subList(1, paths.size())) {
        Layout next = Pipeline.layout(path, in);
        if (next.isSignal()
            || next.complex() != joined.complex()
            || (!concatenates && next.bins() != joined.bins())) {
          throw new IllegalArgumentException(
              "the paths of a branch must fit: one gives %s, another %s".formatted(joined, next));
        }
        if (concatenates) {
          joined = new Layout(joined.domain(), joined.bins() + next.bins(), joined.complex());
        }
      }
      if (!concatenates && joined.complex()) {
        throw new IllegalArgumentException(join + " joins real frames, not " + joined);
      }
      return joined;
    }

    @Override
    public long frames(long in) {
      long frames = Pipeline.frames(paths.getFirst(), in);
      for (int p = 1; p < paths.size(); p++) {
        long others = Pipeline.frames(paths.get(p), in);
        if (join == Join.CONCATENATE_SHORTEST) {
          frames = Math.min(frames, others);
        } else if (others != frames) {
          throw new IllegalArgumentException(
              "the paths of a branch must give one number of frames, for an input of %d they give %d and %d"
                  .formatted(in, frames, others));
        }
      }
      return frames;
    }
  }

  // ---- analyses ------------------------------------------------------------------------------

  /**
   * A stage that every engine computes alike, by {@link #compute}, unless it has a way of its own:
   * in double, one channel of one clip at a time, several at once where the engine has threads.
   * What looks back and forth in a clip (medians, dynamic programming, peaks), or sorts, is of this
   * kind.
   */
  sealed interface Analysis extends Stage
      permits AnalyticSignal,
          Autocorrelation,
          Beats,
          BinOffset,
          BurgPrediction,
          Cepstrum,
          ChromaEnergy,
          Detrend,
          FilterBank,
          Exponential,
          FirFilter,
          FourierTempogram,
          FrameNorm,
          GeneralizedCepstrum,
          GriffinLim,
          HarmonicPercussive,
          HarmonicSalience,
          Histogram,
          InverseConstantQ,
          NonNegativeInverse,
          OnsetStrength,
          PeakTracks,
          PreciseSpectrum,
          ProbabilisticYin,
          Reassignment,
          Resample,
          Resynthesis,
          RollingEnvelope,
          SinglePrecisionSpectrum,
          SosFilter,
          SpectralDensity,
          SpectralFlux,
          SpectralGate,
          SpectralShape,
          SpectralSubtraction,
          StackMemory,
          Tempo,
          Tempogram,
          TempogramRatio,
          Tuning,
          UnwrappedPhase,
          WaveletTransform,
          WholeSpectrum,
          Yin {
    /**
     * Computes it.
     *
     * @param x {@code x[t]} is frame t: its values, or (real, imaginary) pairs; a signal is one row
     *     of all its samples. Not changed
     * @param in what x is; fits {@link #apply}
     * @return in the same way, {@link #frames} frames of what {@link #apply} says
     */
    double[][] compute(double[][] x, Layout in);

    /** Whether every frame is computed by itself. */
    default boolean isPerFrame() {
      return false;
    }
  }

  /**
   * Changes the sample rate of a signal: {@code y[j] = Σ_k taps[j mod out, k] x[floor(j in / out) -
   * reach + k]}, {@code j = 0 … ceil(n out / in) - 1}; x counts as zero outside.
   *
   * @param in samples of a period, at least 1
   * @param out outputs of a period, at least 1
   * @param taps the low-pass filter: a row for every output of a period
   * @param reach taps before the sample at or before the output, in [0, columns of taps)
   */
  record Resample(int in, int out, Basis taps, int reach) implements Analysis {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Resample {
      Require.atLeast("in", in, 1);
      Require.atLeast("out", out, 1);
      if (taps.rows() != out) {
        throw new IllegalArgumentException(
            "taps must have a row for each of %d outputs, had %d".formatted(out, taps.rows()));
      }
      if (reach < 0 || reach >= taps.columns()) {
        throw new IllegalArgumentException(
            "reach must be in [0, %d), was %d".formatted(taps.columns(), reach));
      }
    }

    @Override
    public Layout apply(Layout of) {
      return requireSignal(this, of);
    }

    @Override
    public long frames(long samples) {
      return Math.ceilDiv(Math.multiplyExact(samples, (long) out), (long) in);
    }

    @Override
    public double[][] compute(double[][] x, Layout of) {
      return new double[][] {Filtering.resample(this, x[0])};
    }
  }

  /**
   * A finite impulse response along a signal: {@code y[n] = Σ_k taps[k] x[n + offset - k]}; x
   * counts as zero outside.
   *
   * @param taps one row
   * @param offset 0 is causal; {@code (columns - 1) / 2} has no delay when the taps are symmetric;
   *     in [0, columns of taps)
   */
  record FirFilter(Basis taps, int offset) implements Analysis {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public FirFilter {
      if (taps.rows() != 1) {
        throw new IllegalArgumentException("taps must have 1 row, had " + taps.rows());
      }
      if (offset < 0 || offset >= taps.columns()) {
        throw new IllegalArgumentException(
            "offset must be in [0, %d), was %d".formatted(taps.columns(), offset));
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireSignal(this, in);
    }

    @Override
    public double[][] compute(double[][] x, Layout in) {
      return new double[][] {Filtering.fir(this, x[0])};
    }
  }

  /**
   * Second-order sections along a signal, one after the other, from rest, as scipy.signal.sosfilt:
   * {@code y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]}. Or, without delay,
   * forwards and then backwards, as scipy.signal.sosfiltfilt: both ends are continued by samples
   * mirrored at the end point ({@code 2 x[0] - x[i]}), and each way begins in the steady state of
   * its first sample. scipy refuses clips of at most {@code padding} samples; here these are
   * continued by as many as they have, but one.
   *
   * @param sections a row for each: {@code b0 b1 b2 1 a1 a2}, scipy's "sos"; stable
   * @param direction which way
   * @param padding samples that either end is continued by when both ways, at least 0
   * @param clamped whether outputs are limited to [-1, 1], as torchaudio's filters do
   */
  record SosFilter(Basis sections, Direction direction, int padding, boolean clamped)
      implements Analysis {
    /** Which way a filter runs. */
    public enum Direction {
      /** From the first sample to the last. */
      FORWARDS,
      /** Forwards and then backwards: no frequency is delayed. */
      BOTH
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept, or a filter that runs both ways has a
     *     pole at 0 Hz
     */
    public SosFilter {
      Require.atLeast("padding", padding, 0);
      if (sections.columns() != 6) {
        throw new IllegalArgumentException(
            "sections must have 6 columns, had " + sections.columns());
      }
      for (int s = 0; s < sections.rows(); s++) {
        if (sections.at(s, 3) != 1) {
          throw new IllegalArgumentException(
              "a0 must be 1, section %d has %s".formatted(s, sections.at(s, 3)));
        }
        if (direction == Direction.BOTH && 1 + sections.at(s, 4) + sections.at(s, 5) == 0) {
          throw new IllegalArgumentException(
              "a filter that runs both ways must have no pole at 0 Hz, section %d has"
                  .formatted(s));
        }
      }
    }

    @Override
    public Layout apply(Layout in) {
      return requireSignal(this, in);
    }

    /**
     * Returns the state of every section after a long input of ones, {@code [sections][2]}, as
     * scipy.signal.sosfilt_zi.
     */
    public double[][] steadyState() {
      return Filtering.steadyState(this);
    }

    /**
     * Filters some samples in place, forwards, whatever the direction; several calls give what one
     * would.
     *
     * @param samples the next of a signal
     * @param count how many
     * @param state two numbers per section, 0 at the start
     */
    public void filter(double[] samples, int count, double[] state) {
      Filtering.cascade(this, samples, count, state);
      Filtering.clamp(this, samples, count);
    }

    @Override
    public double[][] compute(double[][] x, Layout in) {
      return new double[][] {Filtering.sos(this, x[0])};
    }
  }

  /**
   * A signal whose spectrum has given moduli: the phases are found by Griffin and Lim's iteration
   * (1984) with the momentum of Perraudin, Balazs and Søndergaard (2013), as librosa.griffinlim and
   * torchaudio's GriffinLim: {@code r = stft(istft(z))}, {@code a = r - m / (1 + m) r'} with the r
   * of the round before, {@code z = |X| a / (|a| + 1e-16)}; at the end {@code istft(z)}. Frames are
   * centred; with T of them there are {@code hop (T - 1)} samples (one more of an odd size).
   *
   * <p>The random phases are a function of the seed and of the place in the clip (frame, bin; see
   * {@link Philox}): the same in every channel, engine and batch, other than librosa's.
   *
   * @param size of the transform, at least 1; moduli have {@code size / 2 + 1} bins
   * @param hop samples from one frame to the next, at least 1
   * @param window one row of {@code size} values
   * @param padding what frames see beyond the ends
   * @param iterations rounds, at least 1
   * @param momentum m, in [0, 1); 0 is the original iteration
   * @param start the phases to begin with
   * @param seed of random phases
   */
  record GriffinLim(
      int size,
      int hop,
      Basis window,
      Padding padding,
      int iterations,
      double momentum,
      Start start,
      long seed)
      implements Analysis {
    /** The phases to begin with. */
    public enum Start {
      /** 0. */
      ZERO,
      /** Uniform noise. */
      RANDOM
    }

    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public GriffinLim {
      Require.atLeast("size", size, 1);
      Require.atLeast("hop", hop, 1);
      Require.atLeast("iterations", iterations, 1);
      if (!(momentum >= 0 && momentum < 1)) {
        throw new IllegalArgumentException("momentum must be in [0, 1), was " + momentum);
      }
      if (window.rows() != 1 || window.columns() != size) {
        throw new IllegalArgumentException(
            "window must be 1 row of %d values, was %s".formatted(size, window));
      }
    }

    @Override
    public Layout apply(Layout in) {
      requireRealFrames(this, in);
      requireBins(this, in, size / 2 + 1);
      return Layout.signal();
    }

    @Override
    public long frames(long in) {
      return synthesis().frames(in);
    }

    /** Returns the overlap-add of every round's inverse transform. */
    public OverlapAdd synthesis() {
      return new OverlapAdd(hop, window, size / 2, -1);
    }

    /** Returns the framing of every round's transform. */
    public Frame analysis() {
      return new Frame(size, hop, size / 2, size / 2, padding, Frame.Tail.DROP);
    }

    @Override
    public double[][] compute(double[][] x, Layout in) {
      return new double[][] {new PhaseRecovery(this).run(x)};
    }
  }

  // ---- checks --------------------------------------------------------------------------------

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, was " + value);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || !Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, was " + value);
    }
  }

  private static Layout requireSignal(Stage stage, Layout in) {
    return checked(stage, in, in.isSignal(), "a signal");
  }

  private static Layout requireReal(Stage stage, Layout in) {
    return checked(stage, in, !in.complex(), "real values");
  }

  private static Layout requireFrames(Stage stage, Layout in) {
    return checked(stage, in, !in.isSignal(), "frames");
  }

  private static Layout requireRealFrames(Stage stage, Layout in) {
    return checked(stage, in, !in.isSignal() && !in.complex(), "real frames");
  }

  private static Layout requireComplex(Stage stage, Layout in) {
    return checked(stage, in, in.complex(), "complex frames");
  }

  private static Layout checked(Stage stage, Layout in, boolean fits, String wanted) {
    if (!fits) {
      throw new IllegalArgumentException(
          "%s needs %s, it cannot follow %s".formatted(stage, wanted, in));
    }
    return in;
  }

  private static void requireBins(Stage stage, Layout in, int bins) {
    if (in.bins() != bins) {
      throw new IllegalArgumentException(
          "%s needs %d bins, it cannot follow %s".formatted(stage, bins, in));
    }
  }
}
