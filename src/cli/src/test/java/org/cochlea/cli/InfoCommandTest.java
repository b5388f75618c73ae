package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfoCommandTest {
  @TempDir Path folder;

  @Test
  void oneFileIsDescribedLineByLine() throws IOException {
    Path file = Sounds.tone(folder.resolve("a.wav"), 8_000, 2, 0.5, 440);
    Run run = Run.of("info", file, "--stats");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals("container  WAV", run.outLines().get(1));
    assertEquals("encoding   16-bit PCM", run.outLines().get(2));
    assertEquals("rate       8000 Hz", run.outLines().get(3));
    assertEquals("channels   2", run.outLines().get(4));
    assertEquals("samples    12000", run.outLines().get(5));
    assertEquals("duration   1.500 s", run.outLines().get(6));
    // Amplitude 0.5 is -6.0 dBFS; a sine's RMS is 3.0 dB below, a third of the time 4.8 dB more.
    assertEquals("peak       −6.0 dBFS".replace('−', '-'), run.outLines().get(7));
    assertEquals("RMS        -13.8 dBFS", run.outLines().get(8));
    assertTrue(run.outLines().get(9).matches("loudness   -\\d+\\.\\d LUFS"), run.out());
  }

  @Test
  void severalFilesAreATableAndThoseThatFailAreNamed() throws IOException {
    Sounds.tone(folder.resolve("a.wav"), 8_000, 1, 0.1, 440);
    Sounds.tone(folder.resolve("sub/b.au"), 16_000, 1, 0.1, 440);
    Files.writeString(folder.resolve("c.wav"), "this is no sound");
    Run run = Run.of("info", folder);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(3, run.outLines().size(), run.out());
    assertTrue(run.out().contains("AU") && run.out().contains("16000 Hz"), run.out());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains("c.wav"), run.err());
  }

  @Test
  void whatIsNotThereIsOneLine() {
    Run run = Run.of("info", folder.resolve("none.wav"));
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(
        "cochlea: %s: no such file or folder".formatted(folder.resolve("none.wav")),
        run.err().strip());
    assertTrue(Run.of("info", folder).err().contains("no audio files"));
    assertEquals(ExitCode.USAGE, Run.of("info").code());
  }

  @Test
  void featuresAreDescribedAndDrawn() throws IOException {
    Path file = folder.resolve("a.npy");
    Npy.write(file, NdArray.of(new float[] {1, 2, 3, Float.NaN, -5, 0.5f}, 2, 3));
    Run run = Run.of("info", file);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals("shape       [2, 3]", run.outLines().get(1));
    assertEquals("type        float32", run.outLines().get(2));
    assertEquals("range       -5.00000 to 3.00000", run.outLines().get(3));
    assertEquals("not finite  1", run.outLines().get(5));
    Path png = folder.resolve("a.png");
    assertEquals(ExitCode.OK, Run.of("plot", file, "--out", png).code());
    assertTrue(Files.size(png) > 1000);
  }
}
