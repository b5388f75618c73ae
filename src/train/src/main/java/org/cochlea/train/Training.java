package org.cochlea.train;

/**
 * How long and how training goes.
 *
 * @param epochs at least 1
 * @param batch windows per step, at least 1
 * @param seed of the split, the initial weights, the order, the windows, what is dropped
 * @param warmUpEpochs while the learning rate rises from 0, at least 0
 * @param clipGradient the largest norm of the whole gradient, above 0; 0 for any
 * @param balanced whether clips are drawn so that all classes come equally often
 * @param windowsPerClip windows drawn of every clip in an epoch, at least 1
 * @param monitor what says which epoch is the best
 * @param patience epochs without a better one before training stops, at least 1; 0 for never
 * @param device cpu or cuda
 * @param mixedPrecision whether the network runs in bfloat16 where that is safe; on GPUs only
 */
public record Training(
    int epochs,
    int batch,
    long seed,
    double warmUpEpochs,
    double clipGradient,
    boolean balanced,
    int windowsPerClip,
    Monitor monitor,
    int patience,
    String device,
    boolean mixedPrecision) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Training {
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, was " + epochs);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, was " + batch);
    }
    if (!(warmUpEpochs >= 0 && warmUpEpochs < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("warmUpEpochs must be at least 0, was " + warmUpEpochs);
    }
    if (!(clipGradient >= 0)) {
      throw new IllegalArgumentException("clipGradient must be at least 0, was " + clipGradient);
    }
    if (windowsPerClip < 1) {
      throw new IllegalArgumentException(
          "windowsPerClip must be at least 1, was " + windowsPerClip);
    }
    if (patience < 0) {
      throw new IllegalArgumentException("patience must be at least 0, was " + patience);
    }
    if (!device.equals("cpu") && !device.equals("cuda")) {
      throw new IllegalArgumentException("device must be cpu or cuda, was " + device);
    }
    if (mixedPrecision && device.equals("cpu")) {
      throw new IllegalArgumentException(
          "mixedPrecision needs device cuda: on the CPU it is slower and less exact");
    }
  }

  /** Returns the same with another seed. */
  public Training withSeed(long other) {
    return new Training(
        epochs,
        batch,
        other,
        warmUpEpochs,
        clipGradient,
        balanced,
        windowsPerClip,
        monitor,
        patience,
        device,
        mixedPrecision);
  }

  /** Thirty epochs of batches of 32 on the CPU. */
  public Training() {
    this(30, 32, 0, 0, 0, false, 1, Monitor.METRIC, 0, "cpu", false);
  }
}
