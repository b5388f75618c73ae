package org.cochlea.train.optim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/** How weights are changed, with torch's names and defaults. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = OptimizerSpec.Adam.class, name = "adam"),
  @JsonSubTypes.Type(value = OptimizerSpec.AdamW.class, name = "adam-w"),
  @JsonSubTypes.Type(value = OptimizerSpec.Sgd.class, name = "sgd"),
  @JsonSubTypes.Type(value = OptimizerSpec.RmsProp.class, name = "rms-prop")
})
public sealed interface OptimizerSpec {

  /** Returns the learning rate, which a {@link Schedule} changes. */
  double learningRate();

  /** Makes the optimiser of these parameters. */
  default Optimizer create(TensorVector parameters) {
    return create(parameters, List.of());
  }

  /**
   * Makes the optimiser of these parameters and of others, in a group each, which have rates of
   * their own and whose weights do not decay: 0 means nothing to a filter or a window.
   */
  Optimizer create(TensorVector parameters, List<TensorVector> undecayed);

  /**
   * Adam (Kingma and Ba, 2014), betas 0.9 and 0.999; the decay is added to the gradient.
   *
   * @param learningRate above 0
   * @param weightDecay at least 0
   */
  record Adam(double learningRate, double weightDecay) implements OptimizerSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Adam {
      check(learningRate, weightDecay);
    }

    /** A rate of 0.001. */
    public Adam() {
      this(1e-3, 0);
    }

    @Override
    public Optimizer create(TensorVector parameters, List<TensorVector> undecayed) {
      Optimizer made = new org.bytedeco.pytorch.Adam(parameters, options(weightDecay));
      undecayed.forEach(one -> made.add_param_group(new OptimizerParamGroup(one, options(0))));
      return made;
    }

    private AdamOptions options(double decay) {
      AdamOptions options = new AdamOptions(learningRate);
      options.weight_decay().put(decay);
      return options;
    }
  }

  /**
   * Adam with the decay apart from the gradient (Loshchilov and Hutter, 2017).
   *
   * @param learningRate above 0
   * @param weightDecay at least 0
   */
  record AdamW(double learningRate, double weightDecay) implements OptimizerSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public AdamW {
      check(learningRate, weightDecay);
    }

    /** A rate of 0.001, a decay of 0.01. */
    public AdamW() {
      this(1e-3, 1e-2);
    }

    @Override
    public Optimizer create(TensorVector parameters, List<TensorVector> undecayed) {
      Optimizer made = new org.bytedeco.pytorch.AdamW(parameters, options(weightDecay));
      undecayed.forEach(one -> made.add_param_group(new OptimizerParamGroup(one, options(0))));
      return made;
    }

    private AdamWOptions options(double decay) {
      AdamWOptions options = new AdamWOptions(learningRate);
      options.weight_decay().put(decay);
      return options;
    }
  }

  /**
   * Stochastic gradient descent.
   *
   * @param learningRate above 0
   * @param momentum in [0, 1)
   * @param nesterov whether the momentum is Nesterov's; needs one above 0
   * @param weightDecay at least 0
   */
  record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay)
      implements OptimizerSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Sgd {
      check(learningRate, weightDecay);
      requireMomentum(momentum);
      if (nesterov && momentum == 0) {
        throw new IllegalArgumentException("momentum must be above 0 where nesterov is true");
      }
    }

    /** A rate of 0.01, a momentum of 0.9. */
    public Sgd() {
      this(1e-2, 0.9, false, 0);
    }

    @Override
    public Optimizer create(TensorVector parameters, List<TensorVector> undecayed) {
      Optimizer made = new org.bytedeco.pytorch.SGD(parameters, options(weightDecay));
      undecayed.forEach(one -> made.add_param_group(new OptimizerParamGroup(one, options(0))));
      return made;
    }

    private SGDOptions options(double decay) {
      SGDOptions options = new SGDOptions(learningRate);
      options.momentum().put(momentum);
      options.nesterov().put(nesterov);
      options.weight_decay().put(decay);
      return options;
    }
  }

  /**
   * RMSProp (Hinton, 2012), smoothing 0.99.
   *
   * @param learningRate above 0
   * @param momentum in [0, 1)
   * @param weightDecay at least 0
   */
  record RmsProp(double learningRate, double momentum, double weightDecay)
      implements OptimizerSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RmsProp {
      check(learningRate, weightDecay);
      requireMomentum(momentum);
    }

    /** A rate of 0.001, no momentum. */
    public RmsProp() {
      this(1e-3, 0, 0);
    }

    @Override
    public Optimizer create(TensorVector parameters, List<TensorVector> undecayed) {
      Optimizer made = new org.bytedeco.pytorch.RMSprop(parameters, options(weightDecay));
      undecayed.forEach(one -> made.add_param_group(new OptimizerParamGroup(one, options(0))));
      return made;
    }

    private RMSpropOptions options(double decay) {
      RMSpropOptions options = new RMSpropOptions(learningRate);
      options.momentum().put(momentum);
      options.weight_decay().put(decay);
      return options;
    }
  }

  private static void check(double learningRate, double weightDecay) {
    if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("learningRate must be above 0, was " + learningRate);
    }
    if (!(weightDecay >= 0 && weightDecay < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("weightDecay must be at least 0, was " + weightDecay);
    }
  }

  private static void requireMomentum(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum must be in [0, 1), was " + momentum);
    }
  }
}
