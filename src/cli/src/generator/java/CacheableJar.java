import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Writes the classes of a jar that are older than Java 6 again as classes of Java 8, stack maps
 * included. Older ones the JVM does not keep in a cache of linked classes: it reads and verifies
 * them at every start. picocli is compiled for Java 5, and that took a fifth of a short command.
 *
 * <p>Usage: {@code java CacheableJar.java JAR}
 */
final class CacheableJar {
  /** The oldest version that is kept in a cache. */
  private static final int JAVA_6 = ClassFile.JAVA_6_VERSION;

  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private final ClassFile classes =
      ClassFile.of(
          ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
          ClassFile.ClassHierarchyResolverOption.of(
              ClassHierarchyResolver.ofResourceParsing(
                      type -> {
                        String name = type.descriptorString();
                        return stream(name.substring(1, name.length() - 1) + ".class");
                      })
                  .orElse(ClassHierarchyResolver.defaultResolver())));

  public static void main(String[] args) throws IOException {
    new CacheableJar().run(Path.of(args[0]));
  }

  private void run(Path jar) throws IOException {
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    boolean changed = false;
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (entry.getKey().endsWith(".class")) {
        ClassModel old = classes.parse(entry.getValue());
        if (old.majorVersion() < JAVA_6) {
          entry.setValue(renewed(old));
          changed = true;
        }
      }
    }
    if (changed) {
      write(jar);
    }
  }

  private byte[] renewed(ClassModel old) {
    ClassTransform version =
        (to, element) -> {
          if (element instanceof ClassFileVersion) {
            to.withVersion(ClassFile.JAVA_8_VERSION, 0);
          } else {
            to.with(element);
          }
        };
    // Code that is merely copied gets no stack maps.
    return classes.transformClass(
        old, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  private InputStream stream(String name) {
    byte[] bytes = entries.get(name);
    return bytes == null ? null : new ByteArrayInputStream(bytes);
  }

  /** Whoever stops this in the middle leaves the old jar. */
  private void write(Path jar) throws IOException {
    Path part = jar.resolveSibling(jar.getFileName() + ".part");
    try (OutputStream file = Files.newOutputStream(part);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry written = new ZipEntry(entry.getKey());
        // The same jar gives the same bytes.
        written.setTime(0);
        out.putNextEntry(written);
        out.write(entry.getValue());
      }
    }
    Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE);
  }
}
