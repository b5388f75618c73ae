import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes how Java and C++ kernels meet. All kernels of a kind are called with the same parameters,
 * so that the JVM has to make one kind of call only: first the arrays, type by type, then the
 * integers, then the other numbers of a kernel, each in their order, as double. What a kernel does
 * not have is empty or 0.
 */
final class NativeCalls {
  private static final int INTEGERS = 7;
  private static final int NUMBERS = 3;

  /** Arrays of one type. */
  private record Arrays(String type, int count, String none) {}

  private final String packageName;

  /** Floats or Doubles. */
  private final String kind;

  private final List<Arrays> arrays;

  private NativeCalls(String packageName, String kind, List<Arrays> arrays) {
    this.packageName = packageName;
    this.kind = kind;
    this.arrays = arrays;
  }

  static NativeCalls floats(String packageName) {
    return new NativeCalls(
        packageName,
        "Floats",
        List.of(
            new Arrays("float[]", 3, "NativeCall.NO_FLOATS"),
            new Arrays("int[]", 1, "NativeCall.NO_INTEGERS"),
            new Arrays("short[]", 1, "NativeCall.NO_SHORTS")));
  }

  static NativeCalls doubles(String packageName) {
    return new NativeCalls(
        packageName,
        "Doubles",
        List.of(
            new Arrays("double[]", 4, "NativeCall.NO_DOUBLES"),
            new Arrays("float[]", 1, "NativeCall.NO_FLOATS"),
            new Arrays("int[]", 1, "NativeCall.NO_INTEGERS")));
  }

  /** A class whose methods call the kernels. */
  String java(String name, String superclass, String members, List<Emitter.Signature> kernels) {
    StringBuilder out = new StringBuilder();
    out.append("// Written by KernelGenerator; changes belong there.\n");
    out.append("package %s;%n%n".formatted(packageName));
    out.append("import java.lang.foreign.MemorySegment;\n\n");
    out.append("final class %s extends %s {%n".formatted(name, superclass));
    out.append(
        "  private static final MemorySegment TABLE = NativeLanes.table(\"%s\", %d);%n"
            .formatted(kind.toLowerCase(Locale.ROOT), kernels.size()));
    out.append(members);
    int number = 0;
    for (Emitter.Signature kernel : kernels) {
      String constant = constant(kernel.name());
      out.append(
          "%n  private static final MemorySegment %s = NativeLanes.kernel(TABLE, %d);%n"
              .formatted(constant, number++));
      out.append("\n  @Override\n  void ").append(kernel.name()).append('(');
      out.append(
          String.join(
              ", ", kernel.parameters().stream().map(p -> p.type() + " " + p.name()).toList()));
      out.append(
          ") {%n    NativeCall.%s(%s, %s);%n  }%n"
              .formatted(
                  kind.toLowerCase(Locale.ROOT), constant, String.join(", ", arguments(kernel))));
    }
    out.append("}\n");
    return out.toString();
  }

  /** The table of kernels in C++. */
  String table(List<Emitter.Signature> kernels) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < kernels.size(); i++) {
      out.append(
          "static void call%s%d(%s_PARAMETERS) { %s }%n"
              .formatted(kind, i, kind.toUpperCase(Locale.ROOT), call(kernels.get(i))));
    }
    out.append("TABLE(%s) = {%n".formatted(kind.toLowerCase(Locale.ROOT)));
    for (int i = 0; i < kernels.size(); i++) {
      out.append("  (void *) call%s%d,%n".formatted(kind, i));
    }
    out.append("};\n");
    return out.toString();
  }

  private List<String> arguments(Emitter.Signature kernel) {
    List<String> all = new ArrayList<>();
    for (Arrays of : arrays) {
      all.addAll(
          filled(
              kernel.parameters().stream()
                  .filter(p -> p.type().equals(of.type))
                  .map(Emitter.Signature.Parameter::name)
                  .toList(),
              of.count,
              of.none));
    }
    List<String> integers = new ArrayList<>();
    List<String> numbers = new ArrayList<>();
    for (Emitter.Signature.Parameter p : kernel.parameters()) {
      if (p.type().equals("int")) {
        integers.add(p.name());
      } else if (!p.isArray()) {
        numbers.add(p.name());
      }
    }
    all.addAll(filled(integers, INTEGERS, "0"));
    all.addAll(filled(numbers, NUMBERS, "0"));
    return all;
  }

  private static List<String> filled(List<String> slots, int count, String with) {
    if (slots.size() > count) {
      throw new IllegalStateException("more than " + count + " parameters: " + slots);
    }
    List<String> all = new ArrayList<>(slots);
    while (all.size() < count) {
      all.add(with);
    }
    return all;
  }

  /** A kernel's call in C++. */
  private String call(Emitter.Signature kernel) {
    int[] next = new int[arrays.size()];
    int integers = 0;
    int numbers = 0;
    List<String> arguments = new ArrayList<>();
    for (Emitter.Signature.Parameter p : kernel.parameters()) {
      if (p.isArray()) {
        int first = 0;
        int type = 0;
        while (!arrays.get(type).type.equals(p.type())) {
          first += arrays.get(type++).count;
        }
        arguments.add("a" + (first + next[type]++));
      } else if (p.type().equals("int")) {
        arguments.add("i" + integers++);
      } else {
        arguments.add("(%s) d%d".formatted(p.type(), numbers++));
      }
    }
    return kernel.name() + "(" + String.join(", ", arguments) + ");";
  }

  private static String constant(String name) {
    return name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }
}
