package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandardInputTest {
  @TempDir Path folder;

  private static Run piped(byte[] bytes, Object... words) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(bytes));
    try {
      return Run.of(words);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void audioFromAPipeGivesTheSameAsFromAFile() throws IOException {
    Path file = Sounds.tone(folder.resolve("in/a.wav"), 8_000, 1, 0.5, 440);
    byte[] bytes = Files.readAllBytes(file);
    // ffmpeg does not know the length while it writes to a pipe.
    byte[] streamed = bytes.clone();
    Arrays.fill(streamed, 4, 8, (byte) -1);
    Arrays.fill(streamed, 40, 44, (byte) -1);
    Path out = folder.resolve("out");
    Run plain = Run.of("extract", file, "--feature", "mel", "--out", out, "--engine", "reference");
    assertEquals(ExitCode.OK, plain.code(), plain.err());
    byte[] expected = Files.readAllBytes(out.resolve("a.npy"));
    for (byte[] form : new byte[][] {bytes, streamed}) {
      Run run =
          piped(form, "extract", "-", "--feature", "mel", "--out", out, "--engine", "reference");
      assertEquals(ExitCode.OK, run.code(), run.err());
      assertArrayEquals(expected, Files.readAllBytes(out.resolve("stdin.npy")));
    }
    Run both =
        piped(
            bytes, "extract", "-", file, "--feature", "mel", "--out", out, "--engine", "reference");
    assertTrue(both.out().contains("2 of 2 written"), both.out());
    Run info = piped(bytes, "info", "-");
    assertTrue(info.out().contains("8000 Hz"), info.out());
    Run plot = piped(bytes, "plot", "-", "--out", out);
    assertEquals(ExitCode.OK, plot.code(), plot.err());
    assertTrue(Files.exists(out.resolve("stdin.mel.png")));
  }

  @Test
  void nothingSaysWhereItIsKept() throws IOException {
    Path file = Sounds.tone(folder.resolve("in/a.wav"), 8_000, 1, 0.5, 440);
    byte[] whole = Files.readAllBytes(file);
    Path out = folder.resolve("out");
    Run run = piped(whole, "extract", "-", "--feature", "mel", "--out", out, "--engine", "cpu");
    assertEquals(ExitCode.OK, run.code(), run.err());
    String index = Files.readString(out.resolve("index.jsonl"));
    assertTrue(index.contains("\"audio\":\"-\""), index);
    byte[] broken = "no audio".getBytes(StandardCharsets.UTF_8);
    Path bad = folder.resolve("bad");
    for (Object[] words :
        new Object[][] {
          {"extract", "-", "--feature", "mel", "--out", bad},
          {"preprocess", "-", "--out", bad},
          {"plot", "-", "--out", bad},
          {"info", "-"}
        }) {
      Run failed = piped(broken, words);
      assertEquals(ExitCode.FAILED, failed.code());
      assertEquals(1, failed.errLines().size(), failed.err());
      assertTrue(failed.err().startsWith("cochlea: standard input: "), failed.err());
    }
    assertTrue(Files.readString(bad.resolve("failures.txt")).startsWith("standard input: "));
    byte[] cut = Arrays.copyOf(whole, whole.length - 100);
    Run info = piped(cut, "info", "-", file);
    assertEquals(ExitCode.OK, info.code(), info.err());
    assertTrue(info.err().startsWith("cochlea: warning: standard input: "), info.err());
    assertTrue(info.outLines().get(1).startsWith("-  "), info.out());
    Run twice = piped(whole, "info", "-", "-");
    assertEquals(ExitCode.USAGE, twice.code());
    assertTrue(twice.err().contains("- may be named once"), twice.err());
  }

  @Test
  void anEmptyPipeFails() {
    Run run = piped(new byte[0], "info", "-");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertEquals("cochlea: standard input: is empty", run.errLines().getFirst());
  }
}
