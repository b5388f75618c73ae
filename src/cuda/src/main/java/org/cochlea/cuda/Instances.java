package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The transform lengths with kernels of their own: kernels/frontend.instances, as shipped. */
final class Instances {
  private static final Pattern LINE =
      Pattern.compile("FRONTEND(_HOP)?(_BANK)?\\(([0-9, ]+)(?:, (\\w+), \\w+)?\\)");

  private Instances() {}

  /**
   * A kernel.
   *
   * @param size the transform's length, {@code columns x rows}
   * @param columns R1: the real transforms of the first pass
   * @param rows R2: the length of those of the second
   * @param framesPerBlock F
   * @param threads per block
   * @param hop the hop it is made for, or 0 for any
   * @param bank the filter bank it is made for, or null for any
   */
  record Instance(
      int size,
      int columns,
      int rows,
      int framesPerBlock,
      int threads,
      int hop,
      @Nullable CompiledBank bank) {
    String suffix() {
      return size
          + "_"
          + framesPerBlock
          + (hop > 0 ? "_hop" + hop : "")
          + (bank == null ? "" : "_" + bank.name());
    }
  }

  /**
   * Reads the list.
   *
   * @param banks those that it names
   */
  static List<Instance> parse(String text, List<CompiledBank> banks) {
    List<Instance> list = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      int[] n = new int[7];
      int i = 0;
      for (String word : matcher.group(3).split(",", -1)) {
        n[i++] = Integer.parseInt(word.strip());
      }
      String name = matcher.group(4);
      CompiledBank bank = null;
      for (CompiledBank one : banks) {
        if (one.name().equals(name)) {
          bank = one;
        }
      }
      list.add(new Instance(n[0], n[1], n[2], n[3], n[4], n[6], bank));
    }
    return list;
  }
}
