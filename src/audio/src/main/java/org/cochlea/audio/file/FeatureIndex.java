package org.cochlea.audio.file;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * <p>Writing is line by line; the file appears under its name when {@link #finish()} returns, and
 * {@link #close()} without it throws the file away.
 */
public final class FeatureIndex implements AutoCloseable {
  private static final JsonFactory JSON = new JsonFactory();

  private final AtomicFile target;
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
      String checksum) {
    /** Copies the lists. */
    public Entry {
      labels = List.copyOf(labels);
      shape = List.copyOf(shape);
    }
  }

  private FeatureIndex(AtomicFile target) {
    this.target = target;
    this.out = new BufferedWriter(Channels.newWriter(target.channel(), StandardCharsets.UTF_8));
  }

  /**
   * Begins an index.
   *
   * @throws IOException if it cannot be created
   */
  public static FeatureIndex create(Path file) throws IOException {
    return new FeatureIndex(AtomicFile.create(file));
  }

  /** Writes a line. */
  public void add(Entry entry) throws IOException {
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
      json.writeEndObject();
    }
    out.write(line.append('\n').toString());
  }

  /** Completes the index and puts it under its name. */
  public void finish() throws IOException {
    out.flush();
    target.commit();
  }

  /** Ends writing; an index that was not finished is thrown away. */
  @Override
  public void close() throws IOException {
    target.close();
  }

  /**
   * Reads an index. Fields that are not known are passed over, fields that are missing are empty or
   * 0.
   *
   * @throws IOException if it cannot be read; a damaged line is named by its number
   */
  public static List<Entry> read(Path file) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader in = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          try {
            entries.add(parse(line));
          } catch (JacksonException e) {
            throw NpyHeader.problem(
                file.toString(), "line %d: %s".formatted(number, e.getOriginalMessage()));
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
          default -> json.skipChildren();
        }
      }
    }
    return new Entry(audio, labels, sampleRate, samples, file, array, shape, frames, checksum);
  }

  private static List<String> strings(JsonParser json) {
    List<String> strings = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_STRING) {
      strings.add(json.getString());
    }
    return strings;
  }
}
