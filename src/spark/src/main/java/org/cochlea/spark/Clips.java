package org.cochlea.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioInfo;
import org.cochlea.audio.AudioReader;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.collection.mutable.ArraySeq;

/** Reads the clips of rows. */
final class Clips {
  /**
   * Bytes per second that no usual file is below: a smaller file need not be opened to know that it
   * is short. One that is, all the same, is not split.
   */
  static final double LEAST_BYTES_PER_SECOND = 1000;

  private final ClipColumns columns;

  /** A clip's samples. */
  static final class Audio {
    private final float[][] channels;
    private final int sampleRate;

    Audio(float[][] channels, int sampleRate) {
      this.channels = channels;
      this.sampleRate = sampleRate;
    }

    /** Returns the samples by channel, not a copy. */
    float[][] channels() {
      return channels;
    }

    int sampleRate() {
      return sampleRate;
    }

    double seconds() {
      return (double) channels[0].length / sampleRate;
    }
  }

  Clips(ClipColumns columns) {
    this.columns = columns;
  }

  /** Returns what to call a clip in messages; its path where it has one. */
  String name(Row row) {
    if (columns.input() instanceof ClipInput.Paths p) {
      return String.valueOf(row.<Object>getAs(p.path()));
    }
    return row.schema().getFieldIndex("path").isDefined()
        ? String.valueOf(row.<Object>getAs("path"))
        : "the clip";
  }

  /** Returns the key that a clip's random numbers are drawn by. */
  long key(Row row, Augment augment) {
    String column = augment.keyColumn();
    if (column != null) {
      return ((Number) row.getAs(column)).longValue();
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(name(row).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads a clip into memory. */
  Audio read(Row row) throws IOException {
    Audio audio =
        switch (columns.input()) {
          case ClipInput.Paths p -> {
            try (LocalFile file = local(row, p)) {
              yield audio(AudioClip.load(file.path(), offset(row, p), duration(row, p)));
            }
          }
          case ClipInput.Contents c -> {
            byte[] content = row.getAs(c.content());
            if (content == null) {
              throw new IOException(name(row) + ": " + c.content() + " is null");
            }
            yield decoded(name(row), content);
          }
          case ClipInput.Samples s -> samples(row, s);
        };
    return checked(name(row), audio);
  }

  /** Reads a file's bytes. */
  static Audio decoded(String name, byte[] content) throws IOException {
    try (LocalFile file = LocalFile.temporary()) {
      Files.write(file.path(), content);
      try {
        return audio(AudioClip.load(file.path()));
      } catch (IOException e) {
        // The message is to name the clip and not the file that it was copied to.
        String message = String.valueOf(e.getMessage());
        throw new IOException(message.replace(file.path().toString(), name), e);
      }
    }
  }

  /** Reads a file by its path. */
  static Audio loaded(String path) throws IOException {
    try (LocalFile file = local(path)) {
      return audio(AudioClip.load(file.path()));
    }
  }

  /** Returns a clip that has samples, all of them numbers. */
  static Audio checked(String name, Audio audio) throws IOException {
    if (audio.channels().length == 0 || audio.channels()[0].length == 0) {
      throw new IOException(name + ": holds no samples");
    }
    for (float[] channel : audio.channels()) {
      requireNumbers(name, channel, 0, audio.sampleRate());
    }
    return audio;
  }

  private static Audio audio(AudioClip clip) {
    return new Audio(clip.toChannels(), clip.sampleRate());
  }

  static void requireNumbers(String name, float[] samples, long first, int sampleRate)
      throws IOException {
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IOException(
            "%s: the sample at %.3f s is not a finite number"
                .formatted(name, (double) (first + i) / sampleRate));
      }
    }
  }

  private Audio samples(Row row, ClipInput.Samples columns) throws IOException {
    Object samples = row.getAs(columns.samples());
    Integer rate = row.getAs(columns.sampleRate());
    if (samples == null || rate == null) {
      throw new IOException(
          "%s: %s is null"
              .formatted(name(row), samples == null ? columns.samples() : columns.sampleRate()));
    }
    if (rate < 1) {
      throw new IOException(
          "%s: %s must be at least 1 Hz, was %d".formatted(name(row), columns.sampleRate(), rate));
    }
    return new Audio(channels(samples), rate);
  }

  /** Returns the channels of a value of a column of samples. */
  static float[][] channels(Object samples) {
    if (samples instanceof byte[] bytes) {
      float[] floats = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
      return new float[][] {floats};
    }
    Seq<?> seq = (Seq<?>) samples;
    if (seq.isEmpty() || !(seq.apply(0) instanceof Seq<?>)) {
      return new float[][] {floats(seq)};
    }
    float[][] channels = new float[seq.length()][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = floats((Seq<?>) seq.apply(c));
    }
    return channels;
  }

  private static float[] floats(Seq<?> seq) {
    if (seq instanceof ArraySeq.ofFloat primitive) {
      return primitive.array();
    }
    float[] floats = new float[seq.length()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = seq.apply(i) instanceof Float f ? f : Float.NaN;
    }
    return floats;
  }

  // ---- files ---------------------------------------------------------------------------------

  /**
   * A file that Java can read.
   *
   * @param path of it
   * @param copy whether it is a copy, which is deleted
   */
  record LocalFile(Path path, boolean copy) implements AutoCloseable {
    static LocalFile temporary() throws IOException {
      return new LocalFile(Files.createTempFile("cochlea-", ".audio"), true);
    }

    @Override
    public void close() throws IOException {
      if (copy) {
        Files.deleteIfExists(path);
      }
    }
  }

  private LocalFile local(Row row, ClipInput.Paths input) throws IOException {
    String path = row.getAs(input.path());
    if (path == null) {
      throw new IOException(input.path() + " is null");
    }
    return local(path);
  }

  static LocalFile local(String path) throws IOException {
    int colon = path.indexOf(':');
    boolean scheme = colon > 1 && path.startsWith(":/", colon);
    if (!scheme) {
      return new LocalFile(Path.of(path), false);
    }
    if (path.startsWith("file:")) {
      return new LocalFile(Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath()), false);
    }
    LocalFile file = LocalFile.temporary();
    try {
      org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(path);
      from.getFileSystem(new Configuration())
          .copyToLocalFile(false, from, new org.apache.hadoop.fs.Path(file.path().toUri()), true);
      return file;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static double offset(Row row, ClipInput.Paths input) {
    Double offset = input.offset() == null ? null : row.getAs(input.offset());
    return offset == null ? 0 : offset;
  }

  private static double duration(Row row, ClipInput.Paths input) {
    Double duration = input.duration() == null ? null : row.getAs(input.duration());
    return duration == null ? Double.POSITIVE_INFINITY : duration;
  }

  // ---- long recordings -----------------------------------------------------------------------

  /** Opens the file of a long recording. */
  <T extends @Nullable Object> T open(Row row, Reading<T> reading) throws IOException {
    if (!(columns.input() instanceof ClipInput.Paths paths)) {
      throw new IllegalStateException("only files are read in pieces");
    }
    try (LocalFile file = local(row, paths);
        AudioReader reader = AudioReader.open(file.path())) {
      int rate = reader.info().sampleRate();
      double duration = duration(row, paths);
      // A double beyond the range of long becomes the largest long.
      return reading.read(reader, (long) (offset(row, paths) * rate), (long) (duration * rate));
    }
  }

  /**
   * What is done with a file.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  interface Reading<T extends @Nullable Object> {
    T read(AudioReader reader, long start, long length) throws IOException;
  }

  /** Whether a row's recording is longer than so many seconds, as far as its file tells. */
  boolean isLong(Row row, double seconds) throws IOException {
    return columns.input() instanceof ClipInput.Paths paths && length(row, paths, seconds) != null;
  }

  /** Returns the header of a row's file if its clip is longer than so many seconds, else null. */
  private @Nullable AudioInfo length(Row row, ClipInput.Paths paths, double seconds)
      throws IOException {
    try (LocalFile file = local(row, paths)) {
      if (Files.size(file.path()) < seconds * LEAST_BYTES_PER_SECOND) {
        return null;
      }
      try (AudioReader reader = AudioReader.open(file.path())) {
        OptionalDouble duration = reader.info().duration();
        double length =
            Math.min(
                duration.orElse(Double.POSITIVE_INFINITY) - offset(row, paths),
                duration(row, paths));
        return length > seconds ? reader.info() : null;
      }
    }
  }

  /** Splits a row's recording; a clip that is short, or cannot be split, is one piece. */
  List<Piece> pieces(Row row, double seconds, Recipe recipe, boolean maximum) {
    try {
      if (!(columns.input() instanceof ClipInput.Paths paths)) {
        return List.of(Piece.WHOLE);
      }
      AudioInfo info = length(row, paths, seconds);
      OptionalLong frames = info == null ? OptionalLong.empty() : info.frames();
      if (info == null || frames.isEmpty()) {
        return List.of(Piece.WHOLE);
      }
      Preset preset = recipe.preset(info.sampleRate());
      PieceFrontEnd.Way way = PieceFrontEnd.way(preset);
      if (way == PieceFrontEnd.Way.BELOW_MAXIMUM ? !maximum : way != PieceFrontEnd.Way.FRAMES) {
        return List.of(Piece.WHOLE);
      }
      long samples =
          Math.min(
              frames.getAsLong() - (long) (offset(row, paths) * info.sampleRate()),
              (long) (duration(row, paths) * info.sampleRate()));
      int rate = preset.sampleRate() == 0 ? info.sampleRate() : preset.sampleRate();
      long resampled =
          Math.ceilDiv(Math.multiplyExact(samples, (long) rate), (long) info.sampleRate());
      var frame = PieceFrontEnd.frame(preset.feature().pipeline());
      long perPiece = Math.max(1, (long) (seconds * rate / frame.hop()));
      int count = (int) Math.max(1, frame.frames(resampled) / perPiece);
      List<Piece> pieces = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long to = i == count - 1 ? Piece.END : (i + 1) * perPiece;
        pieces.add(new Piece(i, count, i * perPiece, to, way == PieceFrontEnd.Way.BELOW_MAXIMUM));
      }
      return pieces;
    } catch (IOException | RuntimeException e) {
      // Whoever computes it will say what is wrong.
      return List.of(Piece.WHOLE);
    }
  }

  /** Returns an error in one line. */
  static String describe(Throwable e) {
    String text =
        switch (e) {
          case UncheckedIOException wrapped when wrapped.getCause() != null ->
              describe(wrapped.getCause());
          case NoSuchFileException f -> f.getFile() + ": no such file or folder";
          case FileSystemException f when f.getReason() != null ->
              f.getFile() + ": " + f.getReason();
          case OutOfMemoryError _ -> "out of memory: use a smaller batch, or larger executors";
          case IOException f when f.getMessage() != null -> f.getMessage();
          case IllegalArgumentException f when f.getMessage() != null -> f.getMessage();
          default -> e.toString();
        };
    return String.join(" ", text.lines().map(String::strip).toList());
  }
}
