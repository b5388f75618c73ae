package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cochlea.core.Engines;
import org.cochlea.opencl.OpenClEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on an OpenCL device; VerifyCommandTest has the reference cases. */
class OpenClCommandTest {
  private static final Path AUDIO = Path.of("../core/src/test/resources/reference/audio");

  @TempDir Path folder;

  @BeforeEach
  void thereIsADevice() {
    assumeTrue(!OpenClEngine.devices().isEmpty(), "there is no OpenCL device");
  }

  @AfterEach
  void forget() {
    System.clearProperty("cochlea.opencl.device");
  }

  @Test
  void devicesAreListed() {
    Run run = Run.of("engines");
    List<String> devices = OpenClEngine.devices();
    for (int i = 0; i < devices.size(); i++) {
      assertTrue(run.out().contains("OpenCL device " + i + ": " + devices.get(i)), run.out());
    }
    assertTrue(run.out().contains("work groups of up to "), run.out());
    assertFalse(Engines.choose().engine().name().equals("opencl"), "only when it is asked for");
  }

  @Test
  void filesBecomeFeatures() {
    Path out = folder.resolve("features");
    Run run =
        Run.of(
            "extract",
            AUDIO.resolve("speech16k.wav"),
            "--feature",
            "log-mel",
            "--engine",
            "opencl",
            "--opencl-device",
            "0",
            "--out",
            out);
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    assertTrue(Files.exists(out), run.out());
  }

  @Test
  void aDeviceThatIsNotThereIsOneLine() {
    for (String device : List.of("99", "no such device")) {
      Run run =
          Run.of(
              "extract",
              AUDIO.resolve("speech16k.wav"),
              "--feature",
              "mel",
              "--engine",
              "opencl",
              "--opencl-device",
              device,
              "--out",
              folder);
      assertEquals(1, run.errLines().size(), run.err());
      assertTrue(run.err().contains(device), run.err());
      assertTrue(run.code() != ExitCode.OK);
    }
  }

  @Test
  void trainingHasTheLossesOfTheCpu() throws IOException {
    Path sounds = folder.resolve("sounds");
    for (int i = 0; i < 6; i++) {
      Sounds.tone(sounds.resolve("low/%d.wav".formatted(i)), 8_000, 1, 0.4, 300 + i);
      Sounds.tone(sounds.resolve("high/%d.wav".formatted(i)), 8_000, 1, 0.5, 900 + i);
    }
    List<Double> expected = losses(sounds, "cpu");
    List<Double> losses = losses(sounds, "opencl");
    assertEquals(6, losses.size());
    for (int i = 0; i < losses.size(); i++) {
      // Features agree within 1e-5, the log has six digits.
      assertEquals(expected.get(i), losses.get(i), 2e-5 * expected.get(i), "epoch " + (i + 1));
    }
  }

  private List<Double> losses(Path sounds, String engine) throws IOException {
    Path out = folder.resolve("run-" + engine);
    Run run =
        Run.of(
            "train",
            sounds,
            "--out",
            out,
            "--engine",
            engine,
            "--sr=4000",
            "--model=linear",
            "--epochs=6",
            "--batch=4",
            "--set=frontEnd.n-fft=128",
            "--set=frontEnd.hop-length=64",
            "--set=frontEnd.n-mels=16",
            "--set=windows.seconds=0.3",
            "--set=division={\"type\":\"random\",\"validation\":0}",
            "--set=augmentation={\"waveform\": [{\"type\": \"Gain\"}, {\"type\": \"Shift\"},"
                + " {\"type\": \"AddGaussianNoise\"}], \"spectrogram\": [{\"type\": \"TimeMasking\","
                + " \"time_mask_param\": 5}, {\"type\": \"Mixup\", \"alpha\": 0.4}]}");
    assertEquals(ExitCode.OK, run.code(), run.out() + run.err());
    List<String> lines = Files.readAllLines(out.resolve("log.csv"));
    int column = List.of(lines.getFirst().split(",", -1)).indexOf("train_loss");
    return lines.stream().skip(1).map(line -> Double.valueOf(line.split(",", -1)[column])).toList();
  }
}
