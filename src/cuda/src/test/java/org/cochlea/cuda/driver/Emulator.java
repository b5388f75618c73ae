package org.cochlea.cuda.driver;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** The emulator of the CUDA driver: where it is, and what only it can do. */
@SuppressWarnings("restricted")
public final class Emulator {
  private Emulator() {}

  /** On a test class that needs the emulator: without it the tests are skipped, with the reason. */
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(Needed.class)
  public @interface Needs {}

  static final class Needed implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      String reason = reason();
      if (!reason.isEmpty()) {
        String type = context.getRequiredTestClass().getName();
        String test = context.getRequiredTestMethod().getName();
        System.out.printf(
            "skipped %s.%s %s: %s%n",
            type.substring(type.lastIndexOf('.') + 1), test, context.getDisplayName(), reason);
        throw new TestAbortedException(reason);
      }
    }
  }

  /** Returns why the emulator cannot be used, or an empty string. */
  public static String reason() {
    Path library = folder().resolve("libcuda.so.1");
    if (!Files.exists(library)) {
      return "there is no emulator of the CUDA driver, %s: make emulator builds it, with g++"
          .formatted(library);
    }
    if (DriverFunctions.BOUND.functions().isEmpty()) {
      return DriverFunctions.BOUND.reason();
    }
    if (symbols().find("cochleaEmulatorLive").isEmpty()) {
      return "the driver that was found is not the emulator: LD_LIBRARY_PATH must begin with "
          + folder();
    }
    return "";
  }

  /** Returns the folder with the emulator's libraries. */
  public static Path folder() {
    return Path.of(System.getProperty("cochlea.emulator", "kernels/emulator/build"));
  }

  /** Returns the driver of a binding; the test is skipped where JCuda has no native library. */
  static CudaDriver driver(CudaBinding binding) {
    if (binding == CudaBinding.JCUDA) {
      requireJcuda();
    }
    return binding.driver();
  }

  /** Skips the test, with the reason, where JCuda has no native library. */
  public static void requireJcuda() {
    String arch = System.getProperty("os.arch", "");
    String system = System.getProperty("os.name", "");
    if (!arch.equals("amd64") || !(system.equals("Linux") || system.startsWith("Windows"))) {
      String reason = "JCuda has no native library for %s on %s".formatted(system, arch);
      System.out.println("skipped: " + reason);
      throw new TestAbortedException(reason);
    }
  }

  private static SymbolLookup symbols() {
    return SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(symbols().findOrThrow(name), type);
  }

  /** The nth call of a function from now on (1: the next) fails. */
  public static void fail(String function, int nth, int code) {
    try (Arena arena = Arena.ofConfined()) {
      int _ =
          (int)
              function(
                      "cochleaEmulatorFail",
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT,
                          ValueLayout.ADDRESS,
                          ValueLayout.JAVA_INT,
                          ValueLayout.JAVA_INT))
                  .invokeExact(arena.allocateFrom(function), nth, code);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** No call fails any more that was made to. */
  public static void failNothing() {
    fail("", 0, 0);
  }

  /**
   * Returns how many there are: memory, bytes, pinned, streams, events, modules, graphs, contexts.
   */
  public static long live(String kind) {
    return count("cochleaEmulatorLive", kind);
  }

  /** Returns how often a function has been called. */
  public static long calls(String function) {
    return count("cochleaEmulatorCalls", function);
  }

  private static long count(String function, String text) {
    try (Arena arena = Arena.ofConfined()) {
      return (long)
          function(function, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
              .invokeExact(arena.allocateFrom(text));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what was never freed, or an empty string. */
  public static String leaks() {
    StringBuilder leaks = new StringBuilder();
    for (String kind :
        new String[] {"memory", "pinned", "streams", "events", "modules", "graphs"}) {
      if (live(kind) != 0) {
        leaks.append(kind).append(' ').append(live(kind)).append(' ');
      }
    }
    return leaks.toString();
  }

  /** Returns what the last kernel that faulted did wrong. */
  public static String report() {
    try {
      MemorySegment text =
          (MemorySegment)
              function("cochleaEmulatorReport", FunctionDescriptor.of(ValueLayout.ADDRESS))
                  .invokeExact();
      return text.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
