package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.preset.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresetsCommandTest {
  @Test
  void everyPresetHasALine() {
    Run run = Run.of("presets");
    assertEquals(ExitCode.OK, run.code(), run.err());
    List<Preset> all = Presets.all();
    assertEquals(all.size() + 1, run.outLines().size());
    for (int i = 0; i < all.size(); i++) {
      String line = run.outLines().get(i + 1);
      assertTrue(line.startsWith(all.get(i).name() + " "), line);
      assertTrue(line.endsWith(all.get(i).description()), line);
    }
  }

  @Test
  void showPrintsEveryParameter() {
    Run run = Run.of("presets", "show", "whisper-80", "vggish");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.out().contains(Presets.named("whisper-80").describe()), run.out());
    assertTrue(run.out().contains(Presets.named("vggish").describe()), run.out());
    assertTrue(run.out().contains("hopLength=160"), run.out());
  }

  @Test
  void searchLooksAtNamesAndDescriptions() {
    Run run = Run.of("presets", "--search", "WHISPER");
    assertTrue(run.outLines().size() > 2, run.out());
    assertTrue(
        run.outLines().stream().skip(1).allMatch(line -> line.contains("hisper")), run.out());
  }

  @ParameterizedTest
  @CsvSource({
    "show whisper, 2, did you mean whisper-80 or",
    "show nix, 2, no preset is called nix; 'cochlea presets' lists them",
    "show whisper-80 nix, 2, nix",
    "show, 2, NAME is missing",
    "whisper-80, 2, did you mean show?",
    "--search nothing-like-it, 1, no preset matches",
    "--search, 2, --search",
  })
  void whatIsWrongIsSaidInOneLine(String words, int code, String message) {
    Run run = Run.of((Object[]) ("presets " + words).split(" "));
    assertEquals(code, run.code(), run.err());
    assertEquals("", run.out());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
  }
}
