package org.cochlea.train;

import java.util.Map;
import org.cochlea.train.data.Division;
import org.cochlea.train.data.Loading;
import org.cochlea.train.data.Windows;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.optim.Loss;
import org.cochlea.train.optim.OptimizerSpec;
import org.cochlea.train.optim.Schedule;

/**
 * A training run as a value; {@link ConfigFile} reads and writes it as JSON.
 *
 * @param frontEnd the feature, in the words of the command line: {@code feature} or {@code preset},
 *     {@code sr}, and parameters such as {@code n-mels}. It is kept for the record and for those
 *     who make a {@link org.cochlea.core.preset.Preset} of it
 * @param windows what of a clip the model reads
 * @param augmentation of the windows of training, in the words of {@link
 *     org.cochlea.audio.augment.AugmentationPlans}, paths absolute; empty for none
 * @param division into training, validation and test parts
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
    ModelSpec model,
    Loss loss,
    OptimizerSpec optimizer,
    Schedule schedule,
    Training training,
    Loading loading) {

  /** Copies the maps. */
  public TrainConfig {
    frontEnd = Map.copyOf(frontEnd);
    augmentation = Map.copyOf(augmentation);
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
        new ModelSpec.Cnn(),
        new Loss.CrossEntropy(),
        new OptimizerSpec.Adam(),
        new Schedule.OneCycle(),
        new Training(),
        new Loading());
  }
}
