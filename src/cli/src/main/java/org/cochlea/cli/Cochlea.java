package org.cochlea.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command above all others. */
@Command(
    name = "cochlea",
    versionProvider = Cochlea.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Audio features for neural networks: spectrograms, mel, MFCC and friends.",
    footer = {
      "",
      "Examples:",
      "  cochlea extract recordings --feature log-mel --out features",
      "  cochlea info recordings/one.wav",
      "  cochlea COMMAND --help"
    })
final class Cochlea implements Callable<Integer> {
  @Mixin Common common = new Common();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** Runs one command on the process's streams and returns its exit code. */
  static int run(String... args) {
    return run(writer(System.out), writer(System.err), args);
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /** Runs one command and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    String[] words = Arrays.stream(args).map(Cochlea::dashed).toArray(String[]::new);
    CommandLine line = commandLine(words);
    line.setOut(out).setErr(err);
    int code;
    try {
      code = line.execute(words);
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      code = Errors.onError(e, line, words);
    }
    out.flush();
    err.flush();
    return code;
  }

  /** Options may be spelt with underscores, as parameters are in Python. */
  private static String dashed(String word) {
    if (!word.startsWith("--")) {
      return word;
    }
    int end = word.indexOf('=');
    String name = end < 0 ? word : word.substring(0, end);
    return name.replace('_', '-') + word.substring(name.length());
  }

  /** Only the command that is asked for is loaded; of all, the help needs one line each. */
  private static CommandLine commandLine(String... args) {
    CommandLine root = new CommandLine(new Cochlea());
    String first = args.length > 0 ? args[0] : "";
    boolean one = Subcommand.ALL.stream().anyMatch(command -> command.label().equals(first));
    for (Subcommand command : Subcommand.ALL) {
      boolean wanted = command.label().equals(first);
      if (one && !wanted) {
        continue;
      }
      CommandLine line =
          wanted ? new CommandLine(command.factory().get()) : new CommandLine(CommandSpec.create());
      FeatureOptions.group(line.getCommandSpec());
      line.getCommandSpec().usageMessage().header(command.summary() + ".");
      root.addSubcommand(command.label(), line);
    }
    root.setParameterExceptionHandler(Errors::onParameters);
    root.setExecutionExceptionHandler(Errors::onExecution);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.registerConverter(Path.class, Cochlea::path);
    root.setAbbreviatedOptionsAllowed(false);
    root.setUsageHelpAutoWidth(false);
    root.setUsageHelpWidth(100);
    return root;
  }

  private static Path path(String text) {
    if (text.isBlank()) {
      // What a variable of the shell leaves that is not set; it would mean the working directory.
      throw new TypeConversionException("must not be empty");
    }
    return Path.of(text);
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return ExitCode.OK;
  }

  /** Reads the version that the build wrote. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties build = new Properties();
      try (InputStream in = Cochlea.class.getResourceAsStream("build.properties")) {
        if (in != null) {
          build.load(in);
        }
      }
      return new String[] {
        "cochlea " + build.getProperty("version", "(unknown)"),
        "Java %s (%s)".formatted(Runtime.version(), System.getProperty("java.vm.name"))
      };
    }
  }
}
