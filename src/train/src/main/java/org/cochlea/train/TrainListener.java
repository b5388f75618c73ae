package org.cochlea.train;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Is told how training goes, on the thread that trains. */
public interface TrainListener {

  /**
   * Where the time of the steps went, in seconds: of loading what the loader's threads spent,
   * beside the others and in part at the same time.
   *
   * @param load decoding, resampling, cutting
   * @param augmentation of waveforms and features
   * @param features the feature
   * @param model the network, its gradient and the optimiser
   */
  record Times(double load, double augmentation, double features, double model) {
    /** None yet. */
    public static final Times NONE = new Times(0, 0, 0, 0);

    Times plus(Times other) {
      return new Times(
          load + other.load,
          augmentation + other.augmentation,
          features + other.features,
          model + other.model);
    }

    double sum() {
      return load + augmentation + features + model;
    }

    /**
     * Returns the shares in percent: {@code load 10 % features 5 % model 85 %}, and of augmentation
     * where there is any.
     */
    public String shares() {
      double all = Math.max(sum(), 1e-9) / 100;
      return "load %.0f %%%s features %.0f %% model %.0f %%"
          .formatted(
              load / all,
              augmentation > 0 ? " augmentation %.0f %%".formatted(augmentation / all) : "",
              features / all,
              model / all);
    }
  }

  /**
   * A step is done.
   *
   * @param epoch from 1
   * @param step of the epoch, from 1
   * @param steps of the epoch
   * @param loss its mean in the epoch so far
   * @param windows of the step
   * @param times of the epoch so far
   */
  default void step(int epoch, int step, int steps, double loss, int windows, Times times) {}

  /**
   * An epoch is done.
   *
   * @param result what came out
   */
  default void epoch(EpochResult result) {}

  /**
   * A clip could not be read and is left out.
   *
   * @param file the clip
   * @param why in one line
   */
  default void skipped(Path file, String why) {}

  /**
   * What an epoch gave.
   *
   * @param epoch from 1
   * @param step of the whole training, when it ended
   * @param seconds it took, validation included
   * @param learningRate of its last step
   * @param loss the mean over its windows
   * @param validation on the validation part, null if there is none
   * @param best whether it is the best so far
   * @param times where the time went
   */
  record EpochResult(
      int epoch,
      long step,
      double seconds,
      double learningRate,
      double loss,
      @Nullable Evaluation validation,
      boolean best,
      Times times) {}

  /** Returns a listener that does nothing. */
  static TrainListener silent() {
    return new TrainListener() {};
  }

  /** Returns a listener that tells others, one after the other. */
  static TrainListener all(List<TrainListener> listeners) {
    return new TrainListener() {
      @Override
      public void step(int epoch, int step, int steps, double loss, int windows, Times times) {
        listeners.forEach(one -> one.step(epoch, step, steps, loss, windows, times));
      }

      @Override
      public void epoch(EpochResult result) {
        listeners.forEach(one -> one.epoch(result));
      }

      @Override
      public void skipped(Path file, String why) {
        listeners.forEach(one -> one.skipped(file, why));
      }
    };
  }
}
