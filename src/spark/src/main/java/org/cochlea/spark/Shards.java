package org.cochlea.spark;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes WebDataset shards: a tar file per part with the members KEY.npy and KEY.json of every
 * clip. A shard appears under its name when it is complete, so that a task may be repeated.
 *
 * @param out the folder
 */
record Shards(String out) implements MapPartitionsFunction<Row, Row> {
  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public Iterator<Row> call(Iterator<Row> features) throws IOException {
    List<Row> done = new ArrayList<>();
    Shard shard = null;
    try {
      while (features.hasNext()) {
        Row row = features.next();
        String part = row.getAs("part");
        if (shard == null || !shard.part.equals(part)) {
          if (shard != null) {
            shard.finish();
          }
          shard = new Shard(Path.of(out), part);
        }
        String error = row.getAs("error");
        if (error != null) {
          done.add(NpyFiles.done(row, null, null, null, null, error));
        } else {
          shard.add(row);
          done.add(
              NpyFiles.done(
                  row, row.getAs("seconds"), row.getAs("frames"), NpyFiles.shape(row), null, null));
        }
      }
      if (shard != null) {
        shard.finish();
      }
    } finally {
      if (shard != null) {
        shard.close();
      }
    }
    return done.iterator();
  }

  /** One tar file. */
  private static final class Shard implements AutoCloseable {
    private final Path folder;
    private final String part;
    private final Path unfinished;
    private final TarArchiveOutputStream tar;

    Shard(Path folder, String part) throws IOException {
      this.folder = folder;
      this.part = part;
      Path notes = folder.resolve("_cochlea");
      Files.createDirectories(notes);
      // A name of its own: a task that is thought lost may still write.
      unfinished = notes.resolve("." + part + "-" + UUID.randomUUID() + ".tar");
      tar =
          new TarArchiveOutputStream(
              new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 20));
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    void add(Row row) throws IOException {
      String name = row.getAs("name");
      int pieces = row.getAs("pieces");
      int slash = name.lastIndexOf('/') + 1;
      // A key ends at the first point of the file's name.
      String key = name.substring(0, slash) + name.substring(slash).replace('.', '_');
      if (pieces > 1) {
        key += "-%06d".formatted(row.<Integer>getAs("piece"));
      }
      NdArray array = NdArray.of(Clips.channels(row.getAs("feature"))[0], NpyFiles.shape(row));
      Path npy = Files.createTempFile("cochlea-", ".npy");
      try {
        Npy.write(npy, array);
        member(key + ".npy", Files.readAllBytes(npy));
      } finally {
        Files.deleteIfExists(npy);
      }
      member(key + ".json", json(row).getBytes(StandardCharsets.UTF_8));
    }

    private void member(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(content.length);
      entry.setModTime(0); // the same clips give the same bytes
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }

    private static String json(Row row) {
      StringWriter text = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
        json.writeStartObject();
        json.writeStringProperty("audio", row.getAs("path"));
        json.writeName("labels");
        json.writeStartArray();
        for (Object label : row.getList(row.fieldIndex("labels"))) {
          json.writeString(String.valueOf(label));
        }
        json.writeEndArray();
        json.writeNumberProperty("audio_rate", row.<Integer>getAs("audio_rate"));
        json.writeNumberProperty("sample_rate", row.<Integer>getAs("sample_rate"));
        json.writeNumberProperty("seconds", row.<Double>getAs("seconds"));
        json.writeNumberProperty("first_frame", row.<Long>getAs("first_frame"));
        json.writeNumberProperty("frames", row.<Integer>getAs("frames"));
        json.writeEndObject();
      }
      return text.toString();
    }

    void finish() throws IOException {
      tar.close();
      Files.move(
          unfinished,
          folder.resolve(part + ".tar"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
      tar.close();
      Files.deleteIfExists(unfinished);
    }
  }
}
