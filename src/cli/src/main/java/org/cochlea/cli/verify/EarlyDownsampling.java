package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.basis.ConstantQKernels;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.NnAudioCqt;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * nnAudio's constant-Q transforms after early downsampling, with its amplitudes and frequencies.
 */
final class EarlyDownsampling {
  private EarlyDownsampling() {}

  /**
   * Returns what nnAudio computes where it divides the rate by a factor d: kernels' lengths are
   * those at the lower rate, of CQT2010v2 and VQT the result is multiplied by d, and VQT's kernels
   * are those of the rate before.
   *
   * @param right the transform as it should be
   * @param variable whether it is VQT
   * @param frequency whether it is CQT2010
   */
  static Feature asNnAudio(NnAudioCqt right, boolean variable, boolean frequency) {
    int factor = right.earlyFactor();
    CqtSpec spec = right.spec();
    double[] lengths =
        ConstantQKernels.wholeLengths(
            spec.frequencies(),
            spec.binsPerOctave(),
            (double) right.sampleRate() / factor,
            spec.filterScale(),
            spec.gamma());
    double[] scale = new double[spec.bins()];
    Arrays.setAll(
        scale,
        k ->
            (frequency ? 1 : factor)
                * switch (right.normalization()) {
                  case LENGTH -> Math.sqrt(lengths[k]);
                  case NONE -> 1;
                  case AMPLITUDE -> 2;
                });
    NnAudioCqt complex =
        new NnAudioCqt(
            right.sampleRate(),
            variable ? right.hopLength() / factor : right.hopLength(),
            spec,
            right.method(),
            NnAudioCqt.Normalization.NONE,
            right.center(),
            right.padding(),
            Stft.Output.COMPLEX,
            !variable);
    List<Stage> stages = new ArrayList<>();
    if (variable) {
      stages.addAll(right.pipeline().stages().subList(0, 3));
    }
    stages.addAll(complex.pipeline().stages());
    double[][] rows = new double[scale.length][scale.length];
    for (int k = 0; k < scale.length; k++) {
      rows[k][k] = scale[k];
    }
    stages.add(
        new Stage.ComplexProject(Basis.of(rows), Basis.of(new double[scale.length][scale.length])));
    switch (right.output()) {
      case COMPLEX -> {}
      case MAGNITUDE -> stages.add(new Stage.Modulus(1));
      case PHASE -> stages.add(new Stage.Angle());
    }
    Pipeline pipeline = right.pipeline();
    return new Custom(
        "early downsampling", new Pipeline(pipeline.sampleRate(), pipeline.input(), stages));
  }
}
