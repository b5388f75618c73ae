package org.cochlea.train.torch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Stage;

/** What {@link Stage.Pcen} calls smoothing, gain, bias and power: one for all bins, or for each. */
interface PcenWeights {
  /** Returns them, of the type of another tensor and on its device. */
  Values as(Tensor like);

  /** How the values are combined. */
  PcenForm form();

  /** How the smoothed energy is compressed. */
  enum PcenForm {
    /** {@code (x + bias)^power - bias^power}. */
    ROOT,
    /** The same with bias 0. */
    UNBIASED,
    /** {@code ln(1 + x)}, which stands for power 0. */
    LOGARITHM
  }

  /**
   * Tensors {@code [1]} or {@code [bins]}.
   *
   * @param smoothing in double
   * @param gain of the type asked for, as the others
   */
  record Values(Tensor smoothing, Tensor gain, Tensor bias, Tensor power) {}

  /** Returns numbers that stay as they are. */
  static PcenWeights of(Stage.Pcen s) {
    Weight smoothing = new Weight.Constant(new double[] {s.smoothing()}, 1);
    Weight gain = new Weight.Constant(new double[] {s.gain()}, 1);
    Weight bias = new Weight.Constant(new double[] {s.bias()}, 1);
    Weight power = new Weight.Constant(new double[] {s.power()}, 1);
    PcenForm form =
        s.power() == 0 ? PcenForm.LOGARITHM : s.bias() == 0 ? PcenForm.UNBIASED : PcenForm.ROOT;
    return new PcenWeights() {
      @Override
      public Values as(Tensor like) {
        return new Values(
            smoothing.as(like.narrow(0, 0, 0).to(torch.ScalarType.Double)),
            gain.as(like),
            bias.as(like),
            power.as(like));
      }

      @Override
      public PcenForm form() {
        return form;
      }
    };
  }
}
