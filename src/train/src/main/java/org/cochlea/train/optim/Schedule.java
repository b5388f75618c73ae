package org.cochlea.train.optim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;

/**
 * How the learning rate goes: a factor of the optimiser's rate, step by step.
 *
 * <p>{@link Plateau} depends on results too, so that its factor is kept by {@link PlateauState}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Schedule.Constant.class, name = "constant"),
  @JsonSubTypes.Type(value = Schedule.Step.class, name = "step"),
  @JsonSubTypes.Type(value = Schedule.Cosine.class, name = "cosine"),
  @JsonSubTypes.Type(value = Schedule.OneCycle.class, name = "one-cycle"),
  @JsonSubTypes.Type(value = Schedule.Cyclical.class, name = "cyclical"),
  @JsonSubTypes.Type(value = Schedule.Plateau.class, name = "plateau")
})
public sealed interface Schedule {

  /**
   * Where training is.
   *
   * @param step from 0
   * @param steps of the whole training, at least 1
   * @param stepsPerEpoch at least 1
   */
  record Position(long step, long steps, long stepsPerEpoch) {
    double epochs() {
      return (double) step / stepsPerEpoch;
    }
  }

  /** Returns the factor of a step. */
  double factor(Position at);

  /** Always 1. */
  record Constant() implements Schedule {
    @Override
    public double factor(Position at) {
      return 1;
    }
  }

  /**
   * Multiplied every so many epochs; torch's StepLR.
   *
   * @param epochs at least 1
   * @param gamma the factor, in (0, 1]
   */
  record Step(int epochs, double gamma) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Step {
      atLeastOne("epochs", epochs);
      share("gamma", gamma);
    }

    /** A tenth every 10 epochs. */
    public Step() {
      this(10, 0.1);
    }

    @Override
    public double factor(Position at) {
      long times = at.step / at.stepsPerEpoch / epochs;
      return Math.pow(gamma, (double) times);
    }
  }

  /**
   * Half a cosine from 1 down to a minimum at the end (Loshchilov and Hutter, 2016, without
   * restarts); torch's CosineAnnealingLR, stepped every batch.
   *
   * @param minimum in [0, 1]
   */
  record Cosine(double minimum) implements Schedule {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Cosine {
      if (!(minimum >= 0 && minimum <= 1)) {
        throw new IllegalArgumentException("minimum must be in [0, 1], was " + minimum);
      }
    }

    /** Down to 0. */
    public Cosine() {
      this(0);
    }

    @Override
    public double factor(Position at) {
      return between(1, minimum, (double) at.step / at.steps, Anneal.COSINE);
    }
  }

  /** How a rate goes from one value to another. */
  enum Anneal {
    /** Half a cosine. */
    COSINE,
    /** A straight line. */
    LINEAR;

    /** Returns the name in configurations. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Up to the full rate and down again (Smith and Topin, 2017); torch's OneCycleLR without
   * momentum.
   *
   * @param rise share of the steps that go up, in (0, 1)
   * @param start the rate begins at {@code 1 / start}, at least 1
   * @param end the rate ends at {@code 1 / (start end)}, at least 1
   * @param anneal how
   */
  record OneCycle(double rise, double start, double end, Anneal anneal) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public OneCycle {
      if (!(rise > 0 && rise < 1)) {
        throw new IllegalArgumentException("rise must be in (0, 1), was " + rise);
      }
      if (!(start >= 1 && end >= 1)) {
        throw new IllegalArgumentException(
            "start and end must be at least 1, were %s and %s".formatted(start, end));
      }
    }

    /** torch's defaults. */
    public OneCycle() {
      this(0.3, 25, 1e4, Anneal.COSINE);
    }

    @Override
    public double factor(Position at) {
      double top = rise * at.steps - 1;
      double last = at.steps - 1.0;
      return at.step <= top
          ? between(1 / start, 1, top == 0 ? 1 : at.step / top, anneal)
          : between(1, 1 / start / end, (at.step - top) / (last - top), anneal);
    }
  }

  /** What becomes of the height of a {@link Cyclical} cycle. */
  enum Cycle {
    /** It stays. */
    TRIANGULAR,
    /** It halves with every cycle. */
    TRIANGULAR2;

    /** Returns the name in configurations. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Up and down between a base and the full rate (Smith, 2015); torch's CyclicLR.
   *
   * @param base the lower factor, in (0, 1]
   * @param epochs of half a cycle, above 0
   * @param cycle what becomes of its height
   */
  record Cyclical(double base, double epochs, Cycle cycle) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Cyclical {
      share("base", base);
      if (!(epochs > 0)) {
        throw new IllegalArgumentException("epochs must be above 0, was " + epochs);
      }
    }

    /** From a tenth, up in one epoch and down in one. */
    public Cyclical() {
      this(0.1, 1, Cycle.TRIANGULAR);
    }

    @Override
    public double factor(Position at) {
      double half = at.epochs() / epochs;
      double number = Math.floor(1 + half / 2);
      double height = Math.max(0, 1 - Math.abs(half - 2 * number + 1));
      double scale = cycle == Cycle.TRIANGULAR2 ? Math.pow(2, 1 - number) : 1;
      return base + (1 - base) * height * scale;
    }
  }

  /**
   * Multiplied when the result did not get better for some epochs; torch's ReduceLROnPlateau with a
   * threshold of 0.
   *
   * @param gamma the factor, in (0, 1]
   * @param patience epochs without a better result that are accepted, at least 0
   */
  record Plateau(double gamma, int patience) implements Schedule {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Plateau {
      share("gamma", gamma);
      if (patience < 0) {
        throw new IllegalArgumentException("patience must be at least 0, was " + patience);
      }
    }

    /** A tenth after more than 5 epochs. */
    public Plateau() {
      this(0.1, 5);
    }

    @Override
    public double factor(Position at) {
      return 1;
    }
  }

  private static double between(double from, double to, double share, Anneal how) {
    double part = how == Anneal.COSINE ? (1 - Math.cos(Math.PI * share)) / 2 : share;
    return from + (to - from) * part;
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s must be at least 1, was %d".formatted(name, value));
    }
  }

  private static void share(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException("%s must be in (0, 1], was %s".formatted(name, value));
    }
  }
}
