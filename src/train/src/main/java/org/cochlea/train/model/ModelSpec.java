package org.cochlea.train.model;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as a value: what to build. {@link Network#build} makes the libtorch network.
 *
 * <p>Every model reads features {@code [batch, channels, bins, frames]} and begins with a batch
 * normalisation of every bin over the batch and the frames, so that features of any scale may come
 * in; but for a {@link Baseline}, which scales by itself.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ModelSpec.Linear.class, name = "linear"),
  @JsonSubTypes.Type(value = ModelSpec.Cnn.class, name = "cnn"),
  @JsonSubTypes.Type(value = ModelSpec.ResNet.class, name = "resnet"),
  @JsonSubTypes.Type(value = ModelSpec.BcResNet.class, name = "bc-resnet"),
  @JsonSubTypes.Type(value = ModelSpec.Rnn.class, name = "rnn"),
  @JsonSubTypes.Type(value = ModelSpec.Crnn.class, name = "crnn"),
  @JsonSubTypes.Type(value = ModelSpec.Tcn.class, name = "tcn"),
  @JsonSubTypes.Type(value = ModelSpec.LogisticRegression.class, name = "logistic-regression"),
  @JsonSubTypes.Type(value = ModelSpec.Svm.class, name = "svm"),
  @JsonSubTypes.Type(value = ModelSpec.RandomForest.class, name = "random-forest")
})
public sealed interface ModelSpec {

  /** One linear layer on all values of the window, as part 1 of the nnAudio tutorial has it. */
  record Linear() implements ModelSpec {}

  /**
   * A convolutional network: blocks, pooling, dense layers.
   *
   * @param blocks the convolutions, at least one block
   * @param batchNorm whether a batch normalisation follows every convolution
   * @param activation behind every convolution and every dense layer but the last
   * @param pooling of the last block's maps
   * @param dense widths of the dense layers before the output
   * @param dropout before every dense layer, in [0, 1)
   */
  record Cnn(
      List<ConvBlock> blocks,
      boolean batchNorm,
      Activation activation,
      Pooling pooling,
      List<Integer> dense,
      double dropout)
      implements ModelSpec {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Cnn {
      blocks = List.copyOf(blocks);
      dense = List.copyOf(dense);
      if (blocks.isEmpty()) {
        throw new IllegalArgumentException("blocks must have at least 1 block, had 0");
      }
      Check.each("dense", dense);
      Check.share("dropout", dropout);
    }

    /** Four blocks of 16 to 128 maps, averages and maxima: small and a good start. */
    public Cnn() {
      this(
          List.of(
              ConvBlock.of(16, 1, 2),
              ConvBlock.of(32, 1, 2),
              ConvBlock.of(64, 1, 2),
              ConvBlock.of(128, 1, 1)),
          true,
          Activation.RELU,
          Pooling.AVERAGE_MAX,
          List.of(),
          0.3);
    }

    /**
     * The instrument project's (pvsnp9, audio_classification_using_deep_learning): 16, 32, 64 and
     * 128 maps of 3x3, one pooling, dense layers of 128 and 64.
     */
    public static Cnn instruments() {
      return new Cnn(
          List.of(
              ConvBlock.of(16, 1, 1),
              ConvBlock.of(32, 1, 1),
              ConvBlock.of(64, 1, 1),
              ConvBlock.of(128, 1, 2)),
          false,
          Activation.RELU,
          Pooling.FLATTEN,
          List.of(128, 64),
          0.5);
    }

    /**
     * The UrbanSound8K tutorial's (K. Doshi, Audio Deep Learning Made Simple): strided convolutions
     * of 8, 16, 32 and 64 maps, the mean of each. There the activation comes before the
     * normalisation.
     */
    public static Cnn urbanSound() {
      return new Cnn(
          List.of(
              new ConvBlock(8, 1, 5, 2, 1, 1),
              new ConvBlock(16, 1, 3, 2, 1, 1),
              new ConvBlock(32, 1, 3, 2, 1, 1),
              new ConvBlock(64, 1, 3, 2, 1, 1)),
          true,
          Activation.RELU,
          Pooling.AVERAGE,
          List.of(),
          0);
    }

    /**
     * The VGG-like baseline of FSD50K (Fonseca et al., 2020): 3x32, 2x64 and 2x128 maps, averages
     * and maxima, a dense layer of 256.
     */
    public static Cnn vgg() {
      return new Cnn(
          List.of(ConvBlock.of(32, 3, 2), ConvBlock.of(64, 2, 2), ConvBlock.of(128, 2, 2)),
          true,
          Activation.RELU,
          Pooling.AVERAGE_MAX,
          List.of(256),
          0);
    }
  }

  /**
   * ResNet of basic blocks (He et al., 2015) for one-channel input: a 7x7 convolution of stride 2,
   * a 3x3 maximum of stride 2, four stages of doubling width, the mean of every map.
   *
   * @param width maps of the first stage, at least 1; 64 in ResNet-18
   * @param depths blocks of every stage, at least one stage; 2, 2, 2, 2 in ResNet-18
   */
  record ResNet(int width, List<Integer> depths) implements ModelSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public ResNet {
      depths = List.copyOf(depths);
      Check.atLeast("width", width, 1);
      Check.each("depths", depths);
      if (depths.isEmpty()) {
        throw new IllegalArgumentException("depths must have at least 1 stage, had 0");
      }
    }

    /** ResNet-18. */
    public ResNet() {
      this(64, List.of(2, 2, 2, 2));
    }
  }

  /**
   * BC-ResNet (Kim et al., "Broadcasted Residual Learning for Efficient Keyword Spotting", 2021):
   * convolutions along the bins, and along the frames of their mean, which is added to every bin.
   * Needs bins that divide by 40 for its 5 sub-bands, such as 40 mel bins.
   *
   * @param scale of all widths, above 0; 1 is BC-ResNet-1, with stages of 8, 12, 16 and 20 maps
   * @param dropout of the stages, in [0, 1)
   */
  record BcResNet(double scale, double dropout) implements ModelSpec {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public BcResNet {
      if (!(scale > 0 && scale <= 100)) {
        throw new IllegalArgumentException("scale must be in (0, 100], was " + scale);
      }
      Check.share("dropout", dropout);
    }

    /** BC-ResNet-1. */
    public BcResNet() {
      this(1, 0.1);
    }
  }

  /** The recurrent layers there are. */
  enum Cell {
    /** Long short-term memory (Hochreiter and Schmidhuber, 1997). */
    LSTM,
    /** Gated recurrent unit (Cho et al., 2014). */
    GRU;

    /** Returns the name in configurations. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * Recurrent layers over the frames.
   *
   * @param cell which kind
   * @param hidden width of a layer in each direction, at least 1
   * @param layers at least 1
   * @param bidirectional whether the frames are read backwards too
   * @param dense widths of the dense layers before the output
   * @param dropout between layers and before every dense layer, in [0, 1)
   * @param output what is given
   */
  record Rnn(
      Cell cell,
      int hidden,
      int layers,
      boolean bidirectional,
      List<Integer> dense,
      double dropout,
      Output output)
      implements ModelSpec {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Rnn {
      dense = List.copyOf(dense);
      Check.atLeast("hidden", hidden, 1);
      Check.atLeast("layers", layers, 1);
      Check.each("dense", dense);
      Check.share("dropout", dropout);
    }

    /** A bidirectional GRU of 64, averaged over the frames. */
    public Rnn() {
      this(Cell.GRU, 64, 1, true, List.of(), 0.3, Output.MEAN);
    }

    /**
     * Two LSTM layers of 128, as the instrument project has them; there dense layers of 64 to 8
     * follow at every frame.
     */
    public static Rnn instruments() {
      return new Rnn(Cell.LSTM, 128, 2, false, List.of(64), 0.5, Output.MEAN);
    }
  }

  /**
   * Convolutions, then recurrent layers over the frames that are left. With {@link Output#FRAMES}
   * and a CTC loss it transcribes.
   *
   * @param blocks the convolutions, at least one block
   * @param cell which kind of recurrent layer
   * @param hidden width of a layer in each direction, at least 1
   * @param layers at least 1
   * @param bidirectional whether the frames are read backwards too
   * @param dropout before the recurrent layers and the output, in [0, 1)
   * @param output what is given
   */
  record Crnn(
      List<ConvBlock> blocks,
      Cell cell,
      int hidden,
      int layers,
      boolean bidirectional,
      double dropout,
      Output output)
      implements ModelSpec {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Crnn {
      blocks = List.copyOf(blocks);
      if (blocks.isEmpty()) {
        throw new IllegalArgumentException("blocks must have at least 1 block, had 0");
      }
      Check.atLeast("hidden", hidden, 1);
      Check.atLeast("layers", layers, 1);
      Check.share("dropout", dropout);
    }

    /**
     * The baseline of FSD50K (Fonseca et al., 2020): 3 times 128 maps of 5x5, pooled by (5, 2), (4,
     * 2) and (2, 2), a bidirectional GRU of 64. Needs at least 40 bins.
     */
    public Crnn() {
      this(
          List.of(
              new ConvBlock(128, 1, 5, 1, 5, 2),
              new ConvBlock(128, 1, 5, 1, 4, 2),
              new ConvBlock(128, 1, 5, 1, 2, 2)),
          Cell.GRU,
          64,
          1,
          true,
          0,
          Output.LAST);
    }
  }

  /**
   * A temporal convolutional network (Bai et al., "An Empirical Evaluation of Generic Convolutional
   * and Recurrent Networks for Sequence Modeling", 2018): residual blocks of two dilated
   * convolutions over the frames, the dilation doubling. Without a batch normalisation inside.
   *
   * @param width channels of a block, at least 1
   * @param levels blocks, in [1, 20]
   * @param kernel frames, at least 1
   * @param causal whether a frame sees only itself and earlier ones; else as many on both sides,
   *     and the kernel is odd
   * @param dropout behind every convolution, in [0, 1)
   * @param output what is given
   */
  record Tcn(int width, int levels, int kernel, boolean causal, double dropout, Output output)
      implements ModelSpec {

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Tcn {
      Check.atLeast("width", width, 1);
      Check.atLeast("levels", levels, 1);
      Check.atLeast("kernel", kernel, 1);
      Check.share("dropout", dropout);
      if (levels > 20) {
        throw new IllegalArgumentException("levels must be at most 20, was " + levels);
      }
      if (!causal && kernel % 2 == 0) {
        throw new IllegalArgumentException(
            "kernel must be odd where causal is false, was " + kernel);
      }
    }

    /** 5 causal blocks of 64 channels and 3 frames. */
    public Tcn() {
      this(64, 5, 3, true, 0.2, Output.MEAN);
    }

    /** Frame by frame, as mouth sounds are detected (Lea, Huang et al., 2022); small. */
    public static Tcn frames() {
      return new Tcn(64, 3, 3, true, 0.2, Output.FRAMES);
    }
  }

  /**
   * A classical model of pooled features: of every bin some statistics over the frames of a window.
   * It tells classes apart, and is trained at once.
   */
  sealed interface Baseline extends ModelSpec {
    /** Returns what of every bin is kept, at least one statistic. */
    List<Statistic> pooled();
  }

  /**
   * Multinomial logistic regression, by stochastic gradient descent with AdaGrad.
   *
   * @param pooled what of every bin is kept
   * @param epochs at least 1
   * @param learningRate above 0
   */
  record LogisticRegression(List<Statistic> pooled, int epochs, double learningRate)
      implements Baseline {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public LogisticRegression {
      pooled = Check.statistics(pooled);
      Check.atLeast("epochs", epochs, 1);
      if (!(learningRate > 0 && learningRate < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("learningRate must be above 0, was " + learningRate);
      }
    }

    /** Mean and deviation, 30 epochs at 0.1. */
    public LogisticRegression() {
      this(List.of(Statistic.MEAN, Statistic.STD), 30, 0.1);
    }
  }

  /** The kernels of {@link Svm}. */
  enum Kernel {
    /** The product of two windows. */
    LINEAR,
    /** {@code exp(-gamma d^2)}, d their distance. */
    RBF;

    /** Returns the name in configurations. */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * A support vector machine (libsvm), one class against one; probabilities by Platt's scaling.
   *
   * @param pooled what of every bin is kept
   * @param kernel which
   * @param cost of a window on the wrong side, above 0
   * @param gamma of the RBF kernel, at least 0; 0 for one over the number of values
   */
  record Svm(List<Statistic> pooled, Kernel kernel, double cost, double gamma) implements Baseline {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Svm {
      pooled = Check.statistics(pooled);
      if (!(cost > 0 && cost < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("cost must be above 0, was " + cost);
      }
      if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("gamma must be at least 0, was " + gamma);
      }
    }

    /** Mean and deviation, an RBF kernel, a cost of 10. */
    public Svm() {
      this(List.of(Statistic.MEAN, Statistic.STD), Kernel.RBF, 10, 0);
    }
  }

  /**
   * A random forest (Breiman, 2001): the votes of trees, each of a bootstrap sample, each split of
   * the square root of the values.
   *
   * @param pooled what of every bin is kept
   * @param trees at least 1
   * @param depth of a tree, at least 0; 0 for any
   */
  record RandomForest(List<Statistic> pooled, int trees, int depth) implements Baseline {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public RandomForest {
      pooled = Check.statistics(pooled);
      Check.atLeast("trees", trees, 1);
      Check.atLeast("depth", depth, 0);
    }

    /** Mean and deviation, 200 trees of any depth. */
    public RandomForest() {
      this(List.of(Statistic.MEAN, Statistic.STD), 200, 0);
    }
  }

  /** Returns the models that have a name of their own. */
  static Map<String, ModelSpec> named() {
    Map<String, ModelSpec> named = new LinkedHashMap<>();
    named.put("linear", new Linear());
    named.put("cnn", new Cnn());
    named.put("cnn-instruments", Cnn.instruments());
    named.put("cnn-urban-sound", Cnn.urbanSound());
    named.put("vgg", Cnn.vgg());
    named.put("resnet", new ResNet());
    named.put("bc-resnet", new BcResNet());
    named.put("rnn", new Rnn());
    named.put("lstm-instruments", Rnn.instruments());
    named.put("crnn", new Crnn());
    named.put("tcn", new Tcn());
    named.put("tcn-frames", Tcn.frames());
    named.put("logistic-regression", new LogisticRegression());
    named.put("svm", new Svm());
    named.put("random-forest", new RandomForest());
    return named;
  }
}
