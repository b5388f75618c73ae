package org.cochlea.audio.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes HDF5 in its first version, which every reader knows: data sets go to the file as they
 * come, groups (symbol tables) at the end, when their members are known. Slashes in a name make
 * groups.
 *
 * <p>The numbers of bytes and the names of fields are those of the "HDF5 File Format
 * Specification", sections II.A (superblock), III.A (B-tree), III.B (symbol table), III.D (heap)
 * and IV.A (object header).
 */
final class Hdf5Writer implements ArrayWriter {
  private static final long UNDEFINED = -1;
  private static final int SUPERBLOCK = 96;

  /** A symbol table node has room for twice as many members. */
  private static final int LEAF_K = 16;

  /** A B-tree node has room for twice as many children. */
  private static final int NODE_K = 32;

  private static final int SYMBOL = 40;
  private static final int MESSAGE = 8;
  private static final int OBJECT_HEADER = 16;

  private static final int DATASPACE = 0x0001;
  private static final int DATATYPE = 0x0003;
  private static final int FILL_VALUE = 0x0005;
  private static final int LAYOUT = 0x0008;
  private static final int SYMBOL_TABLE = 0x0011;

  private final AtomicFile target;
  private final FileChannel channel;
  private final Group root = new Group();
  private long end = SUPERBLOCK;

  /** What has a name in a group: a group, or the object header of a data set. */
  private sealed interface Member {}

  private record Stored(long header) implements Member {}

  private static final class Group implements Member {
    /** In the order that HDF5 wants: by the bytes of the names. */
    final Map<String, Member> members = new TreeMap<>(Hdf5Writer::byBytes);
  }

  /** Where the parts of a group lie. */
  private record Placed(long header, long tree, long heap) {}

  private Hdf5Writer(AtomicFile target) {
    this.target = target;
    this.channel = target.channel();
  }

  static Hdf5Writer create(Path file) throws IOException {
    return new Hdf5Writer(AtomicFile.create(file));
  }

  private static int byBytes(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void write(String name, NdArray array) throws IOException {
    String[] path = name.split("/", -1);
    for (String part : path) {
      if (part.isBlank() || part.equals(".") || part.indexOf(0) >= 0) {
        throw new IllegalArgumentException(
            "name must be a path of names that are not blank in HDF5, was \"" + name + '"');
      }
    }
    Group group = root;
    for (int i = 0; i < path.length - 1; i++) {
      Member member = group.members.computeIfAbsent(path[i], _ -> new Group());
      if (!(member instanceof Group inner)) {
        throw new IllegalArgumentException(
            "name must be unique, \"%s\" lies below another array".formatted(name));
      }
      group = inner;
    }
    String last = path[path.length - 1];
    if (group.members.containsKey(last)) {
      throw new IllegalArgumentException(
          "name must be unique, \"%s\" was used before".formatted(name));
    }
    long bytes = (long) array.size() * array.type().bytes();
    long values = end;
    channel.position(end);
    array.writeTo(channel);
    end += bytes;
    group.members.put(last, new Stored(dataSet(array, bytes == 0 ? UNDEFINED : values, bytes)));
  }

  /** Writes the object header of a data set. */
  private long dataSet(NdArray array, long values, long bytes) throws IOException {
    int[] shape = array.shape();
    ByteBuffer space = little(8 + 8 * shape.length);
    space.put((byte) 1).put((byte) shape.length).position(8);
    for (int length : shape) {
      space.putLong(length);
    }
    ByteBuffer fill = little(8);
    // Version 2, allocated late, written if set; the default value.
    fill.put((byte) 2).put((byte) 2).put((byte) 2).put((byte) 1);
    ByteBuffer layout = little(24);
    // Version 3, contiguous.
    layout.put((byte) 3).put((byte) 1).putLong(values).putLong(bytes);
    return objectHeader(
        List.of(
            Map.entry(DATASPACE, space),
            Map.entry(DATATYPE, dataType(array.type())),
            Map.entry(FILL_VALUE, fill),
            Map.entry(LAYOUT, layout)));
  }

  private static ByteBuffer dataType(DataType type) {
    int bits = 8 * type.bytes();
    return switch (type) {
      case FLOAT32 -> floats(bits, 23, 8);
      case FLOAT64 -> floats(bits, 52, 11);
      case INT16, INT32, INT64 -> {
        ByteBuffer integer = little(16);
        // Version 1, class 0; little-endian, signed.
        integer.put((byte) 0x10).put((byte) 0x08).put((byte) 0).put((byte) 0);
        integer.putInt(bits / 8).putShort((short) 0).putShort((short) bits);
        yield integer;
      }
    };
  }

  private static ByteBuffer floats(int bits, int mantissa, int exponent) {
    ByteBuffer real = little(24);
    // Version 1, class 1; little-endian, the first bit of the mantissa implied; where the sign is.
    real.put((byte) 0x11).put((byte) 0x20).put((byte) (bits - 1)).put((byte) 0);
    real.putInt(bits / 8).putShort((short) 0).putShort((short) bits);
    real.put((byte) mantissa).put((byte) exponent).put((byte) 0).put((byte) mantissa);
    return real.putInt((1 << (exponent - 1)) - 1);
  }

  private long objectHeader(List<Map.Entry<Integer, ByteBuffer>> messages) throws IOException {
    int size = messages.stream().mapToInt(m -> MESSAGE + m.getValue().capacity()).sum();
    ByteBuffer header = little(OBJECT_HEADER + size);
    header.put((byte) 1).put((byte) 0).putShort((short) messages.size()).putInt(1).putInt(size);
    header.position(OBJECT_HEADER);
    for (Map.Entry<Integer, ByteBuffer> message : messages) {
      header.putShort(message.getKey().shortValue());
      header.putShort((short) message.getValue().capacity()).putInt(0);
      header.put(message.getValue().rewind());
    }
    return append(header);
  }

  @Override
  public void finish() throws IOException {
    Placed placed = place(root);
    ByteBuffer superblock = little(SUPERBLOCK);
    superblock.put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
    superblock.position(13);
    superblock.put((byte) 8).put((byte) 8).put((byte) 0); // bytes of offsets and lengths
    superblock.putShort((short) LEAF_K).putShort((short) NODE_K).putInt(0);
    superblock.putLong(0).putLong(UNDEFINED).putLong(end).putLong(UNDEFINED);
    symbol(superblock, 0, placed);
    put(superblock, 0);
    target.commit();
  }

  /** Writes a group and all below it. */
  private Placed place(Group group) throws IOException {
    List<String> names = List.copyOf(group.members.keySet());
    // Offset 0 of the heap is the empty name, which comes before all.
    long[] offsets = new long[names.size()];
    long size = 8;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = size;
      size += padded(names.get(i).getBytes(StandardCharsets.UTF_8).length + 1);
    }
    ByteBuffer text = little(Math.toIntExact(size));
    for (int i = 0; i < offsets.length; i++) {
      text.position((int) offsets[i]).put(names.get(i).getBytes(StandardCharsets.UTF_8));
    }
    long data = append(text);
    ByteBuffer heap = little(32);
    heap.put(ascii("HEAP")).putInt(0).putLong(size);
    heap.putLong(1).putLong(data); // 1: there is no free space
    long heapAt = append(heap);
    long tree = tree(group, names, offsets);
    ByteBuffer table = little(16).putLong(tree).putLong(heapAt);
    return new Placed(objectHeader(List.of(Map.entry(SYMBOL_TABLE, table))), tree, heapAt);
  }

  /** A node of the tree, and the greatest name below it. */
  private record Node(long at, long last) {}

  private long tree(Group group, List<String> names, long... offsets) throws IOException {
    List<Node> nodes = new ArrayList<>();
    for (int from = 0; from < offsets.length; from += 2 * LEAF_K) {
      int to = Math.min(offsets.length, from + 2 * LEAF_K);
      ByteBuffer leaf = little(8 + 2 * LEAF_K * SYMBOL);
      leaf.put(ascii("SNOD")).put((byte) 1).put((byte) 0).putShort((short) (to - from));
      for (int i = from; i < to; i++) {
        Placed member =
            switch (group.members.get(names.get(i))) {
              case Group inner -> place(inner);
              case Stored stored -> new Placed(stored.header(), UNDEFINED, UNDEFINED);
              case null -> throw new AssertionError("a name without a member");
            };
        symbol(leaf, offsets[i], member);
      }
      nodes.add(new Node(append(leaf), offsets[to - 1]));
    }
    for (int level = 0; level == 0 || nodes.size() > 1; level++) {
      nodes = level(nodes, level);
    }
    return nodes.getFirst().at();
  }

  /** Writes the nodes of the tree above these. */
  private List<Node> level(List<Node> below, int level) throws IOException {
    int size = 24 + 8 * (4 * NODE_K + 1);
    int count = Math.max(1, Math.ceilDiv(below.size(), 2 * NODE_K));
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      int from = n * 2 * NODE_K;
      List<Node> children = below.subList(from, Math.min(below.size(), from + 2 * NODE_K));
      ByteBuffer node = little(size);
      node.put(ascii("TREE")).put((byte) 0).put((byte) level).putShort((short) children.size());
      // Its neighbours follow each other in the file.
      node.putLong(n == 0 ? UNDEFINED : end - size);
      node.putLong(n == count - 1 ? UNDEFINED : end + size);
      // What lies left of a child is less than all in it, what lies right is its greatest.
      node.putLong(from == 0 ? 0 : below.get(from - 1).last());
      for (Node child : children) {
        node.putLong(child.at()).putLong(child.last());
      }
      nodes.add(new Node(append(node), children.isEmpty() ? 0 : children.getLast().last()));
    }
    return nodes;
  }

  /** Puts the entry of a member, or of the root, into a table. */
  private static void symbol(ByteBuffer table, long name, Placed member) {
    boolean group = member.tree() != UNDEFINED;
    table.putLong(name).putLong(member.header()).putInt(group ? 1 : 0).putInt(0);
    table.putLong(group ? member.tree() : 0).putLong(group ? member.heap() : 0);
  }

  private long append(ByteBuffer bytes) throws IOException {
    end = padded(end);
    long at = end;
    put(bytes, at);
    end += bytes.capacity();
    return at;
  }

  private void put(ByteBuffer bytes, long at) throws IOException {
    bytes.rewind();
    while (bytes.hasRemaining()) {
      channel.write(bytes, at + bytes.position());
    }
  }

  private static long padded(long size) {
    return (size + 7) / 8 * 8;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() throws IOException {
    target.close();
  }
}
