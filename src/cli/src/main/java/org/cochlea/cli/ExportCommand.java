package org.cochlea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cochlea.train.ConfigFile;
import org.cochlea.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code cochlea export}: a trained model to use elsewhere. */
@Command(
    name = "export",
    sortOptions = false,
    description = {
      "Stores a trained model in a folder: model.safetensors with the weights, config.json and"
          + " model.json with what 'cochlea evaluate' and 'cochlea predict' need, frontend.txt with"
          + " every step before the network, in words. The scores are those of the run, to the"
          + " last bit."
    },
    footer = {"", "Examples:", "  cochlea export run --out model"})
final class ExportCommand implements Callable<Integer> {
  @Mixin ModelOptions model = new ModelOptions();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "DIR",
      description = "Where to; made if there is none.")
  Path out = Path.of("");

  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    TrainConfig config = ConfigFile.read(model.folder().config(), Map.of());
    String frontEnd = FrontEnds.of(config.frontEnd()).describe();
    Path weights = model.folder().weights(model.which());
    Files.createDirectories(out);
    copy(weights, "model.safetensors");
    copy(model.folder().config(), "config.json");
    copy(model.folder().model(), "model.json");
    StringBuilder steps = new StringBuilder(frontEnd).append('\n');
    config
        .trainable()
        .forEach(
            (kind, rate) ->
                steps.append(
                    "%s was learned, at %s times the learning rate: frontend.* in model.safetensors%n"
                        .formatted(TrainConfig.word(kind), rate)));
    Files.writeString(out.resolve("frontend.txt"), steps);
    spec.commandLine().getOut().println("model  " + out);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }

  private void copy(Path file, String name) throws IOException {
    Files.copy(file, out.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
