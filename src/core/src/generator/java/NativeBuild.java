import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles {@code kernels.cc} into a shared library of all instruction sets, where there is g++.
 * Without it the engine uses the Vector API.
 */
final class NativeBuild {

  /** Kernels for a number of lanes, and the instructions they need. */
  private record Variant(int lanes, List<String> options) {}

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant(8, List.of("-mavx2", "-mfma")),
          new Variant(
              16,
              List.of(
                  "-mavx512f", "-mavx512vl", "-mavx512dq", "-mavx512bw", "-mfma",
                  "-mtune=icelake-server")));

  /** Every operation is rounded once, in its order. */
  private static final List<String> OPTIONS =
      List.of(
          "-std=c++17", "-O3", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti",
          "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fwrapv", "-Wall",
          "-Wno-unused", "-Wno-maybe-uninitialized");

  private NativeBuild() {}

  /**
   * Writes the source and compiles it, unless nothing has changed.
   *
   * @param sources the folder of the parts that are written by hand
   * @param build where the results go
   * @param resources the folder in it that goes into the jar
   */
  static void run(String source, Path sources, Path build, String resources)
      throws IOException, InterruptedException {
    if (!System.getProperty("os.name").equals("Linux")
        || !System.getProperty("os.arch").equals("amd64")) {
      return;
    }
    Path work = Files.createDirectories(build.resolve("native-build"));
    Path library =
        Files.createDirectories(build.resolve(resources)).resolve("libcochlea-linux-x86_64.so");
    StringBuilder inputs = new StringBuilder(source).append(OPTIONS).append(VARIANTS);
    for (String name : List.of("lanes.h", "cpu.cc")) {
      inputs.append(Files.readString(sources.resolve(name)));
    }
    Path done = work.resolve("inputs");
    if (Files.exists(library)
        && Files.exists(done)
        && Files.readString(done).contentEquals(inputs)) {
      return;
    }
    Files.deleteIfExists(library);
    Path kernels = work.resolve("kernels.cc");
    Files.writeString(kernels, source);
    List<Process> compilers = new ArrayList<>();
    List<String> link = new ArrayList<>(List.of("g++", "-shared", "-o", library.toString()));
    link.addAll(OPTIONS);
    link.add(sources.resolve("cpu.cc").toString());
    try {
      for (Variant variant : VARIANTS) {
        Path object = work.resolve("kernels" + variant.lanes() + ".o");
        List<String> command = new ArrayList<>(List.of("g++", "-c", "-o", object.toString()));
        command.addAll(OPTIONS);
        command.addAll(variant.options());
        command.add("-DLANES=" + variant.lanes());
        command.addAll(List.of("-I", sources.toString(), kernels.toString()));
        compilers.add(new ProcessBuilder(command).inheritIO().start());
        link.add(object.toString());
      }
    } catch (IOException e) {
      System.err.println("there is no g++: the cpu engine is built without native kernels");
      return;
    }
    boolean compiled = true;
    // No library of C++; the test of the processor is in the compiler's own.
    link.addAll(List.of("-nodefaultlibs", "-lgcc", "-lc", "-s"));
    for (Process compiler : compilers) {
      compiled &= compiler.waitFor() == 0;
    }
    if (compiled && new ProcessBuilder(link).inheritIO().start().waitFor() == 0) {
      Files.writeString(done, inputs);
    } else {
      System.err.println("g++ failed: the cpu engine is built without native kernels");
    }
  }
}
