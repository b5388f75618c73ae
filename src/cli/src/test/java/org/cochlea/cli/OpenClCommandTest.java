package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
}
