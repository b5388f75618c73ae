package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * A signal for a spectrogram that has lost its phases: {@code [batch, channels, fftSize / 2 + 1,
 * frames] → [batch, channels, 1, samples]}, real; {@link Stage.GriffinLim} has the formulas.
 * Griffin and Lim, "Signal estimation from modified short-time Fourier transform", 1984; Perraudin,
 * Balazs and Søndergaard, "A fast Griffin-Lim algorithm", 2013.
 *
 * <p>As librosa.griffinlim and torchaudio.transforms.GriffinLim, but for the noise of random
 * phases, which here is a function of the seed and the place. Their {@code length} cuts or extends
 * every round's signal, {@code samples} the last one alone.
 *
 * @param spec framing and window of the transform that gave the spectrogram; centred, without pad
 *     or scaling
 * @param power of the spectrogram, above 0: 1 for magnitudes, 2 for powers
 * @param iterations rounds, at least 1
 * @param momentum in [0, 1); 0 is the original algorithm
 * @param start the phases to begin with
 * @param seed of random phases
 * @param samples to return: cut or extended with zeros; or -1 for {@code hopLength (frames - 1)}
 */
public record GriffinLim(
    StftSpec spec,
    double power,
    int iterations,
    double momentum,
    Stage.GriffinLim.Start start,
    long seed,
    long samples)
    implements Feature {
  /**
   * Checks the ranges above, and that the windows leave no gap (NOLA).
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public GriffinLim {
    Check.atLeast("samples", samples, -1);
    if (!spec.center() || spec.pad() != 0 || spec.scaling() != StftSpec.Scaling.NONE) {
      throw new IllegalArgumentException(
          "spec must be centred, without pad or scaling, was " + spec);
    }
    InverseStft inverse = InverseStft.of(spec);
    pipeline(inverse.spec(), power, iterations, momentum, start, seed, samples);
  }

  /** Returns librosa's defaults: magnitudes, 32 rounds, momentum 0.99, random phases. */
  public static GriffinLim librosa() {
    return new GriffinLim(StftSpec.librosa(), 1, 32, 0.99, Stage.GriffinLim.Start.RANDOM, 0, -1);
  }

  /** Returns torchaudio's defaults: powers, 32 rounds, momentum 0.99, random phases. */
  public static GriffinLim torchaudio() {
    return new GriffinLim(
        StftSpec.centred(400, 200, Padding.REFLECT),
        2,
        32,
        0.99,
        Stage.GriffinLim.Start.RANDOM,
        0,
        -1);
  }

  @Override
  public Pipeline pipeline() {
    return pipeline(spec, power, iterations, momentum, start, seed, samples);
  }

  private static Pipeline pipeline(
      StftSpec spec,
      double power,
      int iterations,
      double momentum,
      Stage.GriffinLim.Start start,
      long seed,
      long samples) {
    List<Stage> stages = new ArrayList<>();
    if (power != 1) {
      stages.add(new Stage.Power(1 / power));
    }
    stages.add(
        new Stage.GriffinLim(
            spec.fftSize(),
            spec.hopLength(),
            spec.weights(),
            spec.padding(),
            iterations,
            momentum,
            start,
            seed));
    if (samples >= 0) {
      stages.add(new Stage.FitLength(new LengthRule.Exactly(samples)));
    }
    return new Pipeline(0, Layout.real(spec.bins()), stages);
  }
}
