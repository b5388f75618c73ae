package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CufftLibrariesTest {
  @TempDir Path folder;

  private Path file(String path) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  /** Of what is looked for, what lies in this test's folder. */
  private List<String> mine(List<String> candidates) {
    return candidates.stream()
        .filter(name -> name.startsWith(folder.toString()))
        .map(name -> folder.relativize(Path.of(name)).toString().replace('\\', '/'))
        .toList();
  }

  @Test
  void toolkitsAndPythons() throws IOException {
    file("cuda/lib64/libcufft.so.11");
    file("cuda/lib64/libcufft.so.10");
    file("home/.local/lib/python3.11/site-packages/nvidia/cufft/lib/libcufft.so.11");
    file("venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcufft.so.12");
    file("conda/lib/libcufft.so.11");
    file("py/bin/python3");
    file("py/lib/python3.9/dist-packages/nvidia/cufft/lib/libcufft.so.10");
    Map<String, String> environment =
        Map.of(
            "CUDA_PATH", folder.resolve("cuda").toString(),
            "CUDA_HOME", "relative/and/absent",
            "VIRTUAL_ENV", folder.resolve("venv").toString(),
            "CONDA_PREFIX", folder.resolve("conda").toString(),
            "PATH", "/nowhere" + File.pathSeparator + folder.resolve("py/bin"));
    CufftLibraries libraries = new CufftLibraries(false, environment, folder.resolve("home"));
    assertEquals(
        List.of(
            "venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcufft.so.12",
            "cuda/lib64/libcufft.so.11",
            "conda/lib/libcufft.so.11",
            "home/.local/lib/python3.11/site-packages/nvidia/cufft/lib/libcufft.so.11",
            "cuda/lib64/libcufft.so.10",
            "py/lib/python3.9/dist-packages/nvidia/cufft/lib/libcufft.so.10"),
        mine(libraries.candidates(13)));
    // A driver of CUDA 11 cannot run the newer ones.
    assertEquals(
        List.of(
            "cuda/lib64/libcufft.so.10",
            "py/lib/python3.9/dist-packages/nvidia/cufft/lib/libcufft.so.10"),
        mine(libraries.candidates(11)));
    assertEquals(mine(libraries.candidates(11)), mine(libraries.candidatesOf(11)));
    assertEquals("libcufft.so.10", libraries.candidates(11).getFirst());
    // A driver that is newer than what is known.
    assertEquals("libcufft.so.12", libraries.candidates(14).getFirst());
    assertTrue(libraries.candidates(12).contains("libcufft.so.11"));
    assertFalse(libraries.candidates(12).contains("libcufft.so.12"));
  }

  @Test
  void windows() throws IOException {
    file("cuda/bin/x64/cufft64_12.dll");
    file("venv/Lib/site-packages/nvidia/cufft/bin/cufft64_11.dll");
    CufftLibraries libraries =
        new CufftLibraries(
            true,
            Map.of(
                "CUDA_PATH", folder.resolve("cuda").toString(),
                "VIRTUAL_ENV", folder.resolve("venv").toString()),
            folder.resolve("home"));
    assertEquals(
        List.of(
            "cuda/bin/x64/cufft64_12.dll",
            "venv/Lib/site-packages/nvidia/cufft/bin/cufft64_11.dll"),
        mine(libraries.candidates(13)));
  }
}
