package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why the driver or cuFFT cannot be used: each in a JVM of its own. */
class ReasonsTest {
  /** Prints the reasons of a binding, one line each; of cuFFT where the second word says so. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] words) {
      CudaBinding binding = CudaBinding.named(words[0]);
      if (words[1].equals("driver")) {
        binding.reasons().forEach(System.out::println);
      } else if (words[1].equals("cufft")) {
        binding.cufftReasons().forEach(System.out::println);
      } else {
        // What fails once is asked for again.
        binding.reasons().forEach(System.out::println);
        System.out.println("again: " + binding.reasons());
      }
    }
  }

  private static String probe(
      Map<String, String> environment, List<String> options, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xshare:auto");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Probe.class.getName()));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    return output;
  }

  private static final List<String> NATIVE = List.of("--enable-native-access=ALL-UNNAMED");

  private static List<String> named(String library) {
    return List.of(NATIVE.getFirst(), "-D" + DriverFunctions.LIBRARY + "=" + library);
  }

  @Test
  void noLibrary() throws Exception {
    assertEquals(
        "/nowhere/libcuda.so.1, which -Dcochlea.cuda.library names, cannot be loaded",
        probe(Map.of(), named("/nowhere/libcuda.so.1"), "ffm", "driver"));
    assertEquals(
        "libnothing.so.1, which -Dcochlea.cuda.library names, cannot be loaded",
        probe(Map.of(), named("libnothing.so.1"), "ffm", "cufft"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryThatLacksFunctions() throws Exception {
    String reason = probe(Map.of(), named("libm.so.6"), "ffm", "driver");
    assertTrue(
        reason.matches("libm\\.so\\.6 is too old, it lacks cuInit and \\d\\d more: update it"),
        reason);
  }

  @Test
  void nativeAccessDenied() throws Exception {
    assertEquals(
        "native access is denied: run java with --enable-native-access=ALL-UNNAMED",
        probe(Map.of(), List.of("--illegal-native-access=deny"), "ffm", "driver"));
  }

  @Test
  void nativeAccessDeniedToJcuda() throws Exception {
    Emulator.requireJcuda();
    assertEquals(
        "native access is denied: run java with --enable-native-access=jcuda,jcufft, or"
            + " ALL-UNNAMED where they are on the class path",
        probe(Map.of(), List.of("--illegal-native-access=deny"), "jcuda", "driver"));
  }

  @Test
  void jcudaInItsOwnWords() {
    String driver = NativeLibrary.WINDOWS ? "nvcuda.dll" : "libcuda.so.1";
    assertEquals(
        "JCuda is not there: add org.jcuda:jcuda and org.jcuda:jcufft to the class path, or"
            + " --add-modules jcuda,jcufft on the module path",
        JcudaReasons.of(new NoClassDefFoundError("jcuda/driver/JCudaDriver")));
    String loader =
        driver.endsWith(".dll")
            ? "Can't find dependent libraries"
            : driver + ": cannot open shared object file: No such file or directory";
    assertTrue(
        JcudaReasons.of(new UnsatisfiedLinkError(loader))
            .startsWith("JCuda found no %s: install NVIDIA's driver".formatted(driver)));
    assertTrue(
        JcudaReasons.of(new UnsatisfiedLinkError("No resource found with name '/lib/x.so'"))
            .startsWith("JCuda's native library cannot be loaded: it exists for x86-64 Linux"));
    assertTrue(
        JcudaReasons.ofCufft(new UnsatisfiedLinkError("libx.so.10: cannot open …"), "libx.so.10")
            .startsWith("JCufft found no libx.so.10, the cuFFT of CUDA 11: install"));
  }

  @Test
  void bindingsThatAreNone() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> CudaBinding.named("jni"));
    assertEquals("cochlea.cuda.binding must be ffm or jcuda, was jni", e.getMessage());
    assertEquals(CudaBinding.FFM, CudaBinding.chosen());
  }

  /** What an unusual driver says; the emulator can be one. */
  @Emulator.Needs
  @Nested
  class OnTheEmulator {
    @ParameterizedTest
    @EnumSource(CudaBinding.class)
    void itWorks(CudaBinding binding) throws Exception {
      assertEquals(List.of(), Emulator.driver(binding) == null ? null : binding.reasons());
      for (String what : new String[] {"driver", "cufft"}) {
        assertEquals("", probe(Map.of(), NATIVE, binding.label(), what));
      }
    }

    @ParameterizedTest
    @EnumSource(CudaBinding.class)
    void anOldDriver(CudaBinding binding) throws Exception {
      Emulator.driver(binding);
      assertEquals(
          "NVIDIA's driver is too old: it supports CUDA 10.2, 11.0 is needed: update it",
          probe(Map.of("COCHLEA_EMULATOR_DRIVER", "10020"), NATIVE, binding.label(), "driver"));
    }

    @ParameterizedTest
    @EnumSource(CudaBinding.class)
    void noGpu(CudaBinding binding) throws Exception {
      Emulator.driver(binding);
      assertEquals(
          "cuInit failed: no CUDA-capable device is detected (CUDA_ERROR_NO_DEVICE, 100); no GPU is"
              + " visible: see nvidia-smi and CUDA_VISIBLE_DEVICES, and in a container pass the GPUs"
              + " on (docker run --gpus all)",
          probe(Map.of("COCHLEA_EMULATOR_DEVICES", "0"), NATIVE, binding.label(), "driver"));
    }

    @ParameterizedTest
    @EnumSource(CudaBinding.class)
    void whatFailsOnceIsTriedAgain(CudaBinding binding) throws Exception {
      Emulator.driver(binding);
      String output =
          probe(Map.of("COCHLEA_EMULATOR_FAIL", "cuInit:1:999"), NATIVE, binding.label(), "twice");
      assertTrue(
          output.startsWith("cuInit failed: unknown error (CUDA_ERROR_UNKNOWN, 999); "), output);
      assertTrue(output.endsWith("again: []"), output);
    }

    /** The driver of CUDA 12 cannot run the cuFFT of CUDA 13; the one of CUDA 11 is there, too. */
    @Test
    void cufftOfTheDriversVersionOrOlder() throws Exception {
      assertEquals("", probe(Map.of("COCHLEA_EMULATOR_DRIVER", "12080"), NATIVE, "ffm", "cufft"));
    }
  }
}
