package org.cochlea.core.engine.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The library of kernels that a C++ compiler has made ahead of time, out of the same description as
 * the others: at full speed from the first call on.
 *
 * <p>It comes with the jar, for Linux on x86-64 processors with AVX2 or AVX-512, and is used where
 * the JVM lets this module call native code ({@code --enable-native-access}). No index is checked:
 * the plain kernels, which get the same arguments, stand for those.
 */
@SuppressWarnings("restricted")
final class NativeLanes {
  private static final String LIBRARY = "libcochlea-linux-x86_64.so";

  /** The library, or why there is none. */
  record Loaded(SymbolLookup symbols, int lanes, String problem) {
    static Loaded without(String problem) {
      return new Loaded(name -> Optional.empty(), 0, problem);
    }
  }

  private static final class Library {
    static final Loaded LOADED = load();

    private Library() {}
  }

  private NativeLanes() {}

  /** Returns how many lanes its vectors have on this processor; 0 where it cannot be used. */
  static int count() {
    return Library.LOADED.lanes;
  }

  /** Whether there are kernels for a number of lanes that this processor has. */
  static boolean supports(int lanes) {
    return (lanes == 8 || lanes == 16) && lanes <= count();
  }

  /** Returns why it cannot be used for a number of lanes. */
  static String problem(int lanes) {
    return Library.LOADED.problem.isEmpty()
        ? "there are no native kernels for vectors of %d bits here".formatted(lanes * Float.SIZE)
        : Library.LOADED.problem;
  }

  static TileKernels kernels() {
    return new NativeKernels();
  }

  /** Returns the addresses of all kernels of a kind. */
  static MemorySegment table(String kind, int size) {
    return Library.LOADED
        .symbols
        .find(tableName(kind, Lanes.COUNT))
        .orElseThrow()
        .reinterpret(size * ValueLayout.ADDRESS.byteSize());
  }

  /** The version in it: a library of another one, left in a folder, must not be called. */
  private static String tableName(String kind, int lanes) {
    return "cochlea_%s_%d_%s".formatted(kind, lanes, NativeKernels.VERSION);
  }

  /** Returns where a kernel begins. */
  static MemorySegment kernel(MemorySegment table, int number) {
    return table.getAtIndex(ValueLayout.ADDRESS, number);
  }

  private static Loaded load() {
    if (!NativeLanes.class.getModule().isNativeAccessEnabled()) {
      Module module = NativeLanes.class.getModule();
      return Loaded.without(
          "native kernels need --enable-native-access="
              + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
    }
    if (!System.getProperty("os.name", "").equals("Linux")
        || !System.getProperty("os.arch", "").equals("amd64")) {
      return Loaded.without("there are no native kernels for this platform");
    }
    try {
      for (String folder : System.getProperty("java.library.path", "").split(":", -1)) {
        Path library = Path.of(folder).resolve(LIBRARY);
        if (library.isAbsolute() && Files.exists(library)) {
          return load(library);
        }
      }
      try (InputStream in = NativeLanes.class.getResourceAsStream(LIBRARY)) {
        if (in == null) {
          return Loaded.without("native kernels were not built: that takes g++");
        }
        Path copy = Files.createTempFile("cochlea", ".so");
        try {
          Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
          return load(copy);
        } finally {
          // The library stays mapped.
          Files.delete(copy);
        }
      }
    } catch (IOException | RuntimeException e) {
      return Loaded.without("native kernels could not be loaded: " + e.getMessage());
    }
  }

  static Loaded load(Path library) {
    loadResourceList();
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
    int lanes =
        symbols
            .find("cochlea_lanes")
            .map(at -> at.reinterpret(ValueLayout.JAVA_INT.byteSize()))
            .map(at -> at.get(ValueLayout.JAVA_INT, 0))
            .orElse(0);
    if (symbols.find(tableName("floats", 8)).isEmpty()) {
      return Loaded.without(library + " has no native kernels of this version");
    }
    return lanes == 0
        ? Loaded.without("native kernels need AVX2 and FMA")
        : new Loaded(symbols, lanes, "");
  }

  /**
   * Has the JVM load a class that the constructor of a session names. Until then its compiler does
   * not look into that constructor; if it compiles {@link NativeCall} first, every call allocates
   * its segments for good.
   */
  @SuppressWarnings("try") // opened to be closed
  private static void loadResourceList() {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(1);
    }
  }
}
