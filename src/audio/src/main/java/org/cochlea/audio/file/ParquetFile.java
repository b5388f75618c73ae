package org.cochlea.audio.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads Parquet as Spark writes it: columns of numbers and bytes, lists of numbers, packed with
 * Snappy, gzip or not at all. What other writers may use beyond that (zstd, delta encodings,
 * encryption) is an error that says so.
 *
 * <p>Columns are read whole; of one with large values, each is read by its row. Safe for use from
 * several threads.
 */
public final class ParquetFile implements AutoCloseable {
  private static final int MAGIC = 0x31524150; // PAR1
  private static final List<String> CODECS =
      List.of("none", "snappy", "gzip", "LZO", "Brotli", "LZ4", "zstd", "LZ4");

  // Types, encodings and pages by their numbers in the format.
  private static final int INT32 = 1;
  private static final int INT64 = 2;
  private static final int FLOAT = 4;
  private static final int DOUBLE = 5;
  private static final int BYTES = 6;
  private static final int PLAIN = 0;
  private static final int PLAIN_DICTIONARY = 2;
  private static final int RUNS_DICTIONARY = 8;
  private static final int DATA_PAGE = 0;
  private static final int DICTIONARY_PAGE = 2;
  private static final int DATA_PAGE_2 = 3;

  private final Path file;
  private final Arena arena;
  private final MemorySegment bytes;
  private final int rows;
  private final Map<String, Leaf> leaves = new LinkedHashMap<>();
  private final List<Map<String, Chunk>> groups = new ArrayList<>();

  /**
   * A column.
   *
   * @param type of its values
   * @param defined how many optional or repeated parents a value has, itself among them
   * @param repeated how many repeated ones
   */
  private record Leaf(String name, int type, int defined, int repeated) {}

  /** A column's values in one group of rows. */
  private static final class Chunk {
    final int firstRow;
    final int rows;
    final int codec;
    final long values;
    final long start;
    final long length;
    final long unpacked;
    private @Nullable List<Page> pages;

    Chunk(int firstRow, int rows, Map<Integer, Object> meta) {
      this.firstRow = firstRow;
      this.rows = rows;
      this.codec = number(meta, 4);
      this.values = whole(meta, 5);
      this.unpacked = whole(meta, 6);
      this.length = whole(meta, 7);
      long data = whole(meta, 9);
      // Writers of old times left 0 where there is no dictionary.
      long dictionary = meta.containsKey(11) ? whole(meta, 11) : 0;
      this.start = dictionary > 0 ? Math.min(dictionary, data) : data;
    }
  }

  /**
   * A page.
   *
   * @param first value of the chunk that it holds, for a dictionary 0
   * @param header as it stands in the file
   * @param at where its bytes begin
   */
  private record Page(int kind, int first, int values, Map<Integer, Object> header, long at) {}

  /** Is told every value of a column, and every place where there is none. */
  @FunctionalInterface
  private interface Sink {
    void value(int repetition, int definition, @Nullable Object value);
  }

  private ParquetFile(Path file, Arena arena, MemorySegment bytes) {
    this.file = file;
    this.arena = arena;
    this.bytes = bytes;
    Map<Integer, Object> footer = footer();
    rows = Math.toIntExact(whole(footer, 3));
    List<Map<Integer, Object>> schema = structs(footer, 2);
    int next = 1;
    for (int i = 0; i < number(schema.getFirst(), 5); i++) {
      next = leaves(schema, next, "", 0, 0);
    }
    int row = 0;
    for (Map<Integer, Object> group : structs(footer, 4)) {
      int count = Math.toIntExact(whole(group, 3));
      Map<String, Chunk> chunks = new HashMap<>();
      for (Map<Integer, Object> column : structs(group, 1)) {
        Map<Integer, Object> meta = child(column, 3);
        List<String> path = new ArrayList<>();
        for (Object part : (List<?>) need(meta, 3)) {
          path.add(new String((byte[]) part, StandardCharsets.UTF_8));
        }
        chunks.put(String.join(".", path), new Chunk(row, count, meta));
      }
      groups.add(chunks);
      row += count;
    }
    if (row != rows) {
      throw new IllegalArgumentException("groups of %d rows, not %d".formatted(row, rows));
    }
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read, or is no Parquet
   */
  public static ParquetFile open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      long size = bytes.byteSize();
      if (size < 12 || bytes.get(INT, 0) != MAGIC || bytes.get(INT, size - 4) != MAGIC) {
        throw NpyHeader.problem(file.toString(), "is not a complete Parquet file");
      }
      ParquetFile parquet = new ParquetFile(file, arena, bytes);
      opened = true;
      return parquet;
    } catch (NoSuchFileException e) {
      throw NpyHeader.problem(file.toString(), "no such file");
    } catch (RuntimeException e) {
      throw damaged(file, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static IOException damaged(Path file, RuntimeException e) {
    IOException damaged = NpyHeader.problem(file.toString(), "is damaged: " + e.getMessage());
    damaged.initCause(e);
    return damaged;
  }

  private Map<Integer, Object> footer() {
    long end = bytes.byteSize() - 8;
    int length = bytes.get(INT, end);
    if (length < 0 || length > end - 4) {
      throw new IllegalArgumentException("a footer of %d bytes".formatted(length));
    }
    return Thrift.struct(bytes.asSlice(end - length, length).asByteBuffer());
  }

  /** Collects the leaves below an element of the schema; returns the element behind them. */
  private int leaves(
      List<Map<Integer, Object>> schema, int at, String parent, int defined, int repeated) {
    Map<Integer, Object> element = schema.get(at);
    int repetition = number(element, 3);
    int levels = defined + (repetition == 0 ? 0 : 1);
    int lists = repeated + (repetition == 2 ? 1 : 0);
    String name = parent + new String((byte[]) need(element, 4), StandardCharsets.UTF_8);
    int children = element.containsKey(5) ? number(element, 5) : 0;
    if (children == 0) {
      leaves.put(name, new Leaf(name, number(element, 1), levels, lists));
    }
    int next = at + 1;
    for (int i = 0; i < children; i++) {
      next = leaves(schema, next, name + ".", levels, lists);
    }
    return next;
  }

  // ---- what there is -------------------------------------------------------------------------

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the names of the columns. */
  public List<String> columns() {
    return leaves.keySet().stream()
        .map(name -> name.contains(".") ? name.substring(0, name.indexOf('.')) : name)
        .distinct()
        .toList();
  }

  private Leaf leaf(String column, String what, boolean list, int... types) throws IOException {
    for (Leaf leaf : leaves.values()) {
      if (leaf.name.equals(column) || leaf.name.startsWith(column + ".")) {
        if (leaf.repeated != (list ? 1 : 0)
            || Arrays.stream(types).noneMatch(t -> t == leaf.type)) {
          throw NpyHeader.problem(
              file.toString(), "column %s is not of %s".formatted(column, what));
        }
        return leaf;
      }
    }
    throw NpyHeader.problem(
        file.toString(),
        "has no column %s; it has %s".formatted(column, String.join(", ", columns())));
  }

  // ---- columns -------------------------------------------------------------------------------

  /**
   * Returns a column of whole numbers.
   *
   * @param missing stands for a value that is null
   * @throws IOException if there is no such column, or it cannot be read
   */
  public long[] longs(String column, long missing) throws IOException {
    long[] all = new long[rows];
    int[] row = {0};
    read(
        leaf(column, "whole numbers", false, INT32, INT64),
        (_, _, value) -> all[row[0]++] = value == null ? missing : ((Number) value).longValue());
    return all;
  }

  /**
   * Returns a column of fractional numbers.
   *
   * @param missing stands for a value that is null
   * @throws IOException if there is no such column, or it cannot be read
   */
  public double[] doubles(String column, double missing) throws IOException {
    double[] all = new double[rows];
    int[] row = {0};
    read(
        leaf(column, "numbers", false, FLOAT, DOUBLE),
        (_, _, value) -> all[row[0]++] = value == null ? missing : ((Number) value).doubleValue());
    return all;
  }

  /**
   * Returns a column of texts, null where there is none.
   *
   * @throws IOException if there is no such column, or it cannot be read
   */
  public List<@Nullable String> strings(String column) throws IOException {
    List<@Nullable String> all = new ArrayList<>(rows);
    read(
        leaf(column, "text", false, BYTES),
        (_, _, value) ->
            all.add(value == null ? null : new String((byte[]) value, StandardCharsets.UTF_8)));
    return all;
  }

  /**
   * Returns a column of lists of whole numbers, empty where there is none.
   *
   * @throws IOException if there is no such column, or it cannot be read
   */
  public List<List<Integer>> intLists(String column) throws IOException {
    Leaf leaf = leaf(column, "lists of 32-bit integers", true, INT32);
    List<List<Integer>> all = new ArrayList<>(rows);
    read(
        leaf,
        (repetition, _, value) -> {
          if (repetition == 0) {
            all.add(new ArrayList<>());
          }
          if (value != null) {
            all.getLast().add((Integer) value);
          }
        });
    return all;
  }

  /**
   * Checks that there is a column of bytes.
   *
   * @throws IOException if there is none
   */
  public void requireBytes(String column) throws IOException {
    leaf(column, "bytes", false, BYTES);
  }

  /**
   * Returns one value of a column of bytes, null if it is.
   *
   * @throws IOException if there is no such column, or it cannot be read
   */
  public byte @Nullable [] bytes(String column, int row) throws IOException {
    Leaf leaf = leaf(column, "bytes", false, BYTES);
    try {
      for (Map<String, Chunk> group : groups) {
        Chunk chunk = chunk(group, leaf);
        int within = row - chunk.firstRow;
        if (within >= 0 && within < chunk.rows) {
          List<Page> pages = pages(chunk);
          int i = pages.size() - 1;
          while (pages.get(i).first > within) {
            i--;
          }
          return value(leaf, chunk, pages, pages.get(i), within - pages.get(i).first);
        }
      }
      throw new IndexOutOfBoundsException("row %d of %d".formatted(row, rows));
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private byte @Nullable [] value(Leaf leaf, Chunk chunk, List<Page> pages, Page page, int index)
      throws IOException {
    @Nullable Object[] found = new Object[1];
    int[] at = {0};
    decode(
        leaf,
        chunk,
        pages,
        page,
        (_, _, value) -> {
          if (at[0]++ == index) {
            found[0] = value;
          }
        });
    return (byte[]) found[0];
  }

  private void read(Leaf leaf, Sink sink) throws IOException {
    try {
      for (Map<String, Chunk> group : groups) {
        Chunk chunk = chunk(group, leaf);
        List<Page> pages = pages(chunk);
        for (Page page : pages) {
          if (page.kind != DICTIONARY_PAGE) {
            decode(leaf, chunk, pages, page, sink);
          }
        }
      }
    } catch (RuntimeException e) {
      throw damaged(file, e);
    }
  }

  private static Chunk chunk(Map<String, Chunk> group, Leaf leaf) {
    Chunk chunk = group.get(leaf.name);
    if (chunk == null) {
      throw new IllegalArgumentException("no values of " + leaf.name);
    }
    return chunk;
  }

  // ---- pages ---------------------------------------------------------------------------------

  /** Returns a chunk's pages, of which only the headers are read. */
  private List<Page> pages(Chunk chunk) {
    synchronized (chunk) {
      List<Page> known = chunk.pages;
      if (known != null) {
        return known;
      }
      List<Page> pages = new ArrayList<>();
      long at = chunk.start;
      long end = Math.addExact(chunk.start, chunk.length);
      int first = 0;
      while (first < chunk.values) {
        ByteBuffer in = bytes.asSlice(at, Math.min(end - at, Integer.MAX_VALUE)).asByteBuffer();
        Map<Integer, Object> header = Thrift.struct(in);
        long start = at + in.position();
        int packed = number(header, 3);
        int unpacked = number(header, 2);
        if (packed < 0 || packed > end - start || unpacked < 0 || unpacked > chunk.unpacked) {
          throw new IllegalArgumentException("a page that is longer than its column");
        }
        int kind = number(header, 1);
        int values =
            switch (kind) {
              case DATA_PAGE -> number(child(header, 5), 1);
              case DATA_PAGE_2 -> number(child(header, 8), 1);
              case DICTIONARY_PAGE -> number(child(header, 7), 1);
              default -> 0;
            };
        if (values < 0) {
          throw new IllegalArgumentException("a page of %d values".formatted(values));
        }
        if (kind == DICTIONARY_PAGE) {
          pages.add(new Page(kind, 0, values, header, start));
        } else if (kind == DATA_PAGE || kind == DATA_PAGE_2) {
          pages.add(new Page(kind, first, values, header, start));
          first += values;
        }
        at = start + packed;
      }
      chunk.pages = pages;
      return pages;
    }
  }

  private byte[] unpacked(Chunk chunk, Page page) throws IOException {
    int packed = number(page.header, 3);
    int size = number(page.header, 2);
    ByteBuffer in = bytes.asSlice(page.at, packed).asByteBuffer();
    if (page.header.containsKey(4)) {
      CRC32 checksum = new CRC32();
      checksum.update(in.duplicate());
      if ((int) checksum.getValue() != number(page.header, 4)) {
        throw new IllegalArgumentException("a page's checksum is wrong");
      }
    }
    int plain = 0;
    int codec = chunk.codec;
    if (page.kind == DATA_PAGE_2) {
      // Levels stand before what is packed.
      Map<Integer, Object> header = child(page.header, 8);
      plain = Math.addExact(number(header, 5), number(header, 6));
      codec = Boolean.FALSE.equals(header.get(7)) ? 0 : codec;
    }
    byte[] out = new byte[size];
    in.get(out, 0, plain);
    switch (codec) {
      case 0 -> in.get(out, plain, size - plain);
      case 1 -> {
        byte[] rest = Snappy.unpack(in, size - plain);
        if (plain == 0) {
          return rest;
        }
        System.arraycopy(rest, 0, out, plain, rest.length);
      }
      case 2 -> {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        try (InputStream gzip = new GZIPInputStream(new ByteArrayInputStream(rest))) {
          if (gzip.readNBytes(out, plain, size - plain) != size - plain) {
            throw new IllegalArgumentException("a page that ends early");
          }
        }
      }
      default ->
          throw NpyHeader.problem(
              file.toString(),
              "is compressed with %s, which is not read: write it with snappy, gzip or none"
                  .formatted(codec < CODECS.size() ? CODECS.get(codec) : "codec " + codec));
    }
    return out;
  }

  private void decode(Leaf leaf, Chunk chunk, List<Page> pages, Page page, Sink sink)
      throws IOException {
    ByteBuffer in = ByteBuffer.wrap(unpacked(chunk, page)).order(ByteOrder.LITTLE_ENDIAN);
    boolean second = page.kind == DATA_PAGE_2;
    Map<Integer, Object> header = child(page.header, second ? 8 : 5);
    int[] repetition = levels(in, leaf.repeated, page.values, second ? number(header, 6) : -1);
    int[] definition = levels(in, leaf.defined, page.values, second ? number(header, 5) : -1);
    int present = 0;
    for (int level : definition) {
      present += level == leaf.defined ? 1 : 0;
    }
    int encoding = number(header, second ? 4 : 2);
    int[] keys = {};
    Object[] dictionary = {};
    if (encoding == PLAIN_DICTIONARY || encoding == RUNS_DICTIONARY) {
      dictionary = dictionary(leaf, chunk, pages);
      keys = new int[present];
      if (present > 0) {
        runs(in, in.get(), keys);
      }
    } else if (encoding != PLAIN) {
      throw NpyHeader.problem(
          file.toString(),
          "column %s has the encoding %d, which is not read: write it with version 1 of Parquet"
              .formatted(leaf.name, encoding));
    }
    int next = 0;
    for (int i = 0; i < page.values; i++) {
      Object value = null;
      if (definition[i] == leaf.defined) {
        value = encoding == PLAIN ? plain(in, leaf.type) : dictionary[keys[next++]];
      }
      sink.value(repetition[i], definition[i], value);
    }
  }

  private Object[] dictionary(Leaf leaf, Chunk chunk, List<Page> pages) throws IOException {
    Page page = pages.getFirst();
    if (page.kind != DICTIONARY_PAGE) {
      throw new IllegalArgumentException("a dictionary is missing");
    }
    ByteBuffer in = ByteBuffer.wrap(unpacked(chunk, page)).order(ByteOrder.LITTLE_ENDIAN);
    Object[] values = new Object[Math.min(page.values, in.remaining())];
    Arrays.setAll(values, _ -> plain(in, leaf.type));
    return values;
  }

  private static Object plain(ByteBuffer in, int type) {
    return switch (type) {
      case INT32 -> in.getInt();
      case INT64 -> in.getLong();
      case FLOAT -> in.getFloat();
      case DOUBLE -> in.getDouble();
      case BYTES -> {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
          throw new IllegalArgumentException("a value of %d bytes".formatted(length));
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        yield bytes;
      }
      default -> throw new IllegalArgumentException("values of type " + type);
    };
  }

  /**
   * Reads how far values are defined or repeated.
   *
   * @param most the highest level; nothing is stored where it is 0
   * @param length in bytes, or negative where it stands before them
   */
  private static int[] levels(ByteBuffer in, int most, int count, int length) {
    int[] levels = new int[count];
    if (most > 0) {
      int end = (length < 0 ? in.getInt() : length) + in.position();
      runs(in, Integer.SIZE - Integer.numberOfLeadingZeros(most), levels);
      in.position(end);
    }
    return levels;
  }

  /** Reads numbers of few bits: runs of equal ones, and groups of eight packed. */
  private static void runs(ByteBuffer in, int bits, int[] out) {
    if (bits < 0 || bits > Integer.SIZE) {
      throw new IllegalArgumentException("numbers of %d bits".formatted(bits));
    }
    int at = 0;
    while (at < out.length) {
      long head = Thrift.varint(in);
      int left = out.length - at;
      if ((head & 1) == 0) {
        int value = 0;
        for (int i = 0; i < bits; i += Byte.SIZE) {
          value |= (in.get() & 0xff) << i;
        }
        int count = (int) Math.min(head >>> 1, left);
        if (count == 0) {
          throw new IllegalArgumentException("a run of nothing");
        }
        Arrays.fill(out, at, at + count, value);
        at += count;
      } else {
        long count = Math.min((head >>> 1) * Byte.SIZE, left);
        long held = 0;
        int holds = 0;
        for (int i = 0; i < count; i++) {
          while (holds < bits) {
            held |= (in.get() & 0xffL) << holds;
            holds += Byte.SIZE;
          }
          out[at++] = (int) (held & (1L << bits) - 1);
          held >>>= bits;
          holds -= bits;
        }
        // The last group is whole, whatever there is to tell.
        long bytes = (head >>> 1) * bits - Math.ceilDiv(count * bits, Byte.SIZE);
        if (at < out.length && bytes > 0) {
          in.position(in.position() + (int) bytes);
        }
        if (count == 0) {
          throw new IllegalArgumentException("a run of nothing");
        }
      }
    }
  }

  // ---- fields of structs ---------------------------------------------------------------------

  private static Object need(Map<Integer, Object> struct, int field) {
    Object value = struct.get(field);
    if (value == null) {
      throw new IllegalArgumentException("a field that must be there is missing");
    }
    return value;
  }

  private static long whole(Map<Integer, Object> struct, int field) {
    return (Long) need(struct, field);
  }

  private static int number(Map<Integer, Object> struct, int field) {
    return Math.toIntExact(whole(struct, field));
  }

  @SuppressWarnings("unchecked") // Thrift gives no other maps for structs
  private static Map<Integer, Object> child(Map<Integer, Object> struct, int field) {
    return (Map<Integer, Object>) need(struct, field);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<Integer, Object>> structs(Map<Integer, Object> struct, int field) {
    return (List<Map<Integer, Object>>) need(struct, field);
  }

  /** Ends reading, once nothing else reads. */
  @Override
  public void close() {
    arena.close();
  }
}
