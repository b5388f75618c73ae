package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyCommandTest {
  private static final Path REFERENCE = Path.of("../core/src/test/resources/reference");
  private static final Path SMALL = Path.of("src/test/resources/verify");
  private static final Path ANALYSES = Path.of("src/test/resources/analyses");
  private static final Path SIGNALS = Path.of("src/test/resources/signals");
  private static final Path TRANSFORMS = Path.of("src/test/resources/transforms");

  static List<String> engines() {
    return Engines.all().stream()
        .filter(engine -> engine.probe() instanceof Available)
        .map(Engine::name)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void everyReferenceIsMetOnEveryEngine(String engine) {
    Run run = Run.of("verify", REFERENCE, "--engine", engine);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertEquals("127 passed, 0 failed, 0 unsupported", run.outLines().getLast());
  }

  @Test
  void otherArgumentsAreMetToo() {
    Run run = Run.of("verify", SMALL, "--engine", "reference");
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(run.outLines().getLast().endsWith(" passed, 0 failed, 0 unsupported"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void analysesAreMetWithOtherArgumentsToo(String engine) {
    Run run = Run.of("verify", ANALYSES, "--engine", engine);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(run.outLines().getLast().endsWith(" passed, 0 failed, 0 unsupported"), run.out());
  }

  /** Resamplers of librosa's, and unusual arguments of torchaudio, Kaldi, psf and Whisper. */
  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void signalsAndSpeechFeaturesAreMetWithOtherArguments(String engine) {
    Run run = Run.of("verify", SIGNALS, "--engine", engine);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(run.outLines().getLast().endsWith(" passed, 0 failed, 0 unsupported"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void transformsAreMet(String engine) {
    Run run = Run.of("verify", TRANSFORMS, "--engine", engine);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(run.outLines().getLast().endsWith(" passed, 0 failed, 0 unsupported"), run.out());
  }

  @Test
  void writesResultsInTheManifestsLayout(@TempDir Path out) throws IOException {
    Run run =
        Run.of(
            "verify",
            REFERENCE,
            "--engine",
            "reference",
            "--only",
            "kaldi_fbank_0",
            "--write",
            out.resolve("new"));
    assertEquals(ExitCode.OK, run.code(), run.err());
    NdArray written = Npy.read(out.resolve("new/kaldi_fbank_0.npy"));
    NdArray reference = Npy.read(REFERENCE.resolve("kaldi_fbank_0.npy"));
    assertArrayEquals(reference.shape(), written.shape());
    assertArrayEquals(reference.toFloats(), written.toFloats(), 0.01f);
  }

  @Test
  void aWrongResultFails(@TempDir Path set) throws IOException {
    oneCase(set, "\"feature\": \"rms\", \"params\": {\"frame_length\": 1024}");
    Run run = Run.of("verify", set, "--engine", "reference");
    assertEquals(ExitCode.FAILED, run.code());
    assertTrue(run.out().contains("FAIL"), run.out());
    assertEquals("0 passed, 1 failed, 0 unsupported", run.outLines().getLast());
  }

  @Test
  void aWrongShapeFailsWithBothShapes(@TempDir Path set) throws IOException {
    oneCase(set, "\"feature\": \"rms\", \"params\": {\"hop_length\": 100}");
    Run run = Run.of("verify", set, "--engine", "reference");
    assertEquals(ExitCode.FAILED, run.code());
    assertTrue(run.out().contains("shape [1, 642], the reference has [1, 126]"), run.out());
  }

  @Test
  void whatIsNotKnownIsNamedAndNeverPasses(@TempDir Path set) throws IOException {
    for (String unknown :
        List.of(
            "\"feature\": \"nn_filter\", \"params\": {}",
            "\"feature\": \"rms\", \"params\": {\"frobnicate\": 3}",
            "\"feature\": \"rms\", \"params\": {\"pad_mode\": \"empty\"}")) {
      oneCase(set, unknown);
      Run run = Run.of("verify", set, "--engine", "reference");
      assertEquals("0 passed, 0 failed, 1 unsupported", run.outLines().getLast());
      assertTrue(
          run.out().contains("nn_filter")
              || run.out().contains("frobnicate")
              || run.out().contains("empty"),
          run.out());
    }
  }

  private static void oneCase(Path set, String feature) throws IOException {
    Files.copy(REFERENCE.resolve("audio/speech22k.wav"), replaced(set.resolve("in.wav")));
    Files.copy(REFERENCE.resolve("rms_speech22k.npy"), replaced(set.resolve("out.npy")));
    Files.writeString(
        set.resolve("manifest.json"),
        "{\"set\": \"test\", \"cases\": [{\"id\": \"one\", \"input\": \"in.wav\", \"output\":"
            + " \"out.npy\", "
            + feature
            + "}]}");
  }

  private static Path replaced(Path file) throws IOException {
    Files.deleteIfExists(file);
    return file;
  }

  @Test
  void errorsNameTheFileOrTheOption(@TempDir Path empty) throws IOException {
    Run missing = Run.of("verify", empty);
    assertEquals(ExitCode.FAILED, missing.code());
    assertEquals(
        List.of("cochlea: " + empty.resolve("manifest.json") + ": no such file"),
        missing.errLines());
    Files.writeString(empty.resolve("manifest.json"), "{\"cases\": [");
    Run broken = Run.of("verify", empty);
    assertEquals(ExitCode.FAILED, broken.code());
    assertEquals(1, broken.errLines().size(), broken.err());
    assertTrue(broken.err().contains("manifest.json: not JSON"), broken.err());
    Run nothing = Run.of("verify", REFERENCE, "--only", "nix*");
    assertEquals(
        List.of("cochlea: --only nix*: no case has such a name (see 'cochlea verify --help')"),
        nothing.errLines());
    assertEquals(ExitCode.USAGE, nothing.code());
    Run pattern = Run.of("verify", REFERENCE, "--only", "[");
    assertEquals(ExitCode.USAGE, pattern.code());
    assertTrue(pattern.err().startsWith("cochlea: [ is not a pattern: "), pattern.err());
    Run threads = Run.of("verify", REFERENCE, "--threads", "0", "--only", "mel_00");
    assertEquals(ExitCode.USAGE, threads.code());
    Run engine = Run.of("verify", REFERENCE, "--engine", "abacus");
    assertEquals(ExitCode.USAGE, engine.code());
    assertTrue(engine.err().contains("abacus"), engine.err());
    assertEquals(ExitCode.USAGE, Run.of("verify").code());
  }
}
