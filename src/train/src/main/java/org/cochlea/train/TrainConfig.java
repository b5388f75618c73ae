package org.cochlea.train;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.cochlea.train.data.Division;
import org.cochlea.train.data.Loading;
import org.cochlea.train.data.Sequences;
import org.cochlea.train.data.Windows;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.optim.Loss;
import org.cochlea.train.optim.OptimizerSpec;
import org.cochlea.train.optim.Schedule;
import org.cochlea.train.torch.Trainable;

/**
 * A training run as a value; {@link ConfigFile} reads and writes it as JSON.
 *
 * @param frontEnd the feature, in the words of the command line: {@code feature} or {@code preset},
 *     {@code sr}, and parameters such as {@code n-mels}; {@code trainable}, see {@link #trainable}.
 *     It is kept for the record and for those who make a {@link org.cochlea.core.preset.Preset} of
 *     it
 * @param windows what of a clip the model reads
 * @param augmentation of the windows of training, in the words of {@link
 *     org.cochlea.audio.augment.AugmentationPlans}, paths absolute; empty for none
 * @param division into training, validation and test parts
 * @param sequences of clips that are joined, for transcribers; none by default
 * @param model what is trained
 * @param loss what is made small
 * @param optimizer how weights are changed
 * @param schedule how the learning rate goes
 * @param training how long and how
 * @param loading how clips are read ahead
 */
public record TrainConfig(
    Map<String, Object> frontEnd,
    Windows windows,
    Map<String, Object> augmentation,
    Division division,
    Sequences sequences,
    ModelSpec model,
    Loss loss,
    OptimizerSpec optimizer,
    Schedule schedule,
    Training training,
    Loading loading) {

  /** What of {@code frontEnd} is no option of the feature, but says what of it is learned. */
  public static final String TRAINABLE = "trainable";

  /** Copies the maps. */
  public TrainConfig {
    frontEnd = Map.copyOf(frontEnd);
    augmentation = Map.copyOf(augmentation);
  }

  /**
   * Returns what of the front end is learned and how fast: {@code frontEnd.trainable}, the learning
   * rate's multiples by kind, such as {@code {"filter-bank": 0.1}}.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public Map<Trainable, Double> trainable() {
    Object given = frontEnd.get(TRAINABLE);
    EnumMap<Trainable, Double> rates = new EnumMap<>(Trainable.class);
    if (given == null) {
      return rates;
    }
    if (!(given instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "frontEnd.trainable must be an object such as {\"filter-bank\": 0.1}, was " + given);
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String name = String.valueOf(entry.getKey());
      Trainable kind =
          Arrays.stream(Trainable.values())
              .filter(one -> word(one).equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "frontEnd.trainable: there is no \"%s\"; there are window, fourier, filter-bank, dct, pcen"
                              .formatted(name)));
      if (!(entry.getValue() instanceof Number rate)) {
        throw new IllegalArgumentException(
            "frontEnd.trainable.%s must be a number, was %s".formatted(name, entry.getValue()));
      }
      rates.put(kind, rate.doubleValue());
    }
    return rates;
  }

  /** Returns what is written for a kind in a configuration: {@code filter-bank}. */
  public static String word(Trainable kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the same with another division and another seed. */
  public TrainConfig with(Division other, long seed) {
    return new TrainConfig(
        frontEnd,
        windows,
        augmentation,
        other,
        sequences,
        model,
        loss,
        optimizer,
        schedule,
        training.withSeed(seed),
        loading);
  }

  /** A small convolutional network on log-mel at 16 kHz, Adam, one cycle. */
  public TrainConfig() {
    this(
        Map.of(
            "feature", "log-mel",
            "sr", 16_000,
            "n-fft", 512,
            "hop-length", 160,
            "n-mels", 64,
            "top-db", "none"),
        new Windows(),
        Map.of(),
        new Division.Parts(),
        new Sequences(),
        new ModelSpec.Cnn(),
        new Loss.CrossEntropy(),
        new OptimizerSpec.Adam(),
        new Schedule.OneCycle(),
        new Training(),
        new Loading());
  }
}
