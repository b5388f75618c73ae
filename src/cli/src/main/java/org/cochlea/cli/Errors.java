package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Collectors;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.cuda.CudaException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes every error one line that names the option or the file, and no more. */
final class Errors {
  private Errors() {}

  /** Answers a wrong command line. */
  static int onParameters(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    if (List.of(args).contains("--debug")) {
      e.printStackTrace(line.getErr());
    }
    String hint = "(see '%s --help')".formatted(line.getCommandSpec().qualifiedName());
    print(line, sentence(e) + " " + hint);
    return ExitCode.USAGE;
  }

  private static String sentence(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return message(e);
    }
    String word = unmatched.getUnmatched().getFirst();
    String what =
        unmatched.isUnknownOption()
            ? "unknown option " + word
            : e.getCommandLine().getCommandSpec().parent() == null
                ? "unknown command " + word
                : "unexpected argument " + word;
    List<String> near = unmatched.getSuggestions();
    return near.isEmpty()
        ? what
        : "%s; did you mean %s?"
            .formatted(what, near.stream().limit(3).collect(Collectors.joining(" or ")));
  }

  /** Answers what went wrong while a command ran. */
  static int onExecution(Exception e, CommandLine line, ParseResult result) {
    if (debug(result)) {
      e.printStackTrace(line.getErr());
    }
    print(line, describe(e));
    return e instanceof ParameterException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  /** Returns an error in words, in one line. */
  static String describe(Throwable e) {
    return switch (e) {
      case UncheckedIOException wrapped when wrapped.getCause() != null ->
          describe(wrapped.getCause());
      case NoSuchFileException f -> f.getFile() + ": no such file or folder";
      case AccessDeniedException f -> f.getFile() + ": permission denied";
      case FileAlreadyExistsException f -> f.getFile() + ": exists already";
      case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
      case IOException f -> message(f);
      case IllegalArgumentException f -> message(f);
      case EngineUnavailableException f -> message(f);
      case CudaException f -> message(f);
      case OutOfMemoryError _ ->
          "out of memory: use a smaller --batch or fewer --threads, or give the JVM more with"
              + " COCHLEA_OPTS=-Xmx8g";
      default ->
          "internal error: %s (--debug shows where)"
              .formatted(String.join(" ", e.toString().lines().toList()));
    };
  }

  private static String message(Throwable e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return String.join(" ", text.lines().map(String::strip).toList());
  }

  private static void print(CommandLine line, String message) {
    PrintWriter err = line.getErr();
    err.println(line.getCommandSpec().root().name() + ": " + message);
    err.flush();
  }

  private static boolean debug(ParseResult result) {
    for (ParseResult at = result; at != null; at = at.subcommand()) {
      if (at.hasMatchedOption("--debug")) {
        return true;
      }
    }
    return false;
  }
}
