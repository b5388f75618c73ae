package org.cochlea.audio.dataset;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cochlea.audio.file.AtomicFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Reads and writes tables of items: CSV, TSV and JSON lines. */
final class Manifests {
  private static final JsonFactory JSON = new JsonFactory();

  private Manifests() {}

  /** A line of a table: values by column, a column's values one unless it is a JSON array. */
  record Row(Path file, long line, Map<String, List<String>> cells) {
    /** Returns the value of the first of these columns that there is and that is not empty. */
    @Nullable String value(List<String> columns) {
      for (String column : columns) {
        List<String> values = cells.getOrDefault(column, List.of());
        if (!values.isEmpty() && !values.getFirst().isBlank()) {
          return values.getFirst().strip();
        }
      }
      return null;
    }

    String required(String... columns) throws DatasetException {
      String value = value(List.of(columns));
      if (value == null) {
        throw error(columns[0], "is missing or empty");
      }
      return value;
    }

    int integer(String column, String value) throws DatasetException {
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException _) {
        throw error(column, "must be a whole number, was \"" + value + "\"");
      }
    }

    double seconds(String column, String value, boolean zero) throws DatasetException {
      double number;
      try {
        number = Double.parseDouble(value);
      } catch (NumberFormatException _) {
        number = Double.NaN;
      }
      if (!(zero ? number >= 0 : number > 0) || Double.isInfinite(number)) {
        throw error(
            column, "must be seconds " + (zero ? ">= 0" : "> 0") + ", was \"" + value + "\"");
      }
      return number;
    }

    Part part(String column, String value) throws DatasetException {
      Part part = Part.forName(value).orElse(null);
      if (part == null) {
        throw error(column, "must be train, validation or test, was \"" + value + "\"");
      }
      return part;
    }

    DatasetException error(String column, String problem) {
      return new DatasetException(file, line, "column " + column + " " + problem);
    }
  }

  static String text(Path file) throws IOException {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException _) {
      throw new DatasetException(file, "no such file");
    } catch (CharacterCodingException _) {
      throw new DatasetException(file, "is not UTF-8");
    }
  }

  static boolean isJson(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".jsonl") || name.endsWith(".json");
  }

  /** Reads a CSV whose first line names the columns. */
  static List<Row> csv(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<String> header = List.of();
    for (CsvRecord record : records(file)) {
      if (header.isEmpty()) {
        header =
            record.getFields().stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
        continue;
      }
      long line = record.getStartingLineNumber();
      if (record.getFieldCount() != header.size()) {
        throw new DatasetException(
            file,
            line,
            "%d columns, the first line has %d".formatted(record.getFieldCount(), header.size()));
      }
      Map<String, List<String>> cells = new LinkedHashMap<>();
      for (int i = 0; i < header.size(); i++) {
        cells.putIfAbsent(header.get(i), List.of(record.getField(i)));
      }
      rows.add(new Row(file, line, cells));
    }
    if (header.isEmpty()) {
      throw new DatasetException(file, "is empty");
    }
    return rows;
  }

  static List<CsvRecord> records(Path file) throws IOException {
    String text = text(file);
    List<CsvRecord> records = new ArrayList<>();
    long line = 1;
    try (CsvReader<CsvRecord> csv =
        CsvReader.builder()
            .fieldSeparator(separator(file, text))
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .ofCsvRecord(text)) {
      for (CsvRecord record : csv) {
        records.add(record);
        line = record.getStartingLineNumber() + 1;
      }
    } catch (CsvParseException e) {
      Throwable cause = e.getCause();
      throw new DatasetException(
          file, line, String.valueOf((cause == null ? e : cause).getMessage()));
    }
    return records;
  }

  private static char separator(Path file, String text) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".tsv")) {
      return '\t';
    }
    String first = text.lines().findFirst().orElse("");
    char best = ',';
    long most = first.chars().filter(c -> c == ',').count();
    for (char c : new char[] {'\t', ';'}) {
      long count = first.chars().filter(other -> other == c).count();
      if (count > most) {
        best = c;
        most = count;
      }
    }
    return best;
  }

  /** Reads one JSON object per line. */
  static List<Row> json(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    long number = 0;
    for (String line : (Iterable<String>) text(file).lines()::iterator) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw new DatasetException(file, number, "must be a JSON object");
        }
        Map<String, List<String>> cells = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String name = json.currentName().toLowerCase(Locale.ROOT);
          JsonToken token = json.nextToken();
          List<String> values = new ArrayList<>();
          if (token == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
              if (json.currentToken().isScalarValue()) {
                values.add(json.getString());
              } else {
                json.skipChildren();
              }
            }
          } else if (token == JsonToken.START_OBJECT) {
            json.skipChildren();
          } else if (token != JsonToken.VALUE_NULL) {
            values.add(json.getString());
          }
          cells.put(name, values);
        }
        if (json.nextToken() != null) {
          throw new DatasetException(file, number, "more than one JSON value");
        }
        rows.add(new Row(file, number, cells));
      } catch (JacksonException e) {
        throw new DatasetException(
            file,
            number,
            "column %d: %s"
                .formatted(
                    e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                    e.getOriginalMessage()));
      }
    }
    return rows;
  }

  static void write(Dataset dataset, Path file) throws IOException {
    String name = file.toString().toLowerCase(Locale.ROOT);
    String text;
    if (name.endsWith(".jsonl")) {
      text = toJson(dataset, file);
    } else if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      text = toCsv(dataset, file, name.endsWith(".tsv") ? '\t' : ',');
    } else {
      throw new DatasetException(file, "must end in .csv, .tsv or .jsonl");
    }
    try (AtomicFile out = AtomicFile.create(file)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        out.channel().write(bytes);
      }
      out.commit();
    }
  }

  private static String toCsv(Dataset dataset, Path file, char separator) throws IOException {
    List<Item> items = dataset.items();
    boolean several = items.stream().anyMatch(item -> item.labels().size() > 1);
    boolean fold = items.stream().anyMatch(item -> item.fold() != null);
    boolean offset = items.stream().anyMatch(item -> item.offset() != 0);
    boolean duration = items.stream().anyMatch(item -> item.duration() != null);
    boolean text = items.stream().anyMatch(item -> item.text() != null);
    StringWriter out = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().fieldSeparator(separator).build(out)) {
      List<String> line = new ArrayList<>();
      line.addAll(List.of("path", several ? "labels" : "label", "split", "group"));
      addIf(line, fold, "fold");
      addIf(line, offset, "offset");
      addIf(line, duration, "duration");
      addIf(line, text, "text");
      csv.writeRecord(line);
      for (Item item : items) {
        for (String label : item.labels()) {
          if (several && (label.contains(",") || label.contains(";"))) {
            throw new DatasetException(
                file, "a comma in label \"" + label + "\" would divide it; write .jsonl instead");
          }
        }
        line.clear();
        line.add(relative(file, item.path()));
        line.add(String.join(",", item.labels()));
        line.add(orEmpty(item.split()));
        line.add(orEmpty(item.group()));
        addIf(line, fold, orEmpty(item.fold()));
        addIf(line, offset, orEmpty(item.offset()));
        addIf(line, duration, orEmpty(item.duration()));
        addIf(line, text, orEmpty(item.text()));
        csv.writeRecord(line);
      }
    }
    return out.toString();
  }

  private static void addIf(List<String> line, boolean on, String value) {
    if (on) {
      line.add(value);
    }
  }

  private static String orEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String toJson(Dataset dataset, Path file) {
    StringBuilder lines = new StringBuilder();
    for (Item item : dataset.items()) {
      StringWriter out = new StringWriter();
      try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
        json.writeStartObject();
        json.writeStringProperty("path", relative(file, item.path()));
        json.writeName("labels");
        json.writeStartArray();
        item.labels().forEach(json::writeString);
        json.writeEndArray();
        optional(json, "split", item.split());
        optional(json, "group", item.group());
        optional(json, "text", item.text());
        Integer fold = item.fold();
        if (fold != null) {
          json.writeNumberProperty("fold", fold);
        }
        if (item.offset() != 0) {
          json.writeNumberProperty("offset", item.offset());
        }
        Double duration = item.duration();
        if (duration != null) {
          json.writeNumberProperty("duration", duration);
        }
        json.writeEndObject();
      }
      lines.append(out).append('\n');
    }
    return lines.toString();
  }

  private static void optional(JsonGenerator json, String name, @Nullable Object value) {
    if (value != null) {
      json.writeStringProperty(name, value.toString());
    }
  }

  private static String relative(Path manifest, Path audio) {
    Path file = audio.toAbsolutePath().normalize();
    Path folder = manifest.toAbsolutePath().normalize().getParent();
    try {
      return (folder == null ? file : folder.relativize(file)).toString().replace('\\', '/');
    } catch (IllegalArgumentException _) {
      // Another drive: nothing but the whole path leads there.
      return file.toString();
    }
  }
}
