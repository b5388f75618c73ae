package org.cochlea.core.feature;

import java.util.List;
import org.cochlea.core.stage.FrameNorm;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The magnitudes of a constant-Q transform added up by pitch class: {@code [batch, channels,
 * samples] → [batch, channels, classes, frames]}; librosa.feature.chroma_cqt, chroma_vqt.
 *
 * <p>librosa estimates the tuning of every clip unless it is given; here the transform has it.
 *
 * @param transform with a magnitude as its output; 36 bins per octave are usual
 * @param minHz the note that its bin 0 stands for, above 0: before it was tuned
 * @param classes per octave; a divisor of the transform's bins per octave
 * @param threshold sums below are set to 0
 * @param norm order of the norm that every frame gets: above 0, infinite for its maximum; NaN for
 *     none
 */
public record ChromaCqt(
    ConstantQ transform, double minHz, int classes, double threshold, double norm)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ChromaCqt {
    Check.positive("minHz", minHz);
    if (transform.output() != Stft.Output.MAGNITUDE) {
      throw new IllegalArgumentException(
          "transform must have the output MAGNITUDE, had " + transform.output());
    }
    var _ = NormStages.of(norm);
    var _ = basis(transform, minHz, classes);
  }

  /** librosa's defaults, at A4 = 440 Hz: 7 octaves of 36 bins from C1 on. */
  public static ChromaCqt librosa(int sampleRate) {
    return new ChromaCqt(
        ConstantQ.librosa(sampleRate).withSpec(CqtSpec.librosa().withBins(CqtSpec.C1, 7 * 36, 36)),
        CqtSpec.C1,
        12,
        0,
        Double.POSITIVE_INFINITY);
  }

  /**
   * librosa.feature.chroma_vqt's defaults: 7 octaves from C1 on, a pitch class for every interval.
   *
   * @param intervals see {@link org.cochlea.core.basis.Intervals}
   */
  public static ChromaCqt variable(int sampleRate, List<Double> intervals) {
    int classes = intervals.size();
    CqtSpec spec = CqtSpec.librosa().withBins(CqtSpec.C1, 7 * classes, classes);
    return new ChromaCqt(
        ConstantQ.librosa(sampleRate).withSpec(spec.withIntervals(intervals)),
        CqtSpec.C1,
        classes,
        0,
        Double.POSITIVE_INFINITY);
  }

  /** Returns this with another norm of the frames. */
  public ChromaCqt withNorm(double order) {
    return new ChromaCqt(transform, minHz, classes, threshold, order);
  }

  @Override
  public Pipeline pipeline() {
    Pipeline pipeline = transform.pipeline().then(basis(transform, minHz, classes));
    if (threshold > 0) {
      return pipeline.then(new FrameNorm(norm, threshold));
    }
    return pipeline.then(NormStages.of(norm).toArray(Stage[]::new));
  }

  private static Stage basis(ConstantQ transform, double minHz, int classes) {
    return new Stage.Project(
        org.cochlea.core.basis.Chroma.constantQ(
            transform.spec().bins(), transform.spec().binsPerOctave(), classes, minHz));
  }
}
