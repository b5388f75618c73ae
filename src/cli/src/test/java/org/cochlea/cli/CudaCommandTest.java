package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command on the emulated CUDA driver: in JVMs of its own, which find that driver. */
class CudaCommandTest {
  private static final Path REFERENCE = Path.of("../core/src/test/resources/reference");
  private static final Path EMULATOR = Path.of(System.getProperty("cochlea.emulator", ""));

  @TempDir Path folder;

  /** Runs the command where the emulated driver is found. */
  private Run run(Object... args) throws IOException, InterruptedException {
    return run(Map.of(), args);
  }

  private Run run(Map<String, String> environment, Object... args)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(EMULATOR.resolve("libcuda.so.1")),
        () -> "the emulated CUDA driver is not built: make emulator, which needs g++");
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("-cp");
    words.add(System.getProperty("java.class.path"));
    words.add(Main.class.getName());
    for (Object arg : args) {
      words.add(arg.toString());
    }
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("LD_LIBRARY_PATH", EMULATOR.toString());
    int code = builder.start().waitFor();
    return new Run(code, Files.readString(out), Files.readString(err));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffm", "jcuda"})
  void everyReferenceIsMet(String binding) throws Exception {
    Run run = run("verify", REFERENCE, "--engine", "cuda", "--cuda-binding", binding);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(run.outLines().getLast().matches("\\d+ passed, 0 failed, 0 unsupported"), run.out());
    assertTrue(run.outLines().getFirst().startsWith("engine cuda"), run.out());
  }

  /** A driver that takes PTX only, GPUs without native code, and with less shared memory. */
  @ParameterizedTest
  @CsvSource({
    "COCHLEA_EMULATOR_DRIVER, 12080",
    "COCHLEA_EMULATOR_DEVICE, 7.5",
    "COCHLEA_EMULATOR_DEVICE, 8.6",
  })
  void olderDriversAndOtherGpusWork(String variable, String value) throws Exception {
    Run run =
        run(Map.of(variable, value), "verify", REFERENCE, "--engine", "cuda", "--only", "*m[ef]*");
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
  }

  @Test
  void aGpuThatIsTooOldIsRefused() throws Exception {
    Run run =
        run(
            Map.of("COCHLEA_EMULATOR_DEVICE", "7.0"),
            "verify",
            REFERENCE,
            "--engine",
            "cuda",
            "--only",
            "mel_00");
    assertEquals(ExitCode.FAILED, run.code());
    assertTrue(run.err().contains("7.5 or newer is needed"), run.err());
  }

  @Test
  void itIsTheDefaultWhereItCanRun() throws Exception {
    Run run = run("engines");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.outLines().getLast().startsWith("default: cuda ("), run.out());
  }

  @Test
  void filesAndMeasurementsWorkToo() throws Exception {
    Path features = folder.resolve("features");
    Run extract =
        run(
            "extract",
            REFERENCE.resolve("audio/speech16k.wav"),
            "--feature",
            "log-mel",
            "--engine",
            "cuda",
            "--out",
            features);
    assertEquals(ExitCode.OK, extract.code(), extract.out() + extract.err());
    Run bench =
        run(
            "bench",
            "--feature",
            "log-mel",
            "--engine",
            "cuda",
            "--batch",
            "1",
            "--seconds",
            "1",
            "--warm-up",
            "0.1",
            "--rounds",
            "5");
    assertEquals(ExitCode.OK, bench.code(), bench.out() + bench.err());
    assertTrue(bench.out().contains("cuda"), bench.out());
  }

  /** Nowhere is there such a device; where there is no driver, that is said. */
  @Test
  void withoutADeviceOneLineSaysWhy() {
    Run run = Run.of("verify", REFERENCE, "--engine", "cuda", "--device", "99");
    System.clearProperty("cochlea.cuda.device");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains("engine cuda is not available"), run.err());
  }
}
