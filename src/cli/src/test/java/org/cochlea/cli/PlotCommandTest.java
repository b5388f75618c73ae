package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
        ExitCode.USAGE,
        Run.of("plot", folder.resolve("in"), "--out", folder.resolve("one.png")).code());
  }

  @Test
  void emptyFiltersAndDamageAreWarnedOf() throws IOException {
    Path whole = Sounds.tone(folder.resolve("in/a.wav"), 8_000, 1, 0.1, 440);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("in/cut.wav"), Arrays.copyOf(bytes, bytes.length - 100));
    Run run =
        Run.of("plot", whole, cut, "--out", folder.resolve("out"), "--n-fft", 128, "--n-mels", 128);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(2, run.errLines().size(), run.err());
    // librosa.filters.mel(sr=8000, n_fft=128) has 29 rows of zeros.
    assertTrue(
        run.err().startsWith("cochlea: warning: at 8000 Hz 29 of 128 filters are empty"),
        run.err());
    assertTrue(
        run.errLines().getLast().startsWith("cochlea: warning: " + cut + ": the file is cut off"),
        run.err());
    assertEquals("", Run.of("plot", whole, "--out", folder.resolve("out")).err());
    assertEquals(
        "",
        Run.of(
                "plot",
                whole,
                "--out",
                folder.resolve("out"),
                "--kind",
                "spectrogram",
                "--n-fft",
                16)
            .err());
  }

  @ParameterizedTest
  @CsvSource({
    "--kind sonogram, '--kind must be one of spectrogram, log-spectrogram, mel'",
    "--cmap jet, --cmap must be one of magma",
    "--n-fft 1, '--n-fft must be in [2, 67108864], was 1'",
    "--hop-length 0, '--hop-length must be in [1, 67108864], was 0'",
    "--n-mels 0, '--n-mels must be at least 1, was 0'",
    "--kind mfcc --n-mfcc 200, '--n-mfcc must be in [1, 128], was 200'",
    "--width 10, '--width must be in [160, 16384], was 10'",
    "--offset -1, --offset must be at least 0",
    "--duration 0, --duration must be above 0",
    "--frame-rate NaN, '--frame-rate must be at least 0, was NaN'",
    "--engine nix, --engine must be one of",
    "--threads 0, '--threads must be at least 1, was 0'",
    "--out none/a.png, --out",
  })
  void wrongOptionsAreOneLineAndNoPicture(String options, String message) throws IOException {
    Path file = Sounds.tone(folder.resolve("a.wav"), 8_000, 1, 0.1, 440);
    Path png = folder.resolve("a.png");
    Run run = Run.of((Object[]) ("plot " + file + " --out " + png + " " + options).split(" "));
    assertEquals(ExitCode.USAGE, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(png));
  }
}
