package org.cochlea.audio.file;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small tables as comma-separated values. */
public final class Csv {
  private Csv() {}

  /**
   * Writes a matrix, one line per row, with as many digits as give every value back.
   *
   * @param columns the names of the columns, none for a table without a head
   * @param matrix of one dimension (one row), two, or more: then one matrix below the other
   * @throws IllegalArgumentException if it has no dimension, or the names do not fit
   * @throws IOException if it cannot be written; nothing of it is seen then
   */
  public static void write(Path file, List<String> columns, NdArray matrix) throws IOException {
    int[] shape = matrix.shape();
    if (shape.length < 1) {
      throw new IllegalArgumentException("matrix must have 1 dimension or more, was " + matrix);
    }
    int width = shape[shape.length - 1];
    int rows = width == 0 ? 0 : matrix.size() / width;
    if (!columns.isEmpty() && columns.size() != width) {
      throw new IllegalArgumentException(
          "columns must have %d names, had %d".formatted(width, columns.size()));
    }
    try (AtomicFile target = AtomicFile.create(file)) {
      BufferedWriter out =
          new BufferedWriter(Channels.newWriter(target.channel(), StandardCharsets.UTF_8));
      CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
      if (!columns.isEmpty()) {
        csv.writeRecord(columns);
      }
      String[] cells = new String[width];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < width; c++) {
          cells[c] = matrix.text(r * width + c);
        }
        csv.writeRecord(cells);
      }
      csv.flush();
      out.flush();
      target.commit();
    }
  }

  /**
   * Reads a matrix without a head.
   *
   * @return of two dimensions, as 32-bit floats
   * @throws IOException if it cannot be read, or a cell is no number; the line is named
   */
  public static NdArray read(Path file) throws IOException {
    List<float[]> rows = new ArrayList<>();
    try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(file)) {
      for (CsvRecord line : csv) {
        float[] row = new float[line.getFieldCount()];
        for (int c = 0; c < row.length; c++) {
          row[c] = Float.parseFloat(line.getField(c));
        }
        rows.add(row);
      }
    } catch (NumberFormatException | CsvParseException e) {
      throw NpyHeader.problem(
          file.toString(), "line %d: %s".formatted(rows.size() + 1, e.getMessage()));
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    }
    int width = rows.isEmpty() ? 0 : rows.getFirst().length;
    float[] values = new float[Math.multiplyExact(rows.size(), width)];
    for (int r = 0; r < rows.size(); r++) {
      System.arraycopy(rows.get(r), 0, values, r * width, width);
    }
    return NdArray.of(values, rows.size(), width);
  }
}
