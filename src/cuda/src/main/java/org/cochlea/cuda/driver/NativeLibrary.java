package org.cochlea.cuda.driver;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds native libraries and turns their functions into a record of method handles.
 *
 * <p>What goes wrong is a value, not an exception: the caller may well do without the library.
 */
final class NativeLibrary {
  static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  private NativeLibrary() {}

  /**
   * A C function that returns an {@code int}; on the component of a record of {@link
   * MethodHandle}s. Pointers, {@code size_t} and handles are {@code long}s: they go where a pointer
   * goes on every 64-bit platform that CUDA has, and cost no object.
   */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.RECORD_COMPONENT)
  @interface Function {
    /** Its name; or several, the first that the library has is used. */
    String[] name();

    /** The types of its arguments: {@code byte}, {@code int} and {@code long}. */
    Class<?>[] takes();
  }

  /**
   * What came of binding a library.
   *
   * @param functions the functions, if all were found
   * @param from the name or path the library was opened by, or an empty string
   * @param reason why there are none and what to do, or an empty string
   */
  record Bound<T extends Record>(Optional<T> functions, String from, String reason) {}

  /**
   * Opens the first library that can be opened and binds its functions.
   *
   * @param type the record of method handles
   * @param candidates names, which the system's loader looks up, and absolute paths
   * @param absent what to say if none is there
   */
  static <T extends Record> Bound<T> bind(Class<T> type, List<String> candidates, String absent) {
    List<String> broken = new ArrayList<>();
    try {
      for (String candidate : candidates) {
        SymbolLookup symbols = open(candidate);
        if (symbols == null) {
          if (isPath(candidate) && Files.exists(Path.of(candidate))) {
            broken.add(candidate);
          }
          continue;
        }
        List<String> missing = new ArrayList<>();
        T functions = link(type, symbols, missing);
        if (functions == null) {
          return new Bound<>(
              Optional.empty(),
              candidate,
              "%s is too old, it lacks %s%s: update it"
                  .formatted(
                      candidate,
                      missing.getFirst(),
                      missing.size() == 1 ? "" : " and %d more".formatted(missing.size() - 1)));
        }
        return new Bound<>(Optional.of(functions), candidate, "");
      }
    } catch (IllegalCallerException e) {
      return new Bound<>(
          Optional.empty(),
          "",
          "native access is denied: run java with --enable-native-access="
              + (NativeLibrary.class.getModule().isNamed()
                  ? NativeLibrary.class.getModule().getName()
                  : "ALL-UNNAMED"));
    }
    String reason = absent;
    if (!broken.isEmpty()) {
      reason =
          "%s cannot be loaded, it may be for another processor or lack a library (see ldd): %s"
              .formatted(String.join(", ", broken), absent);
    }
    return new Bound<>(Optional.empty(), "", reason);
  }

  /** Opens the first library that can be opened, for others that will look for it by its name. */
  static void open(List<String> candidates) {
    try {
      for (String candidate : candidates) {
        if (open(candidate) != null) {
          return;
        }
      }
    } catch (IllegalCallerException e) {
      // Without native access it is not opened; the others may do without.
    }
  }

  private static boolean isPath(String candidate) {
    return Path.of(candidate).isAbsolute();
  }

  // Libraries stay open until the JVM ends: a driver cannot be taken away from under its threads.
  @SuppressWarnings("restricted")
  private static @Nullable SymbolLookup open(String candidate) {
    try {
      return isPath(candidate)
          ? SymbolLookup.libraryLookup(Path.of(candidate), Arena.global())
          : SymbolLookup.libraryLookup(candidate, Arena.global());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @SuppressWarnings("restricted")
  private static <T extends Record> @Nullable T link(
      Class<T> type, SymbolLookup symbols, List<String> missing) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] handles = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      Function function = components[i].getAnnotation(Function.class);
      types[i] = components[i].getType();
      Optional<MemorySegment> address = Optional.empty();
      for (String name : function.name()) {
        if (address.isEmpty()) {
          address = symbols.find(name);
        }
      }
      if (address.isEmpty()) {
        missing.add(function.name()[0]);
        continue;
      }
      MemoryLayout[] arguments = new MemoryLayout[function.takes().length];
      for (int a = 0; a < arguments.length; a++) {
        arguments[a] = layout(function.takes()[a]);
      }
      handles[i] =
          Linker.nativeLinker()
              .downcallHandle(
                  address.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }
    if (!missing.isEmpty()) {
      return null;
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(handles);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a record of method handles has a constructor for them", e);
    }
  }

  private static MemoryLayout layout(Class<?> type) {
    if (type == byte.class) {
      return ValueLayout.JAVA_BYTE;
    }
    return type == int.class ? ValueLayout.JAVA_INT : ValueLayout.JAVA_LONG;
  }

  // The shapes of the functions bound here. The handles are constants of their callers, so that the
  // JIT compiler links the calls. Only the call is inside the try: a status is for the caller.

  static int call(MethodHandle f) {
    try {
      return (int) f.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, int a) {
    try {
      return (int) f.invokeExact(a);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a) {
    try {
      return (int) f.invokeExact(a);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, int a, int b) {
    try {
      return (int) f.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, int a, long b) {
    try {
      return (int) f.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, int b) {
    try {
      return (int) f.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b) {
    try {
      return (int) f.invokeExact(a, b);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, int a, long b, long c) {
    try {
      return (int) f.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, int b, int c) {
    try {
      return (int) f.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, int b, long c) {
    try {
      return (int) f.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b, int c) {
    try {
      return (int) f.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b, long c) {
    try {
      return (int) f.invokeExact(a, b, c);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, int a, long b, long c, int d) {
    try {
      return (int) f.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, byte b, long c, long d) {
    try {
      return (int) f.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, int b, long c, long d) {
    try {
      return (int) f.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b, int c, long d) {
    try {
      return (int) f.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b, long c, long d) {
    try {
      return (int) f.invokeExact(a, b, c, d);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int call(MethodHandle f, long a, long b, int c, long d, long e) {
    try {
      return (int) f.invokeExact(a, b, c, d, e);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  static int call(MethodHandle f, long a, long b, long c, long d, long e) {
    try {
      return (int) f.invokeExact(a, b, c, d, e);
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** What a call of a bound function cannot throw. */
  static AssertionError unexpected(Throwable e) {
    if (e instanceof VirtualMachineError error) {
      throw error;
    }
    return new AssertionError("a native call threw", e);
  }
}
