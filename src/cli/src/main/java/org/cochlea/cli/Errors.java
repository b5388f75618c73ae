package org.cochlea.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cochlea.cli.extract.StandardInput;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.cuda.CudaException;
import org.cochlea.train.NonFiniteLossException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Makes every error one line that names the option or the file, and no more. */
final class Errors {
  private Errors() {}

  /** Says what a value should have been, by its type. */
  private static String expected(ArgSpec at, String value, TypeConversionException wrong) {
    Class<?> type = at.isMultiValue() ? at.auxiliaryTypes()[0] : at.type();
    String bound;
    if (at.converters().length > 0) {
      return message(wrong);
    }
    if (type.isEnum()) {
      bound =
          "one of "
              + Stream.of(type.getEnumConstants())
                  .map(Object::toString)
                  .collect(Collectors.joining(", "));
    } else if (type == Double.class || type == double.class) {
      bound = "a number";
    } else if (type == Integer.class || type == int.class) {
      bound = whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    } else if (type == Long.class || type == long.class) {
      bound = whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
    } else {
      return message(wrong);
    }
    return "must be %s, was %s".formatted(bound, value);
  }

  private static String whole(String value, long least, long most) {
    if (!value.matches("[+-]?\\d+")) {
      return "a whole number";
    }
    return value.startsWith("-") ? "at least " + least : "at most " + most;
  }

  /** Answers a wrong command line. */
  static int onParameters(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    if (List.of(args).contains("--debug")) {
      e.printStackTrace(line.getErr());
    }
    print(line, sentence(e) + hint(line));
    return ExitCode.USAGE;
  }

  private static String sentence(ParameterException e) {
    ArgSpec at = e.getArgSpec();
    if (at != null && e.getCause() instanceof TypeConversionException wrong) {
      String name = at instanceof OptionSpec option ? option.longestName() : at.paramLabel();
      return name + " " + expected(at, e.getValue(), wrong);
    }
    if (e instanceof MutuallyExclusiveArgsException) {
      return message(e).replaceFirst("^Error: ", "");
    }
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

  private static String hint(CommandLine line) {
    return " (see '%s --help')".formatted(line.getCommandSpec().qualifiedName());
  }

  /**
   * Answers what went wrong while a command ran. What is wrong with a file is an {@link
   * IOException}; an {@link IllegalArgumentException} that comes as far as this is about the
   * command line.
   */
  static int onExecution(Exception e, CommandLine line, ParseResult result) {
    if (debug(result)) {
      e.printStackTrace(line.getErr());
    }
    boolean usage = e instanceof IllegalArgumentException || e instanceof ParameterException;
    print(line, usage ? message(e) + hint(line) : describe(e));
    return usage ? ExitCode.USAGE : ExitCode.FAILED;
  }

  /** Answers what is no exception: the memory is full, a class is missing. */
  static int onError(Error e, CommandLine line, String[] args) {
    if (List.of(args).contains("--debug")) {
      e.printStackTrace(line.getErr());
    }
    print(line, describe(e));
    return ExitCode.FAILED;
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
      case NonFiniteLossException f -> message(f);
      case OutOfMemoryError _ ->
          "out of memory: use a smaller --batch or fewer --threads, or give the JVM more with"
              + " COCHLEA_OPTS=-Xmx8g";
      default ->
          "internal error: %s (--debug shows where)"
              .formatted(String.join(" ", e.toString().lines().toList()));
    };
  }

  private static String message(Throwable e) {
    String text =
        e instanceof PatternSyntaxException pattern
            ? "%s is not a pattern: %s".formatted(pattern.getPattern(), pattern.getDescription())
            : e.getMessage() == null ? e.toString() : e.getMessage();
    return StandardInput.named(String.join(" ", text.lines().map(String::strip).toList()));
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
