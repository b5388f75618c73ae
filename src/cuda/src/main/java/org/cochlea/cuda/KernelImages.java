package org.cochlea.cuda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The compiled kernels in the jar; kernels/Makefile puts them there. */
final class KernelImages {
  private static final String FOLDER = "kernels/";
  private static final String ENTRY = ".visible .entry ";

  private KernelImages() {}

  private static byte[] resource(String name) {
    try (InputStream in = KernelImages.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException("the jar of the CUDA engine lacks " + FOLDER + name);
      }
      return (name.endsWith(".gz") ? new GZIPInputStream(in) : in).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(FOLDER + name, e);
    }
  }

  /** Returns the transform lengths with kernels of their own. */
  static List<Instances.Instance> instances() {
    return Listed.INSTANCES;
  }

  /** Read when they are first asked for. */
  private static final class Listed {
    static final List<Instances.Instance> INSTANCES =
        Instances.parse(text("frontend.instances"), CompiledBank.parse(text("frontend.banks")));
  }

  private static String text(String name) {
    return new String(resource(name), StandardCharsets.UTF_8);
  }

  /** Returns native code of a source file's kernels, for all GPUs that the compiler knew. */
  static byte[] nativeCode(String module) {
    return resource(module + ".fatbin");
  }

  /**
   * Returns one kernel of a source file as PTX, for the driver to compile: that takes long, so the
   * file's other kernels are left out.
   */
  static byte[] ptx(String module, String kernel) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String text = text(module + ".ptx.gz");
    boolean keep = true;
    for (String line : text.lines().toList()) {
      if (line.startsWith(ENTRY)) {
        keep = line.startsWith(ENTRY + kernel + "(");
      }
      if (keep) {
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }
      if (line.equals("}")) {
        keep = true;
      }
    }
    out.write(0);
    return out.toByteArray();
  }
}
