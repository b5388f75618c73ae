package org.cochlea.opencl;

import com.aparapi.device.OpenCLDevice;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a driver says of a kernel that it does not build. Aparapi's native code prints the log on
 * standard error and keeps nothing, so the source is built once more, by OpenCL's own functions.
 */
final class BuildLog {
  private static final int CL_PROGRAM_BUILD_LOG = 0x1183;

  /** More is of no use in a message. */
  private static final int MOST = 4000;

  private BuildLog() {}

  /**
   * Returns the log of a device's driver, without what it says of a source that is fine; or why
   * there is none.
   */
  static String of(OpenCLDevice device, String source) {
    try (Arena arena = Arena.ofConfined()) {
      return new Library(arena).build(device.getDeviceId(), source);
    } catch (RuntimeException | LinkageError e) {
      return "no log: " + e.getMessage();
    }
  }

  /** The five functions. */
  private static final class Library {
    private static final MemoryLayout HANDLE = ValueLayout.ADDRESS;
    private static final MemoryLayout INT = ValueLayout.JAVA_INT;
    private static final MemoryLayout SIZE = ValueLayout.JAVA_LONG;

    private final Arena arena;
    private final SymbolLookup symbols;
    private final MemorySegment status;

    @SuppressWarnings("restricted")
    Library(Arena arena) {
      this.arena = arena;
      String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
      symbols =
          SymbolLookup.libraryLookup(
              system.startsWith("windows")
                  ? "OpenCL.dll"
                  : system.startsWith("mac")
                      ? "/System/Library/Frameworks/OpenCL.framework/OpenCL"
                      : "libOpenCL.so.1",
              arena);
      status = arena.allocate(INT);
    }

    @SuppressWarnings("restricted")
    private Object call(String name, @Nullable MemoryLayout result, Object... arguments) {
      MemoryLayout[] layouts = new MemoryLayout[arguments.length];
      for (int i = 0; i < layouts.length; i++) {
        layouts[i] =
            switch (arguments[i]) {
              case Integer _ -> INT;
              case Long _ -> SIZE;
              default -> HANDLE;
            };
      }
      FunctionDescriptor types =
          result == null
              ? FunctionDescriptor.ofVoid(layouts)
              : FunctionDescriptor.of(result, layouts);
      try {
        return Linker.nativeLinker()
            .downcallHandle(
                symbols.find(name).orElseThrow(() -> new IllegalStateException("no " + name)),
                types)
            .invokeWithArguments(arguments);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    private MemorySegment made(String name, Object... arguments) {
      MemorySegment handle = (MemorySegment) call(name, HANDLE, arguments);
      if (handle.address() == 0) {
        throw new IllegalStateException(
            "%s gives error %d".formatted(name, status.get(ValueLayout.JAVA_INT, 0)));
      }
      return handle;
    }

    String build(long device, String source) {
      MemorySegment none = MemorySegment.NULL;
      MemorySegment devices = arena.allocateFrom(ValueLayout.JAVA_LONG, device);
      MemorySegment context = made("clCreateContext", none, 1, devices, none, none, status);
      try {
        MemorySegment text = arena.allocateFrom(ValueLayout.ADDRESS, arena.allocateFrom(source));
        MemorySegment program = made("clCreateProgramWithSource", context, 1, text, none, status);
        try {
          Object built = call("clBuildProgram", INT, program, 1, devices, none, none, none);
          String log = log(program, device);
          return log.isEmpty() ? "error " + built + ", no log" : log;
        } finally {
          call("clReleaseProgram", INT, program);
        }
      } finally {
        call("clReleaseContext", INT, context);
      }
    }

    private String log(MemorySegment program, long device) {
      MemorySegment none = MemorySegment.NULL;
      MemorySegment id = MemorySegment.ofAddress(device);
      MemorySegment size = arena.allocate(SIZE);
      call("clGetProgramBuildInfo", INT, program, id, CL_PROGRAM_BUILD_LOG, 0L, none, size);
      long bytes = size.get(ValueLayout.JAVA_LONG, 0);
      if (bytes <= 1) {
        return "";
      }
      MemorySegment text = arena.allocate(bytes + 1);
      call("clGetProgramBuildInfo", INT, program, id, CL_PROGRAM_BUILD_LOG, bytes, text, none);
      String log = text.getString(0).strip();
      return log.length() <= MOST ? log : log.substring(0, MOST) + " …";
    }
  }
}
