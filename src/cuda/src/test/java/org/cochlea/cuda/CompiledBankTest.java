package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.preset.Presets;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter banks that are compiled in: kernels/frontend.banks is what the features say. */
class CompiledBankTest {
  private static final int RATE = 16_000;
  private static final Limits H200 = new Limits(132, 232_448, 233_472);

  private static Basis bank(Feature feature) {
    for (Stage stage : feature.pipeline().stages()) {
      if (stage instanceof Stage.Project project) {
        return project.basis();
      }
    }
    throw new AssertionError(feature + " has no filter bank");
  }

  private static Map<String, Basis> banks() {
    StftSpec nemo = StftSpec.centred(512, 160, Padding.ZERO);
    Map<String, Basis> banks = new LinkedHashMap<>();
    banks.put("whisper_80", bank(Presets.named("whisper-80").feature()));
    banks.put("whisper_128", bank(Presets.named("whisper-128").feature()));
    banks.put("torchaudio_128", bank(MelSpectrogram.torchaudio(RATE)));
    banks.put("nemo_80", bank(new MelSpectrogram(RATE, nemo, MelSpec.slaney(80, 0, 8000), 2)));
    banks.put("kaldi_80", bank(Presets.named("kaldi-fbank-80").feature()));
    return banks;
  }

  private static String text(Map<String, Basis> banks) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        // Filter banks that kernels of frontend.instances have in their instructions. Written by
        // CompiledBankTest, which holds this list to the features; compiled (banks.cuh), shipped and
        // read by the launcher.
        //
        // BANK(name, bins), then an output a line: BAND(first bin, weights, weight …), then END(name).
        """);
    banks.forEach(
        (name, basis) -> {
          text.append("BANK(%s, %d)\n".formatted(name, basis.columns()));
          for (int r = 0; r < basis.rows(); r++) {
            CompiledBank.Band band = CompiledBank.band(basis, r);
            text.append("BAND(%d, %d".formatted(band.start(), band.weights().size()));
            band.weights().forEach(w -> text.append(", ").append(w).append('f'));
            text.append(")\n");
          }
          text.append("END(%s)\n".formatted(name));
        });
    return text.toString();
  }

  @Test
  void theListIsWhatTheFeaturesSay() throws IOException {
    String expected = text(banks());
    Path written = Path.of("target", "frontend.banks");
    Files.createDirectories(written.getParent());
    Files.writeString(written, expected, StandardCharsets.UTF_8);
    assertEquals(
        expected,
        Files.readString(Path.of("..", "..", "kernels", "frontend.banks"), StandardCharsets.UTF_8),
        "src/cuda/target/frontend.banks is what kernels/frontend.banks must be");
  }

  private static Basis halved(Basis basis) {
    double[][] rows = new double[basis.rows()][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = basis.row(r);
    }
    rows[rows.length - 1][basis.bandStart(rows.length - 1)] /= 2;
    return Basis.of(rows);
  }

  @Test
  void aBankIsReadAsItWasWritten() {
    List<CompiledBank> read = CompiledBank.parse(text(banks()));
    List<String> names = new ArrayList<>();
    banks()
        .forEach(
            (name, basis) -> {
              CompiledBank bank = read.get(names.size());
              assertEquals(name, bank.name());
              assertTrue(bank.is(basis), name);
              assertFalse(bank.is(halved(basis)), name);
              names.add(name);
            });
    assertEquals(names.size(), read.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"whisper-80", "whisper-128", "kaldi-fbank-80", "torchaudio-log-mel"})
  void presetsUseThem(String preset) {
    Program program =
        new Planner(KernelImages.instances(), H200)
            .plan(Presets.named(preset).feature().pipeline(), false);
    Frontend frontend = (Frontend) program.launches().getFirst();
    String name = preset.replace("-fbank", "").replace("-log-mel", "-128").replace('-', '_');
    assertTrue(frontend.kernels().getFirst().endsWith(name), frontend.kernels().toString());
  }
}
