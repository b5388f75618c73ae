package org.cochlea.audio.file;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The table of contents of a set of features: a file of one JSON object per line, each of which
 * says which clip an array was made from and where it lies.
 *
 * <p>Writing is line by line. A new index appears under its name when {@link #finish()} returns,
 * and {@link #close()} without it throws it away; one that is {@linkplain #append appended to}
 * keeps every line that was added, whatever happens.
 */
public final class FeatureIndex implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final @Nullable AtomicFile target;
  private final BufferedWriter out;

  /**
   * One array.
   *
   * @param audio the audio file it was made from
   * @param labels the clip's labels, none if it has none
   * @param sampleRate of the audio, in Hz
   * @param samples length of the clip, per channel
   * @param file the file that holds the array
   * @param array its name in that file, empty where the file holds one array only
   * @param shape the length of every dimension
   * @param frames number of frames
   * @param checksum as {@link NdArray#checksum()} gives it, empty where it was not taken
   * @param origin what the array holds for as long as it is unchanged, or null
   */
  public record Entry(
      String audio,
      List<String> labels,
      int sampleRate,
      long samples,
      String file,
      String array,
      List<Integer> shape,
      int frames,
      String checksum,
      @Nullable Origin origin) {
    /** Copies the lists. */
    public Entry {
      labels = List.copyOf(labels);
      shape = List.copyOf(shape);
    }
  }

  /**
   * What an array was made from and how, to tell whether it would be made the same again.
   *
   * @param offset where the clip begins in the audio file, in seconds
   * @param duration how much of the file was asked for, in seconds; infinite for all
   * @param bytes size of the audio file
   * @param modified when the audio file was last changed, in milliseconds since 1970
   * @param parameters a digest of the feature's parameters
   */
  public record Origin(
      double offset, double duration, long bytes, long modified, String parameters) {}

  private FeatureIndex(@Nullable AtomicFile target, FileChannel channel) {
    this.target = target;
    this.out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
  }

  /**
   * Begins an index.
   *
   * @throws IOException if it cannot be created
   */
  public static FeatureIndex create(Path file) throws IOException {
    AtomicFile target = AtomicFile.create(file);
    return new FeatureIndex(target, target.channel());
  }

  /**
   * Opens an index to add lines, each of which is in the file when {@link #add} returns. One writer
   * at a time can have it open.
   *
   * @param fresh whether to begin with an empty index
   * @throws IOException if it cannot be written, or another process or writer has it open
   */
  public static FeatureIndex append(Path file, boolean fresh) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      FileLock lock;
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        lock = null;
      }
      if (lock == null) {
        throw NpyHeader.problem(file.toString(), "another run is writing here");
      }
      if (fresh) {
        channel.truncate(0);
      }
      long size = channel.size();
      ByteBuffer last = ByteBuffer.allocate(1);
      boolean cut = size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n';
      channel.position(size);
      FeatureIndex index = new FeatureIndex(null, channel);
      if (cut) {
        // What was killed while it wrote left half a line.
        index.out.write('\n');
      }
      opened = true;
      return index;
    } finally {
      if (!opened) {
        channel.close();
      }
    }
  }

  /** Writes a line. Safe for use from several threads. */
  public synchronized void add(Entry entry) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("audio", entry.audio);
      json.writeName("labels");
      json.writeStartArray();
      for (String label : entry.labels) {
        json.writeString(label);
      }
      json.writeEndArray();
      json.writeNumberProperty("sample_rate", entry.sampleRate);
      json.writeNumberProperty("samples", entry.samples);
      json.writeStringProperty("file", entry.file);
      if (!entry.array.isEmpty()) {
        json.writeStringProperty("array", entry.array);
      }
      json.writeName("shape");
      json.writeStartArray();
      for (int length : entry.shape) {
        json.writeNumber(length);
      }
      json.writeEndArray();
      json.writeNumberProperty("frames", entry.frames);
      if (!entry.checksum.isEmpty()) {
        json.writeStringProperty("checksum", entry.checksum);
      }
      if (entry.origin != null) {
        if (entry.origin.offset != 0) {
          json.writeNumberProperty("offset", entry.origin.offset);
        }
        if (entry.origin.duration != Double.POSITIVE_INFINITY) {
          json.writeNumberProperty("duration", entry.origin.duration);
        }
        json.writeNumberProperty("audio_bytes", entry.origin.bytes);
        json.writeNumberProperty("audio_modified", entry.origin.modified);
        json.writeStringProperty("parameters", entry.origin.parameters);
      }
      json.writeEndObject();
    }
    out.write(line.append('\n').toString());
    if (target == null) {
      out.flush();
    }
  }

  /** Completes the index and puts it under its name. */
  public void finish() throws IOException {
    out.flush();
    if (target != null) {
      target.commit();
    }
  }

  /** Ends writing; a new index that was not finished is thrown away. */
  @Override
  public void close() throws IOException {
    if (target == null) {
      out.close();
    } else {
      target.close();
    }
  }

  /**
   * Reads an index. Fields that are not known are passed over, fields that are missing are empty or
   * 0.
   *
   * @throws IOException if it cannot be read; a damaged line is named by its number
   */
  public static List<Entry> read(Path file) throws IOException {
    return read(file, false);
  }

  /**
   * Reads what can be read of an index whose writer may have been killed: damaged lines are passed
   * over.
   *
   * @throws IOException if it cannot be read
   */
  public static List<Entry> salvage(Path file) throws IOException {
    return read(file, true);
  }

  private static List<Entry> read(Path file, boolean lenient) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader in =
        lenient
            ? new BufferedReader(
                new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))
            : Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          try {
            entries.add(parse(line));
          } catch (JacksonException e) {
            if (!lenient) {
              throw NpyHeader.problem(
                  file.toString(), "line %d: %s".formatted(number, e.getOriginalMessage()));
            }
          }
        }
      }
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    } catch (MalformedInputException e) {
      throw NpyHeader.problem(file.toString(), "is not UTF-8 text");
    }
    return entries;
  }

  private static Entry parse(String line) {
    String audio = "";
    List<String> labels = List.of();
    int sampleRate = 0;
    long samples = 0;
    String file = "";
    String array = "";
    List<Integer> shape = new ArrayList<>();
    int frames = 0;
    String checksum = "";
    double offset = 0;
    double duration = Double.POSITIVE_INFINITY;
    long bytes = 0;
    long modified = 0;
    String parameters = "";
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JacksonException("is no JSON object", json.currentLocation(), null) {
          private static final long serialVersionUID = 1L;
        };
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "audio" -> audio = json.getString();
          case "labels" -> labels = strings(json);
          case "sample_rate" -> sampleRate = json.getIntValue();
          case "samples" -> samples = json.getLongValue();
          case "file" -> file = json.getString();
          case "array" -> array = json.getString();
          case "shape" -> {
            while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
              shape.add(json.getIntValue());
            }
          }
          case "frames" -> frames = json.getIntValue();
          case "checksum" -> checksum = json.getString();
          case "offset" -> offset = json.getDoubleValue();
          case "duration" -> duration = json.getDoubleValue();
          case "audio_bytes" -> bytes = json.getLongValue();
          case "audio_modified" -> modified = json.getLongValue();
          case "parameters" -> parameters = json.getString();
          default -> json.skipChildren();
        }
      }
    }
    Origin origin =
        parameters.isEmpty() ? null : new Origin(offset, duration, bytes, modified, parameters);
    return new Entry(
        audio, labels, sampleRate, samples, file, array, shape, frames, checksum, origin);
  }

  private static List<String> strings(JsonParser json) {
    List<String> strings = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      strings.add(json.getString());
    }
    return strings;
  }
}
