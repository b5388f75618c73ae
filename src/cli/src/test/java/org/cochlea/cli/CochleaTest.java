package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CochleaTest {

  @Test
  void helpListsEveryCommandWithOneLine() {
    Run run = Run.of("--help");
    assertEquals(ExitCode.OK, run.code());
    assertEquals("", run.err());
    for (Subcommand command : Subcommand.ALL) {
      assertTrue(
          run.out().contains(command.label() + " ") && run.out().contains(command.summary()),
          run.out());
    }
  }

  @Test
  void withoutArgumentsItShowsTheHelp() {
    assertEquals(Run.of("--help"), Run.of());
  }

  @Test
  void versionIsThatOfTheBuild() {
    Run run = Run.of("--version");
    assertEquals(ExitCode.OK, run.code());
    assertTrue(run.out().matches("(?s)cochlea \\d+\\.\\d+\\.\\d+.*Java .*"), run.out());
  }

  static List<Subcommand> commands() {
    return Subcommand.ALL;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("commands")
  void everyCommandHasHelpWithExamples(Subcommand command) {
    Run run = Run.of(command.label(), "--help");
    assertEquals(ExitCode.OK, run.code());
    assertEquals("", run.err());
    assertTrue(run.out().contains("Usage: cochlea " + command.label()), run.out());
    assertTrue(run.out().contains("cochlea " + command.label() + " "), run.out());
    assertTrue(run.out().contains("Example"), run.out());
    assertTrue(
        run.outLines().stream().allMatch(line -> line.length() <= 100), "a line is too long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--nix", "nix"})
  void whatIsUnknownIsNamedInOneLine(String word) {
    Run run = Run.of(word);
    assertEquals(ExitCode.USAGE, run.code());
    assertEquals("", run.out());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().startsWith("cochlea: unknown"), run.err());
    assertTrue(run.err().contains(word), run.err());
  }

  @Test
  void stackTracesAreForDebuggingOnly() {
    assertFalse(Run.of("presets", "show", "nix").err().contains("\tat "));
    Run debug = Run.of("presets", "show", "nix", "--debug");
    assertEquals(ExitCode.USAGE, debug.code());
    assertTrue(debug.err().contains("\tat "), debug.err());
  }

  @Test
  void suggestsWhatWasMeant() {
    Run run = Run.of("--versoin");
    assertTrue(run.err().contains("did you mean --version?"), run.err());
  }

  @Test
  void errorsOfTheFileSystemNameTheFile() {
    assertEquals(
        "a.wav: no such file or folder", Errors.describe(new NoSuchFileException("a.wav")));
    assertEquals("a.wav: permission denied", Errors.describe(new AccessDeniedException("a.wav")));
    assertEquals(
        "a.wav: broken",
        Errors.describe(new UncheckedIOException(new IOException("a.wav: broken"))));
  }

  @Test
  void errorsAreOneLine() {
    for (Throwable e :
        List.of(
            new IllegalArgumentException("one\ntwo"),
            new IllegalStateException("one\ntwo"),
            new IOException("one\r\ntwo"))) {
      assertEquals(1, Errors.describe(e).lines().count());
    }
  }
}
