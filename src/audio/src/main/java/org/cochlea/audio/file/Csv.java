package org.cochlea.audio.file;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Small tables as comma-separated values. */
public final class Csv {
  private Csv() {}

  /**
   * Writes a matrix, one line per row, with as many digits as give every value back.
   *
   * @param columns the names of the columns, none for a table without a head
   * @param matrix of one dimension (one row) or two
   * @throws IllegalArgumentException if it has other dimensions, or the names do not fit
   * @throws IOException if it cannot be written; nothing of it is seen then
   */
  public static void write(Path file, List<String> columns, NdArray matrix) throws IOException {
    int[] shape = matrix.shape();
    if (shape.length < 1 || shape.length > 2) {
      throw new IllegalArgumentException("matrix must have 1 or 2 dimensions, was " + matrix);
    }
    int width = shape[shape.length - 1];
    int rows = shape.length == 1 ? 1 : shape[0];
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
}
