package org.cochlea.cli.extract;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.cochlea.cli.array.Json;

/**
 * {@code index.jsonl} of an output folder: a line for every output that is complete. It grows line
 * by line, so that what was finished before a stop is known after it.
 */
final class ResultIndex implements AutoCloseable {
  static final String NAME = "index.jsonl";

  private final Path folder;
  private final String fingerprint;
  private final Map<String, Map<?, ?>> known;
  private final BufferedWriter lines;

  private ResultIndex(
      Path folder, String fingerprint, Map<String, Map<?, ?>> known, BufferedWriter lines) {
    this.folder = folder;
    this.fingerprint = fingerprint;
    this.known = known;
    this.lines = lines;
  }

  /**
   * Opens the index.
   *
   * @param folder of the outputs
   * @param fingerprint of the parameters
   * @param resume whether what an earlier run finished counts
   */
  static ResultIndex open(Path folder, String fingerprint, boolean resume) throws IOException {
    Path file = folder.resolve(NAME);
    Map<String, Map<?, ?>> known = new HashMap<>();
    if (resume && Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        try {
          if (Json.parse(NAME, line) instanceof Map<?, ?> entry) {
            known.put(String.valueOf(entry.get("output")), entry);
          }
        } catch (IOException e) {
          // The last line of a run that was killed may be cut off.
        }
      }
    }
    BufferedWriter lines =
        Files.newBufferedWriter(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            resume ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    if (resume && !known.isEmpty()) {
      lines.newLine();
    }
    return new ResultIndex(folder, fingerprint, known, lines);
  }

  /** Whether an earlier run finished a clip with the same parameters, and its output is intact. */
  boolean isComplete(Clip clip) throws IOException {
    Map<?, ?> entry = known.get(clip.output().toString());
    Path output = folder.resolve(clip.output());
    return entry != null
        && fingerprint.equals(entry.get("parameters"))
        && clip.file().toString().equals(entry.get("input"))
        && Files.isRegularFile(output)
        && Files.exists(clip.file())
        && number(entry, "bytes") == Files.size(output)
        && number(entry, "input_bytes") == Files.size(clip.file())
        && number(entry, "input_modified") == Files.getLastModifiedTime(clip.file()).toMillis()
        && checksum(output).equals(entry.get("crc32c"));
  }

  private static long number(Map<?, ?> entry, String key) {
    return entry.get(key) instanceof Number n ? n.longValue() : -1;
  }

  /** Adds an output that is complete. */
  void add(Clip clip, int sampleRate, double seconds, int[] shape) throws IOException {
    Path output = folder.resolve(clip.output());
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("input", clip.file().toString());
    entry.put("output", clip.output().toString());
    entry.put("sample_rate", sampleRate);
    entry.put("seconds", seconds);
    entry.put("shape", shape);
    entry.put("bytes", Files.size(output));
    entry.put("crc32c", checksum(output));
    entry.put("input_bytes", Files.size(clip.file()));
    entry.put("input_modified", Files.getLastModifiedTime(clip.file()).toMillis());
    entry.put("parameters", fingerprint);
    String line = Json.line(entry);
    synchronized (lines) {
      lines.write(line);
      lines.newLine();
      lines.flush();
    }
  }

  private static String checksum(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    byte[] block = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        checksum.update(block, 0, n);
      }
    }
    return "%08x".formatted(checksum.getValue());
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
