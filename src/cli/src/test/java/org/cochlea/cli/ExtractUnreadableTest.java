package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.audio.file.Npy;
import org.cochlea.cli.extract.ExtractSettings;
import org.cochlea.cli.extract.Extraction;
import org.cochlea.cli.extract.OutputFormat;
import org.cochlea.cli.extract.Report;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.preset.Preset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractUnreadableTest {
  @TempDir Path folder;

  /** Between the listing and the reading, everything may happen to a file. */
  @Test
  void whatHappensToFilesAfterTheListingStopsNothing() throws IOException {
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    for (String name : List.of("whole", "gone", "folder", "locked", "cut", "growing")) {
      Sounds.tone(in.resolve(name + ".wav"), 8_000, 1, 0.4, 440);
    }
    byte[] bytes = Files.readAllBytes(in.resolve("growing.wav"));
    Files.write(in.resolve("growing.wav"), Arrays.copyOf(bytes, 5000));
    Path locked = in.resolve("locked.wav");
    Extraction extraction =
        Extraction.of(
            settings(folder.resolve("out")),
            List.of(in.toString()),
            0,
            10,
            Errors::describe,
            _ -> {});
    Files.delete(in.resolve("gone.wav"));
    Files.delete(in.resolve("folder.wav"));
    Files.createDirectory(in.resolve("folder.wav"));
    locked.toFile().setReadable(false);
    Files.write(in.resolve("cut.wav"), Arrays.copyOf(bytes, 5001));
    Files.write(in.resolve("growing.wav"), bytes);
    Report report = extraction.run();
    List<String> expected = new ArrayList<>();
    expected.add(in.resolve("folder.wav") + ": is a directory");
    expected.add(in.resolve("gone.wav") + ": no such file or folder");
    // Root reads it all the same.
    if (!Files.isReadable(locked)) {
      expected.add(locked + ": permission denied");
    }
    assertEquals(expected, report.failures().stream().map(Object::toString).toList());
    assertEquals(6 - expected.size(), report.written());
    assertEquals(1, report.warnings().size());
    assertTrue(
        report.warnings().getFirst().startsWith(in.resolve("cut.wav") + ": the file is cut off"),
        report.warnings().toString());
    assertArrayEquals(
        Npy.read(out.resolve("whole.npy")).toFloats(),
        Npy.read(out.resolve("growing.npy")).toFloats());
  }

  private ExtractSettings settings(Path out) {
    return new ExtractSettings(
        rate -> Preset.of("rms", "", rate, Rms.librosa()),
        "",
        out,
        OutputFormat.NPY,
        false,
        Engines.named("reference"),
        ExtractorOptions.defaults(),
        1,
        1,
        60,
        false);
  }
}
