package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.train.ConfigFile;
import org.cochlea.train.RunFolder;
import org.cochlea.train.TrainConfig;
import org.cochlea.train.TrainListener;
import org.cochlea.train.TrainedModel;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A trained model. */
final class ModelOptions {
  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "The folder of a training run, or of an exported model.")
  Path run = Path.of("");

  @Option(
      names = "--last",
      description = "Take the weights of the last step instead of those of the best epoch.")
  boolean last;

  RunFolder folder() {
    return new RunFolder(run);
  }

  RunFolder.Which which() {
    return last ? RunFolder.Which.LAST : RunFolder.Which.BEST;
  }

  TrainedModel load(Engine engine, ExtractorOptions options) throws IOException {
    TrainConfig config = ConfigFile.read(folder().config(), Map.of());
    return TrainedModel.load(folder(), which(), FrontEnds.of(config.frontEnd()), engine, options);
  }

  /** Tells of clips that cannot be read. */
  static TrainListener telling(PrintWriter err) {
    return new TrainListener() {
      @Override
      public void skipped(Path file, String why) {
        err.println("cochlea: left out: " + why);
        err.flush();
      }
    };
  }
}
