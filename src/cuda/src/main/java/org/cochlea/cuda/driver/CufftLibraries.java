package org.cochlea.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a cuFFT may be: known to the loader, in a CUDA toolkit, or among Python's packages.
 *
 * @param windows whether this is Windows
 * @param environment the environment variables
 * @param home the user's home folder
 */
record CufftLibraries(boolean windows, Map<String, String> environment, Path home) {
  /** The newest major version of CUDA there is a cuFFT of. */
  private static final int NEWEST_CUDA = 13;

  /** The version JCufft is made for, and the oldest. */
  static final int OLDEST_CUDA = 11;

  static CufftLibraries ofSystem() {
    return new CufftLibraries(
        NativeLibrary.WINDOWS, System.getenv(), Path.of(System.getProperty("user.home", "/")));
  }

  /** Returns the name of cuFFT's library: its major version is one less than CUDA's. */
  String name(int cuda) {
    return windows ? "cufft64_%d.dll".formatted(cuda - 1) : "libcufft.so." + (cuda - 1);
  }

  /**
   * Returns what to try: the newest version that the driver supports first, of one version what the
   * loader finds first.
   *
   * @param newest the major version of CUDA the driver supports
   */
  List<String> candidates(int newest) {
    List<Path> folders = folders();
    List<String> candidates = new ArrayList<>();
    for (int cuda = Math.min(newest, NEWEST_CUDA); cuda >= OLDEST_CUDA; cuda--) {
      candidates.addAll(candidates(cuda, folders));
    }
    return candidates;
  }

  /** Returns what to try for one major version of CUDA. */
  List<String> candidatesOf(int cuda) {
    return candidates(cuda, folders());
  }

  private List<String> candidates(int cuda, List<Path> folders) {
    List<String> candidates = new ArrayList<>();
    candidates.add(name(cuda));
    for (Path folder : folders) {
      Path file = folder.resolve(name(cuda));
      if (Files.exists(file)) {
        candidates.add(file.toString());
      }
    }
    return candidates;
  }

  private List<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    List<String> inToolkit = windows ? List.of("bin", "bin/x64") : List.of("lib64", "lib");
    List<Path> toolkits = new ArrayList<>();
    for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
      toolkits.addAll(existing(environment.get(variable)));
    }
    if (!windows) {
      toolkits.addAll(matches(Path.of("/usr/local"), "cuda*"));
      toolkits.addAll(existing("/opt/cuda"));
    }
    for (Path toolkit : toolkits) {
      for (String folder : inToolkit) {
        folders.add(toolkit.resolve(folder));
      }
    }
    for (Path prefix : pythons()) {
      // Conda keeps it with the other libraries; pip's wheels until CUDA 12, and since.
      folders.add(prefix.resolve(windows ? "Library/bin" : "lib"));
      List<Path> packages = new ArrayList<>();
      if (windows) {
        packages.add(prefix.resolve("Lib/site-packages"));
      } else {
        for (Path python : matches(prefix.resolve("lib"), "python3*")) {
          packages.add(python.resolve("site-packages"));
          packages.add(python.resolve("dist-packages"));
        }
      }
      for (Path folder : packages) {
        Path nvidia = folder.resolve("nvidia");
        String files = windows ? "bin" : "lib";
        folders.add(nvidia.resolve("cufft").resolve(files));
        for (Path version : matches(nvidia, "cu1*")) {
          folders.add(version.resolve(files));
          folders.add(version.resolve(files).resolve("x86_64"));
        }
      }
    }
    folders.removeIf(folder -> !Files.isDirectory(folder));
    return List.copyOf(folders);
  }

  /** Returns the folders that Pythons live in: of environments, of the PATH, the user's own. */
  private Set<Path> pythons() {
    Set<Path> prefixes = new LinkedHashSet<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      prefixes.addAll(existing(environment.get(variable)));
    }
    String python = windows ? "python.exe" : "python3";
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (Path bin : existing(folder)) {
        Path prefix = windows ? bin : bin.getParent();
        if (prefix != null && Files.exists(bin.resolve(python))) {
          prefixes.add(prefix);
        }
      }
    }
    prefixes.add(home.resolve(".local"));
    return prefixes;
  }

  private static List<Path> existing(@Nullable String folder) {
    if (folder == null || folder.isBlank()) {
      return List.of();
    }
    try {
      Path path = Path.of(folder);
      return path.isAbsolute() && Files.isDirectory(path) ? List.of(path) : List.of();
    } catch (InvalidPathException e) {
      return List.of();
    }
  }

  /** Returns the folders that match, the last in the alphabet (the newest) first. */
  private static List<Path> matches(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder, glob)) {
      paths.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return List.of(); // not there, or not for us
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }
}
