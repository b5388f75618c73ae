package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.cochlea.train.data.Division;
import org.cochlea.train.data.Sequences;
import org.cochlea.train.model.Activation;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.optim.OptimizerSpec;
import org.cochlea.train.optim.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
  @Test
  void writtenAndReadIsTheSame(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    for (ModelSpec model : ModelSpec.named().values()) {
      TrainConfig start = new TrainConfig();
      TrainConfig config =
          new TrainConfig(
              Map.of("preset", "whisper-80"),
              start.windows(),
              start.augmentation(),
              new Division.Fold(5, 2, 0.1, true),
              new Sequences(2, 5, 0.1, 3),
              model,
              start.loss(),
              new OptimizerSpec.Sgd(0.1, 0.5, true, 1e-4),
              new Schedule.Cyclical(),
              start.training(),
              start.loading());
      ConfigFile.write(config, file);
      assertEquals(config, ConfigFile.read(file, Map.of()));
    }
  }

  @Test
  void whatIsNotSaidHasItsDefaultAndOptionsComeLast(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(
        file,
        """
        {"model": {"activation": "elu"}, "optimizer": "adam-w", "training": {"epochs": 3},
         "frontEnd": {"feature": "mfcc", "sr": 8000}, "schedule": {"type": "step", "gamma": 0.5}}
        """);
    TrainConfig config =
        ConfigFile.read(file, Map.of("training.batch", "7", "optimizer.learningRate", "3e-4"));
    assertEquals(Map.of("feature", "mfcc", "sr", 8000), config.frontEnd());
    assertEquals(new OptimizerSpec.AdamW(3e-4, 1e-2), config.optimizer());
    assertEquals(new Schedule.Step(10, 0.5), config.schedule());
    assertEquals(3, config.training().epochs());
    assertEquals(7, config.training().batch());
    ModelSpec.Cnn cnn = (ModelSpec.Cnn) config.model();
    assertEquals(Activation.ELU, cnn.activation());
    assertEquals(new ModelSpec.Cnn().blocks(), cnn.blocks());
    assertEquals(ModelSpec.Cnn.vgg(), ConfigFile.read(null, Map.of("model", "vgg")).model());
    assertEquals(
        new ModelSpec.Cnn(
            ModelSpec.Cnn.vgg().blocks(),
            true,
            Activation.RELU,
            ModelSpec.Cnn.vgg().pooling(),
            ModelSpec.Cnn.vgg().dense(),
            0.5),
        ConfigFile.read(null, Map.of("model", "{\"type\": \"vgg\", \"dropout\": 0.5}")).model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "training.epochs | 0 | training: epochs must be at least 1, was 0",
        "training.epoch | 3 | training.epoch: not known; known are balanced, batch, clipGradient,",
        "model | resnet-7 | model: there is no \"resnet-7\"",
        "model.dropout | 1.5 | model: dropout must be in [0, 1), was 1.5",
        "training.mixedPrecision | true | training: mixedPrecision needs device cuda",
        "training.device | tpu | training: device must be cpu or cuda, was tpu",
        "windows.fill | noise | windows.fill: ",
        "division | {\"type\": \"random\", \"validation\": 1} | division: validation must be in [0, 1)"
      })
  void wrongValuesNameTheirPlace(String path, String value, String message) {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class, () -> ConfigFile.read(null, Map.of(path, value)));
    assertTrue(
        String.valueOf(error.getMessage()).startsWith(message), String.valueOf(error.getMessage()));
    assertEquals(1, String.valueOf(error.getMessage()).lines().count());
  }

  @Test
  void aFileThatIsNoJsonIsOneLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{epochs: 3}");
    IOException error = assertThrows(IOException.class, () -> ConfigFile.read(file, Map.of()));
    assertTrue(String.valueOf(error.getMessage()).startsWith(file + ": not JSON"));
  }
}
