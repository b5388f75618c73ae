package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.cochlea.cli.plot.PlotKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PlotCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(PlotKind.class)
  void everyKindBecomesAPicture(PlotKind kind) throws IOException {
    Path file = Sounds.tone(folder.resolve("a.wav"), 8_000, 2, 0.3, 440);
    Path png = folder.resolve("a.png");
    Run run = Run.of("plot", file, "--kind", kind, "--out", png, "--width", 300, "--height", "200");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(png.toString(), run.out().strip());
    BufferedImage image = ImageIO.read(png.toFile());
    assertEquals(300, image.getWidth());
    assertEquals(200, image.getHeight());
  }

  @Test
  void severalFilesGoIntoAFolder() throws IOException {
    Sounds.tone(folder.resolve("in/a.wav"), 8_000, 1, 0.1, 440);
    Sounds.tone(folder.resolve("in/sub/b.au"), 8_000, 1, 0.1, 440);
    Path out = folder.resolve("pictures");
    Run run = Run.of("plot", folder.resolve("in"), "--out", out);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(Files.exists(out.resolve("a.mel.png")));
    assertTrue(Files.exists(out.resolve("sub/b.mel.png")));
    assertEquals(
        ExitCode.FAILED,
        Run.of("plot", folder.resolve("in"), "--out", folder.resolve("one.png")).code());
  }

  @ParameterizedTest
  @CsvSource({
    "--kind sonogram, 2, --kind",
    "--cmap jet, 2, --cmap",
    "--n-fft 1, 1, n-fft must be at least 2",
    "--hop-length 0, 1, hop-length must be at least 1",
    "--kind mfcc --n-mfcc 200, 1, 'n-mfcc must be in [1, 128], was 200'",
    "--width 10, 1, 'width must be in [160, 16384], was 10'",
    "--offset -1, 1, --offset must be at least 0",
    "--duration 0, 1, --duration must be above 0",
    "--engine nix, 1, engine must be one of",
    "--out none/a.png, 1, none",
  })
  void wrongOptionsAreOneLineAndNoPicture(String options, int code, String message)
      throws IOException {
    Path file = Sounds.tone(folder.resolve("a.wav"), 8_000, 1, 0.1, 440);
    Path png = folder.resolve("a.png");
    Run run = Run.of((Object[]) ("plot " + file + " --out " + png + " " + options).split(" "));
    if (options.startsWith("--out")) {
      // Given twice.
      assertEquals(ExitCode.USAGE, run.code());
      return;
    }
    assertEquals(code, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(png));
  }
}
