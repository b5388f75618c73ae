package org.cochlea.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/**
 * A command below {@code cochlea}. Its class is loaded only when it is used.
 *
 * @param label what is typed
 * @param summary what it does, in one line
 * @param factory makes the command
 */
record Subcommand(String label, String summary, Supplier<Callable<Integer>> factory) {

  /** All of them, in the order of the help. */
  static final List<Subcommand> ALL =
      List.of(
          new Subcommand("demo", "Show all of it at work", DemoCommand::new),
          new Subcommand("extract", "Compute features of audio files", ExtractCommand::new),
          new Subcommand("info", "Say what audio files are", InfoCommand::new),
          new Subcommand("plot", "Draw audio files to PNG", PlotCommand::new),
          new Subcommand(
              "preprocess", "Resample, trim, filter, level files", PreprocessCommand::new),
          new Subcommand("augment", "Change files at random, to hear a plan", AugmentCommand::new),
          new Subcommand("split", "Divide a dataset into parts", SplitCommand::new),
          new Subcommand("train", "Train a model on labelled audio", TrainCommand::new),
          new Subcommand("evaluate", "Judge a trained model", EvaluateCommand::new),
          new Subcommand("predict", "Score files with a trained model", PredictCommand::new),
          new Subcommand("export", "Store a trained model to use it elsewhere", ExportCommand::new),
          new Subcommand("bench", "Measure features on this machine", BenchCommand::new),
          new Subcommand("presets", "List the front-ends of named systems", PresetsCommand::new),
          new Subcommand(
              "verify", "Compare results with a set of reference results", VerifyCommand::new),
          new Subcommand("engines", "List the engines and what they run on", EnginesCommand::new));
}
