package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.cochlea.audio.file.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {
  private static final List<String> SMALL =
      List.of(
          "--sr=4000",
          "--epochs=40",
          "--batch=4",
          "--lr=0.05",
          "--set=training.monitor=loss",
          "--set=frontEnd.n-fft=128",
          "--set=frontEnd.hop-length=64",
          "--set=frontEnd.n-mels=16",
          "--set=windows.seconds=0.3",
          "--set=division={\"type\":\"random\",\"validation\":0.25,\"test\":0.25}",
          "--model=linear");

  @TempDir private static Path folder;
  private static Path data = Path.of("");

  @BeforeAll
  static void sounds() throws IOException {
    data = folder.resolve("data");
    for (int i = 0; i < 12; i++) {
      Sounds.tone(data.resolve("low/%d.wav".formatted(i)), 8_000, 1, 0.4, 300 + i);
      Sounds.tone(data.resolve("high/%d.wav".formatted(i)), 8_000, 1, 0.5, 900 + i);
    }
  }

  private static Run train(Path out, String... more) {
    List<Object> words = new ArrayList<>(List.of("train", data, "--out", out));
    words.addAll(SMALL);
    words.addAll(List.of(more));
    return Run.of(words.toArray());
  }

  @Test
  void trainEvaluatePredictExport(@TempDir Path work) throws IOException {
    Path out = work.resolve("run");
    Run trained = train(out);
    assertEquals(ExitCode.OK, trained.code(), trained.err());
    assertTrue(
        trained.out().contains("14 training, 4 validation, 6 test; 2 classes"), trained.out());
    assertTrue(trained.out().contains("linear, 642 parameters"), trained.out());
    assertTrue(trained.err().contains("epoch 40/40"), trained.err());
    assertTrue(Files.exists(out.resolve("log.csv")));
    String report = Files.readString(out.resolve("report.html"));
    assertTrue(report.contains("<polyline") && report.contains("Clips that were scored right"));
    assertFalse(report.contains("http"), "the page needs nothing else");

    Run judged = Run.of("evaluate", out);
    assertEquals(ExitCode.OK, judged.code(), judged.err());
    assertEquals("clips            6", judged.outLines().getFirst());
    assertTrue(judged.out().contains("accuracy         1.0000"), judged.out());
    assertEquals(
        "clips            24", Run.of("evaluate", out, "--part", "all").outLines().getFirst());

    Run predicted = Run.of("predict", out, data.resolve("low/0.wav"), data.resolve("high"));
    assertEquals(ExitCode.OK, predicted.code(), predicted.err());
    assertEquals("path,label,high,low", predicted.outLines().getFirst());
    assertEquals(14, predicted.outLines().size());
    assertTrue(predicted.outLines().get(1).contains("0.wav,low,"), predicted.out());
    Run json = Run.of("predict", out, data.resolve("high/0.wav"), "--format", "json");
    assertTrue(String.valueOf(Json.parse("out", json.out())).contains("label=high"), json.out());

    Path exported = work.resolve("model");
    assertEquals(ExitCode.OK, Run.of("export", out, "--out", exported).code());
    assertEquals(
        predicted.out(),
        Run.of("predict", exported, data.resolve("low/0.wav"), data.resolve("high")).out());
    assertTrue(Files.readString(exported.resolve("frontend.txt")).contains("4000 Hz"));

    Run again = train(out);
    assertEquals(ExitCode.FAILED, again.code());
    assertTrue(again.err().contains("has a training run already"), again.err());
    assertEquals(ExitCode.OK, Run.of("train", "--resume", "--out", out).code());
  }

  private static Run folds(Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--set=training.epochs=2",
                "--set=division={\"type\":\"fold\",\"folds\":2,\"validation\":0}",
                "--cross-validate",
                "--seeds=3,5"));
    words.addAll(List.of(more));
    return train(out, words.toArray(String[]::new));
  }

  @Test
  void crossValidation(@TempDir Path work) throws IOException {
    Path out = work.resolve("folds");
    Run all = folds(out);
    assertEquals(ExitCode.OK, all.code(), all.err());
    List<String> table = Files.readAllLines(out.resolve("cross-validation.csv"));
    assertEquals(5, table.size(), table.toString());
    assertTrue(table.getFirst().startsWith("seed,fold,clips,accuracy,"), table.getFirst());
    assertTrue(table.get(1).startsWith("3,fold0,12,") && table.get(4).startsWith("5,fold1,12,"));
    double sum = 0;
    for (int i = 1; i <= 2; i++) {
      sum += Double.parseDouble(table.get(i).split(",", -1)[3]);
    }
    String mean = all.outLines().stream().filter(l -> l.startsWith("mean ")).findFirst().orElse("");
    assertTrue(mean.contains("%.4f".formatted(sum / 2)), mean);
    assertTrue(all.out().contains("over 2 seeds"), all.out());
    // Every clip is tested once per seed.
    assertTrue(all.out().contains("high   24"), all.out());

    // A part that is lost is trained again, the others are not.
    Path weights = out.resolve("seed5-fold1/last.json");
    FileTime kept = Files.getLastModifiedTime(out.resolve("seed3-fold0/last.json"));
    Files.delete(weights);
    Run again = folds(out);
    assertEquals(ExitCode.OK, again.code(), again.err());
    assertEquals(1, again.outLines().stream().filter(l -> l.startsWith("run  ")).count());
    assertEquals(kept, Files.getLastModifiedTime(out.resolve("seed3-fold0/last.json")));
    assertEquals(table, Files.readAllLines(out.resolve("cross-validation.csv")));

    Run other = folds(out, "--set=training.warmUpEpochs=1");
    assertEquals(ExitCode.FAILED, other.code());
    assertTrue(other.err().contains("a run of another configuration"), other.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cross-validate | needs the division fold or group",
        "--cross-validate --set=division=group | the dataset has no groups",
        "--seeds=1,1 | seeds must be different",
        "--seeds=1 --seed=2 | --seed is not for --cross-validate",
        "--seeds=1 --resume | --resume is not for --cross-validate",
      })
  void wrongCrossValidationsAreOneLine(String options, String message, @TempDir Path work) {
    Run run = train(work.resolve("run"), options.split(" ", -1));
    assertEquals(ExitCode.USAGE, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(work.resolve("run")));
  }

  @Test
  void augmentation(@TempDir Path work) throws IOException {
    Path plan = work.resolve("plan.json");
    Files.writeString(
        plan,
        """
        {"waveform": [{"type": "Gain", "p": 1}],
         "spectrogram": [{"type": "Mixup", "alpha": 0.4}]}
        """);
    Run trained = train(work.resolve("run"), "--set=training.epochs=2", "--augment=" + plan);
    assertEquals(ExitCode.OK, trained.code(), trained.err());
    assertTrue(trained.out().contains("augmented  Gain, Mixup"), trained.out());
    assertTrue(trained.err().contains(" augmentation "), trained.err());
    assertTrue(Files.readString(work.resolve("run/report.html")).contains("Augmentations drawn"));
  }

  private static Path extract(Path to, String format) {
    Run run =
        Run.of(
            "extract",
            data,
            "--out",
            to,
            "--format",
            format,
            "--feature=log-mel",
            "--sr=4000",
            "--n-fft=128",
            "--hop-length=64",
            "--n-mels=16",
            "--top-db=none");
    assertEquals(ExitCode.OK, run.code(), run.err());
    return to;
  }

  /** Of whole clips what is read is what would be computed: the runs are the same to the bit. */
  @ParameterizedTest
  @ValueSource(strings = {"npy", "npz", "hdf5", "safetensors"})
  void extractedFeaturesTrainTheSame(String format, @TempDir Path work) throws IOException {
    List<String> words =
        List.of(
            "--set=windows.seconds=0",
            "--set=training.epochs=1",
            "--set=model={\"type\":\"tcn\",\"width\":4,\"levels\":1,\"dropout\":0}");
    List<byte[]> weights = new ArrayList<>();
    for (boolean read : new boolean[] {false, true}) {
      Path out = work.resolve("run" + read);
      List<String> all = new ArrayList<>(words);
      if (read) {
        all.add("--extracted=" + extract(work.resolve("features"), format));
      }
      Run run = train(out, all.toArray(String[]::new));
      assertEquals(ExitCode.OK, run.code(), run.err());
      weights.add(Files.readAllBytes(out.resolve("best.safetensors")));
    }
    assertArrayEquals(weights.get(0), weights.get(1));
  }

  @Test
  void windowsOfExtractedFeatures(@TempDir Path work) throws IOException {
    Path features = extract(work.resolve("features"), "npy");
    Path out = work.resolve("run");
    Run run = train(out, "--extracted=" + features);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.out().contains("linear, 642 parameters"), run.out());
    Run judged = Run.of("evaluate", out);
    assertTrue(judged.out().contains("accuracy         1.0000"), judged.out());
    // Other clips have no feature there: theirs is computed.
    assertEquals(2, Run.of("predict", out, data.resolve("low/0.wav")).outLines().size());
    Files.writeString(features.resolve("index.jsonl"), "");
    Run missing = train(work.resolve("other"), "--extracted=" + features);
    assertEquals(ExitCode.FAILED, missing.code());
    assertTrue(missing.err().contains("has no feature of"), missing.err());
    Run bins =
        train(
            work.resolve("bins"),
            "--extracted=" + extract(features, "npy"),
            "--set=frontEnd.n-mels=20");
    assertTrue(bins.err().contains("the front end gives 20 bins"), bins.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--set=training.epochs=0 | training: epochs must be at least 1, was 0",
        "--set=frontEnd.n-mel=5 | frontEnd: Unknown option",
        "--set=frontEnd.n-mels=0 | --n-mels",
        "--set=model=alexnet | model: there is no \"alexnet\"",
        "--preset=whisper-80 | --preset",
        "--set=division.validation=0.01 | the validation part is empty",
        "--set=training.device=cuda | cuda is not available",
        "--resume | --resume goes on"
      })
  void wrongOptionsAreOneLine(String option, String message, @TempDir Path work) {
    Run run = train(work.resolve("run"), option);
    assertEquals(ExitCode.USAGE, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(work.resolve("run")));
  }

  @Test
  void whatIsNoRunIsSaid(@TempDir Path work) {
    for (String command : List.of("evaluate", "export")) {
      Run run =
          command.equals("export")
              ? Run.of(command, work, "--out", work.resolve("x"))
              : Run.of(command, work);
      assertEquals(ExitCode.FAILED, run.code());
      assertEquals(1, run.errLines().size(), run.err());
    }
    assertEquals(ExitCode.FAILED, Run.of("train", "--resume", "--out", work).code());
  }
}
