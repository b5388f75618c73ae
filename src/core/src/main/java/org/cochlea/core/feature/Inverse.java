package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cochlea.core.basis.PseudoInverse;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Exponential;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.NonNegativeInverse;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The way back from a feature, as far as there is one: its stages undone from the last to the
 * first. Logarithms become exponentials, cosine transforms their pseudoinverses, filter banks
 * {@link NonNegativeInverse}, a lost phase {@link Stage.GriffinLim}, a complex spectrum its exact
 * inverse. A range below the maximum is left as it is: what was cut off stays cut off.
 *
 * <p>librosa.feature.inverse.mel_to_stft, mel_to_audio, mfcc_to_mel, mfcc_to_audio; torchaudio's
 * InverseMelScale; the same for any other filter bank and scale. Stages that cannot be undone
 * (PCEN, derivatives, normalisations, sums over a frame) are an {@link IllegalArgumentException}
 * that names them.
 *
 * @param of the feature to undo
 * @param to how far
 * @param filters how filter banks are undone
 * @param phase how phases are found; its spectrum and power are not used
 */
public record Inverse(Feature of, To to, Filters filters, GriffinLim phase) implements Feature {

  /** How far a feature is undone. */
  public enum To {
    /** What the filters gave, before logarithm and cosine transform. */
    FILTERS,
    /** The magnitudes (or the complex values) of the spectrum. */
    SPECTRUM,
    /** The signal. */
    SIGNAL
  }

  /**
   * How filter banks are undone, as {@link NonNegativeInverse}.
   *
   * @param iterations at most, at least 0
   * @param tolerance at least 0
   */
  public record Filters(int iterations, double tolerance) {
    /** As librosa's mel_to_stft: ends where librosa does if the start is good enough. */
    public static final Filters LIBROSA = new Filters(200, 1e-5);

    /** As torchaudio's InverseMelScale: least squares, negative values set to 0. */
    public static final Filters TORCHAUDIO = new Filters(0, 0);
  }

  /**
   * Checks that the feature can be undone so far.
   *
   * @throws IllegalArgumentException naming the stage that cannot
   */
  public Inverse {
    new Inverse.Builder(of, to, filters, phase).pipeline();
  }

  /** Returns the inverse with librosa's defaults. */
  public static Inverse of(Feature feature, To to) {
    return new Inverse(feature, to, Filters.LIBROSA, GriffinLim.librosa());
  }

  /** Returns this with filter banks undone otherwise. */
  public Inverse withFilters(Filters other) {
    return new Inverse(of, to, other, phase);
  }

  /** Returns this with phases found otherwise. */
  public Inverse withPhase(GriffinLim other) {
    return new Inverse(of, to, filters, other);
  }

  @Override
  public Pipeline pipeline() {
    return new Builder(of, to, filters, phase).pipeline();
  }

  /** Walks the stages backwards. */
  private static final class Builder {
    private final Pipeline forward;
    private final List<Layout> layouts = new ArrayList<>();
    private final To to;
    private final Filters filters;
    private final GriffinLim phase;
    private final List<Stage> stages = new ArrayList<>();

    Builder(Feature of, To to, Filters filters, GriffinLim phase) {
      this.forward = of.pipeline();
      this.to = to;
      this.filters = filters;
      this.phase = phase;
      Layout layout = forward.input();
      layouts.add(layout);
      for (Stage stage : forward.stages()) {
        layout = stage.apply(layout);
        layouts.add(layout);
      }
    }

    Pipeline pipeline() {
      List<Stage> all = forward.stages();
      int i = all.size() - 1;
      for (; i >= 0; i--) {
        Stage stage = all.get(i);
        if (to == To.FILTERS && isFilterBank(stage)) {
          break;
        }
        if (stage instanceof Stage.RealFft fft) {
          if (to == To.SIGNAL) {
            signal(fft, i);
          }
          break;
        }
        undo(stage);
      }
      if (i < 0) {
        throw new IllegalArgumentException(
            "no inverse: the feature has no %s"
                .formatted(to == To.FILTERS ? "filter bank" : "Fourier transform"));
      }
      if (stages.isEmpty()) {
        // Nothing to undo.
        stages.add(new Stage.SliceBins(0, forward.output().bins()));
      }
      return new Pipeline(0, forward.output(), stages);
    }

    /** A cosine transform has negative values; filters have not. */
    private static boolean isFilterBank(Stage stage) {
      if (!(stage instanceof Stage.Project(Basis basis))) {
        return false;
      }
      for (int r = 0; r < basis.rows(); r++) {
        for (int k = basis.bandStart(r); k < basis.bandStart(r) + basis.bandLength(r); k++) {
          if (basis.at(r, k) < 0) {
            return false;
          }
        }
      }
      return true;
    }

    private void undo(Stage stage) {
      switch (stage) {
        case Stage.Affine s when s.scale() != 0 ->
            stages.add(new Stage.Affine(1 / s.scale(), -s.offset() / s.scale()));
        case Stage.Log s when s.scale() != 0 -> {
          double offset = s.floor() == Stage.Log.Floor.ADD ? s.value() : 0;
          stages.add(new Exponential(1 / s.scale(), offset));
        }
        case Stage.Power s -> stages.add(new Stage.Power(1 / s.exponent()));
        case Stage.Modulus s -> {
          if (s.power() != 1) {
            stages.add(new Stage.Power(1 / s.power()));
          }
        }
        case Stage.Project s -> {
          Basis inverse = PseudoInverse.of(s.basis());
          stages.add(
              isFilterBank(s)
                  ? new NonNegativeInverse(
                      s.basis(), inverse, filters.iterations(), filters.tolerance())
                  : new Stage.Project(inverse));
        }
        case Stage.DynamicRange _ -> {}
        case Stage.DropFrames s when s.first() == 0 -> {}
        default -> throw new IllegalArgumentException("no inverse: " + stage + " loses too much");
      }
    }

    private void signal(Stage.RealFft fft, int at) {
      List<Stage> before = forward.stages().subList(0, at);
      int size = fft.size();
      if (before.isEmpty() || !(before.getFirst() instanceof Stage.Frame frame)) {
        throw new IllegalArgumentException(
            "no inverse: %s changes the signal"
                .formatted(before.isEmpty() ? "nothing" : before.getFirst()));
      }
      Basis window =
          Basis.row(Collections.nCopies(size, 1.0).stream().mapToDouble(v -> v).toArray());
      for (Stage stage : before.subList(1, before.size())) {
        if (!(stage instanceof Stage.Window w) || w.weights().columns() != size) {
          throw new IllegalArgumentException("no inverse: " + stage + " changes the frames");
        }
        window = w.weights();
      }
      if (frame.length() != size || frame.left() != size / 2 || frame.right() != size / 2) {
        throw new IllegalArgumentException(
            "no inverse: frames must be centred and as long as the transform, %d samples, were %s"
                .formatted(size, frame));
      }
      if (layouts.get(forward.stages().size()).complex()) {
        stages.add(new Stage.InverseRealFft(size));
        stages.add(new Stage.OverlapAdd(frame.hop(), window, size / 2, phase.samples()));
        return;
      }
      stages.add(
          new Stage.GriffinLim(
              size,
              frame.hop(),
              window,
              frame.padding(),
              phase.iterations(),
              phase.momentum(),
              phase.start(),
              phase.seed()));
      if (phase.samples() >= 0) {
        stages.add(new Stage.FitLength(new LengthRule.Exactly(phase.samples())));
      }
    }
  }
}
