package org.cochlea.core.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The output of a reference case: a float32 array in C order, of the test resources. */
public final class Npy {

  private static final Pattern HEADER =
      Pattern.compile("'descr': '<f4'.*'fortran_order': False.*'shape': \\(([^)]*)\\)");

  private final int[] shape;
  private final float[] data;

  private Npy(int[] shape, float[] data) {
    this.shape = shape;
    this.data = data;
  }

  /** Returns the sizes, slowest axis first. */
  public int[] shape() {
    return shape;
  }

  /** Returns the values. */
  public float[] data() {
    return data;
  }

  /** Reads {@code reference/ID.npy}. */
  public static Npy read(String id) {
    return readResource("/reference/" + id + ".npy");
  }

  /** Reads a resource. */
  public static Npy readResource(String path) {
    ByteBuffer bytes = ReferenceAudio.resource(path);
    int major = bytes.get(6);
    int start = major == 1 ? 10 : 12;
    int length = major == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8);
    byte[] text = new byte[length];
    bytes.get(start, text);
    String header = new String(text, StandardCharsets.ISO_8859_1);
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.find()) {
      throw new IllegalArgumentException(path + ": not float32 in C order: " + header);
    }
    int[] shape =
        Arrays.stream(matcher.group(1).split(","))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    float[] data = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    bytes.position(start + length).asFloatBuffer().get(data);
    return new Npy(shape, data);
  }
}
