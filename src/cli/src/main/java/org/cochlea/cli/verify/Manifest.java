package org.cochlea.cli.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.file.Json;
import org.jspecify.annotations.Nullable;

/**
 * A set of reference results, as {@code manifest.json} lists them.
 *
 * @param set its name
 * @param cases in order
 */
record Manifest(String set, List<ReferenceCase> cases) {

  /**
   * Reads {@code manifest.json} of a folder.
   *
   * @throws IOException in one line that begins with the file's name
   */
  static Manifest read(Path folder) throws IOException {
    Path file = folder.resolve("manifest.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": no such file");
    }
    Object root = Json.read(file);
    if (!(root instanceof Map<?, ?> top) || !(top.get("cases") instanceof List<?> list)) {
      throw new IOException(file + ": it has no list of \"cases\"");
    }
    List<ReferenceCase> cases = new ArrayList<>();
    for (Object entry : list) {
      if (!(entry instanceof Map<?, ?> one)) {
        throw new IOException(file + ": case " + cases.size() + " is not an object");
      }
      cases.add(readCase(file, one, cases.size()));
    }
    return new Manifest(String.valueOf(top.get("set")), List.copyOf(cases));
  }

  private static ReferenceCase readCase(Path file, Map<?, ?> one, int index) throws IOException {
    for (String needed : List.of("id", "feature", "input", "output")) {
      if (!(one.get(needed) instanceof String)) {
        throw new IOException("%s: case %d has no \"%s\"".formatted(file, index, needed));
      }
    }
    @SuppressWarnings("unchecked") // what Json reads has strings for keys
    Map<String, @Nullable Object> params =
        one.get("params") instanceof Map<?, ?> map ? (Map<String, @Nullable Object>) map : Map.of();
    return new ReferenceCase(
        String.valueOf(one.get("id")),
        String.valueOf(one.get("feature")),
        String.valueOf(one.get("input")),
        params,
        String.valueOf(one.get("output")),
        one.get("source") instanceof String source ? source : "",
        one.get("relative_l2") instanceof Number bound ? bound.doubleValue() : null,
        one.get("note") instanceof String note ? note : "");
  }
}
