package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Branch.Join;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.cochlea.core.stage.Stage.Reduce.Reduction;

/**
 * The log energy of a frame as Kaldi computes it: {@code ln(max(Σ x², floor, 1.19e-7))}.
 *
 * @param floor at least 0; absolute, of the scaled samples' sum of squares. Kaldi's default is 0,
 *     torchaudio's 1
 * @param raw whether it is taken before pre-emphasis and window, else after
 */
public record KaldiEnergy(double floor, boolean raw) {

  /** The least that any logarithm sees: the distance from 1 to the next 32-bit float. */
  static final double EPSILON = 0x1p-23;

  /**
   * Checks the range above.
   *
   * @throws IllegalArgumentException if it is not kept
   */
  public KaldiEnergy {
    Check.notNegative("floor", floor);
  }

  /** Returns Kaldi's: raw, without a floor of its own. */
  public static KaldiEnergy kaldi() {
    return new KaldiEnergy(0, true);
  }

  /** Returns torchaudio's: raw, with a floor of 1. */
  public static KaldiEnergy torchaudio() {
    return new KaldiEnergy(1, true);
  }

  /**
   * The stages from a waveform through {@code spectrum}, which starts at windowed frames, with the
   * energy beside its result.
   */
  List<Stage> beside(KaldiFrames frames, List<Stage> spectrum, boolean energyLast) {
    List<Stage> energy = new ArrayList<>();
    energy.add(new Stage.Reduce(Reduction.SUM_OF_SQUARES));
    if (raw && frames.waveformScale() != 1) {
      energy.add(new Stage.Affine(frames.waveformScale() * frames.waveformScale(), 0));
    }
    energy.add(new Stage.Log(1, Floor.CLAMP, Math.max(floor, EPSILON)));
    List<Stage> stages = new ArrayList<>(frames.rawFrames());
    List<Stage> path = new ArrayList<>();
    (raw ? path : stages).addAll(frames.windowed());
    path.addAll(spectrum);
    stages.add(
        new Stage.Branch(
            energyLast ? List.of(path, energy) : List.of(energy, path), Join.CONCATENATE));
    return stages;
  }

  /** The stages from a waveform to the energy alone. */
  List<Stage> alone(KaldiFrames frames) {
    List<Stage> stages = new ArrayList<>(frames.rawFrames());
    if (raw) {
      stages.add(new Stage.Affine(frames.waveformScale(), 0));
    } else {
      stages.addAll(frames.windowed());
    }
    stages.add(new Stage.Reduce(Reduction.SUM_OF_SQUARES));
    stages.add(new Stage.Log(1, Floor.CLAMP, Math.max(floor, EPSILON)));
    return stages;
  }
}
