package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/** How the large range of a spectrogram's values is made small. */
public sealed interface Compression {

  /** Returns the stages that do it. */
  List<Stage> stages();

  /** Nothing. */
  record None() implements Compression {
    @Override
    public List<Stage> stages() {
      return List.of();
    }
  }

  /**
   * A logarithm.
   *
   * @param base e.g. {@code Math.E}, 10, 2; above 1
   * @param floor what keeps it finite
   * @param value the floor's constant, at least 0
   */
  record Logarithm(double base, Floor floor, double value) implements Compression {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Logarithm {
      if (!(base > 1) || !Double.isFinite(base)) {
        throw new IllegalArgumentException("base must be above 1 and finite, was " + base);
      }
      Check.notNegative("value", value);
    }

    /** Returns {@code ln(max(x, value))}. */
    public static Logarithm clamped(double value) {
      return new Logarithm(Math.E, Floor.CLAMP, value);
    }

    /** Returns {@code ln(x + value)}. */
    public static Logarithm offset(double value) {
      return new Logarithm(Math.E, Floor.ADD, value);
    }

    @Override
    public List<Stage> stages() {
      return List.of(new Stage.Log(1 / Math.log(base), floor, value));
    }
  }

  /**
   * {@code log(scale x + offset)} to a base.
   *
   * @param base e.g. {@code Math.E}, 10, 2; above 1
   * @param scale above 0
   * @param offset above 0
   */
  record ScaledLogarithm(double base, double scale, double offset) implements Compression {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public ScaledLogarithm {
      if (!(base > 1) || !Double.isFinite(base)) {
        throw new IllegalArgumentException("base must be above 1 and finite, was " + base);
      }
      Check.positive("scale", scale);
      Check.positive("offset", offset);
    }

    @Override
    public List<Stage> stages() {
      return List.of(
          new Stage.Affine(scale, 0), new Stage.Log(1 / Math.log(base), Floor.ADD, offset));
    }
  }

  /**
   * Decibels: {@code multiplier log10(max(x, floor) / max(reference, floor))}, then clamped from
   * below at the maximum less {@code range}.
   *
   * <p>librosa takes {@code ref=np.max} and {@code top_db} over the whole array (before 1.0),
   * torchaudio and nnAudio over each clip: here over {@code scope}, by default each clip with all
   * its channels, so that a result does not depend on the batch it came in.
   *
   * @param multiplier 10 for a power, 20 for an amplitude
   * @param reference above 0: what 0 dB is; or 0 for the maximum (librosa's {@code ref=np.max})
   * @param floor above 0, in the unit of x; librosa's and torchaudio's amin
   * @param range at least 0, in dB below the maximum; infinite for none; top_db
   * @param scope over which the maximum is taken
   */
  record Decibels(double multiplier, double reference, double floor, double range, Scope scope)
      implements Compression {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Decibels {
      Check.positive("multiplier", multiplier);
      Check.notNegative("reference", reference);
      Check.positive("floor", floor);
      if (!(range >= 0)) {
        throw new IllegalArgumentException("range must be at least 0, was " + range);
      }
    }

    /** librosa.power_to_db's defaults: reference 1, floor 1e-10, range 80 dB. */
    public static Decibels ofPower() {
      return new Decibels(10, 1, 1e-10, 80, Scope.ITEM);
    }

    /** librosa.amplitude_to_db's defaults: reference 1, floor 1e-5, range 80 dB. */
    public static Decibels ofAmplitude() {
      return new Decibels(20, 1, 1e-5, 80, Scope.ITEM);
    }

    /** Returns this with another reference; 0 for the maximum. */
    public Decibels withReference(double value) {
      return new Decibels(multiplier, value, floor, range, scope);
    }

    /** Returns this with another floor. */
    public Decibels withFloor(double value) {
      return new Decibels(multiplier, reference, value, range, scope);
    }

    /** Returns this with another range; infinite for none. */
    public Decibels withRange(double decibels) {
      return new Decibels(multiplier, reference, floor, decibels, scope);
    }

    /** Returns this with the maximum taken over another scope. */
    public Decibels withScope(Scope over) {
      return new Decibels(multiplier, reference, floor, range, over);
    }

    @Override
    public List<Stage> stages() {
      List<Stage> stages = new ArrayList<>();
      stages.add(new Stage.Log(multiplier * Stage.Log.LOG10, Floor.CLAMP, floor));
      double zero = multiplier * Math.log10(Math.max(reference, floor));
      if (reference > 0 && zero != 0) {
        stages.add(new Stage.Affine(1, -zero));
      }
      if (Double.isFinite(range)) {
        stages.add(new Stage.DynamicRange(range, scope));
      }
      if (reference == 0) {
        stages.add(new Stage.Normalize(scope, Offset.MAX, Spread.NONE, 0));
      }
      return stages;
    }
  }

  /**
   * Per-channel energy normalisation of {@code scale x}; see {@link Stage.Pcen}.
   *
   * @param scale above 0; librosa's examples use 2^31
   * @param smoothing in (0, 1]; see {@link #smoothing}
   * @param gain at least 0
   * @param bias at least 0
   * @param power at least 0
   * @param epsilon above 0
   * @param maxBins width of the maximum filter over the bins, at least 1 (none); librosa's max_size
   */
  record Pcen(
      double scale,
      double smoothing,
      double gain,
      double bias,
      double power,
      double epsilon,
      int maxBins)
      implements Compression {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Pcen {
      Check.positive("scale", scale);
      var _ = new Stage.Pcen(smoothing, gain, bias, power, epsilon, maxBins);
    }

    /** librosa.pcen's defaults: gain 0.98, bias 2, power 0.5, time constant 0.4 s, epsilon 1e-6. */
    public static Pcen librosa(int sampleRate, int hopLength) {
      return new Pcen(1, smoothing(0.4, sampleRate, hopLength), 0.98, 2, 0.5, 1e-6, 1);
    }

    /**
     * Returns the smoothing coefficient of a time constant: {@code (√(1 + 4T²) - 1) / 2T²} with
     * {@code T = seconds sampleRate / hopLength}, as librosa.
     */
    public static double smoothing(double seconds, int sampleRate, int hopLength) {
      Check.positive("seconds", seconds);
      double frames = seconds * sampleRate / hopLength;
      return (Math.sqrt(1 + 4 * frames * frames) - 1) / (2 * frames * frames);
    }

    /** Returns this with the input multiplied first. */
    public Pcen withScale(double factor) {
      return new Pcen(factor, smoothing, gain, bias, power, epsilon, maxBins);
    }

    @Override
    public List<Stage> stages() {
      Stage pcen = new Stage.Pcen(smoothing, gain, bias, power, epsilon, maxBins);
      return scale == 1 ? List.of(pcen) : List.of(new Stage.Affine(scale, 0), pcen);
    }
  }
}
