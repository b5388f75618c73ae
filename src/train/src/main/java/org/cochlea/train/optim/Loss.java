package org.cochlea.train.optim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;

/** What training makes small. It also says what a clip's target is, see {@link Target}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Loss.CrossEntropy.class, name = "cross-entropy"),
  @JsonSubTypes.Type(value = Loss.BinaryCrossEntropy.class, name = "binary-cross-entropy"),
  @JsonSubTypes.Type(value = Loss.MeanSquaredError.class, name = "mse"),
  @JsonSubTypes.Type(value = Loss.MeanAbsoluteError.class, name = "mae"),
  @JsonSubTypes.Type(value = Loss.Triplet.class, name = "triplet"),
  @JsonSubTypes.Type(value = Loss.Contrastive.class, name = "contrastive"),
  @JsonSubTypes.Type(value = Loss.Prototypical.class, name = "prototypical"),
  @JsonSubTypes.Type(value = Loss.Ctc.class, name = "ctc")
})
public sealed interface Loss {

  /** Returns what a clip's target is. */
  Target target();

  /**
   * Cross-entropy of classes that exclude each other, on logits: {@code -sum_k q_k log softmax_k}
   * with {@code q = (1 - s) onehot + s / classes}.
   *
   * @param labelSmoothing s, in [0, 1)
   * @param balanced whether a class counts inversely to its number of clips, {@code n / (classes
   *     n_k)}, as scikit-learn's "balanced"
   * @param classWeights what classes count, by name, each above 0; 1 for those that are not named.
   *     The mean over a batch is divided by the sum of its weights, as in PyTorch
   */
  record CrossEntropy(double labelSmoothing, boolean balanced, Map<String, Double> classWeights)
      implements Loss {
    /**
     * Copies the map and checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public CrossEntropy {
      classWeights = Map.copyOf(classWeights);
      classWeights.forEach(
          (name, weight) -> {
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
              throw new IllegalArgumentException(
                  "classWeights.%s must be above 0, was %s".formatted(name, weight));
            }
          });
      if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
        throw new IllegalArgumentException(
            "labelSmoothing must be in [0, 1), was " + labelSmoothing);
      }
    }

    /** Without smoothing and weights. */
    public CrossEntropy() {
      this(0, false, Map.of());
    }

    @Override
    public Target target() {
      return Target.CLASS;
    }
  }

  /** Binary cross-entropy of every class by itself, on logits; a clip has any number of classes. */
  record BinaryCrossEntropy() implements Loss {
    @Override
    public Target target() {
      return Target.TAGS;
    }
  }

  /** Mean squared difference; the label is a number. */
  record MeanSquaredError() implements Loss {
    @Override
    public Target target() {
      return Target.NUMBER;
    }
  }

  /** Mean absolute difference; the label is a number. */
  record MeanAbsoluteError() implements Loss {
    @Override
    public Target target() {
      return Target.NUMBER;
    }
  }

  /**
   * Triplet loss {@code max(0, d(a, p) - d(a, n) + margin)} with Euclidean distances (Schroff et
   * al., 2015), over every anchor of a batch with its farthest clip of the same class and its
   * nearest of another (Hermans et al., 2017).
   *
   * @param dimensions of the embedding, at least 1
   * @param margin above 0
   */
  record Triplet(int dimensions, double margin) implements Loss {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Triplet {
      requireDimensions(dimensions);
      requireMargin(margin);
    }

    /** 32 dimensions, a margin of 1. */
    public Triplet() {
      this(32, 1);
    }

    @Override
    public Target target() {
      return Target.EMBEDDING;
    }
  }

  /**
   * Contrastive loss (Hadsell et al., 2006) over all pairs of a batch: {@code d^2} of one class,
   * {@code max(0, margin - d)^2} of two, d the Euclidean distance.
   *
   * @param dimensions of the embedding, at least 1
   * @param margin above 0
   */
  record Contrastive(int dimensions, double margin) implements Loss {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Contrastive {
      requireDimensions(dimensions);
      requireMargin(margin);
    }

    /** 32 dimensions, a margin of 1. */
    public Contrastive() {
      this(32, 1);
    }

    @Override
    public Target target() {
      return Target.EMBEDDING;
    }
  }

  /**
   * Prototypical networks (Snell et al., 2017): of every class in a batch some clips are averaged
   * to a prototype, the others are told apart by {@code softmax(-d)}, where d is the mean squared
   * difference, as Pons et al. have it.
   *
   * @param dimensions of the embedding, at least 1
   * @param support clips per class that make the prototype, at least 1
   * @param queries clips per class that are told apart, at least 1
   */
  record Prototypical(int dimensions, int support, int queries) implements Loss {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Prototypical {
      requireDimensions(dimensions);
      if (support < 1 || queries < 1) {
        throw new IllegalArgumentException(
            "support and queries must be at least 1, were %d and %d".formatted(support, queries));
      }
    }

    /** 10 dimensions, 5 clips of each kind, as Pons et al. */
    public Prototypical() {
      this(10, 5, 5);
    }

    @Override
    public Target target() {
      return Target.EMBEDDING;
    }
  }

  /**
   * Connectionist temporal classification (Graves et al., 2006): minus the logarithm of the
   * probability of all alignments of a transcript's characters with the frames. Output 0 is the
   * blank. Transcripts that do not fit into the frames count nothing.
   */
  record Ctc() implements Loss {
    @Override
    public Target target() {
      return Target.TEXT;
    }
  }

  private static void requireDimensions(int dimensions) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("dimensions must be at least 1, was " + dimensions);
    }
  }

  private static void requireMargin(double margin) {
    if (!(margin > 0)) {
      throw new IllegalArgumentException("margin must be above 0, was " + margin);
    }
  }
}
