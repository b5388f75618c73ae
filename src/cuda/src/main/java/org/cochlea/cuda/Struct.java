package org.cochlea.cuda;

/**
 * Where the fields of a kernel's parameter struct lie: named in the order of the source, each
 * aligned as C++ aligns it.
 */
final class Struct {
  private long size;

  private long field(long bytes, long alignment) {
    long at = (size + alignment - 1) / alignment * alignment;
    size = at + bytes;
    return at;
  }

  long address() {
    return field(8, 8);
  }

  long int64() {
    return field(8, 8);
  }

  long int32() {
    return field(4, 4);
  }

  long int32s(int count) {
    return field(4L * count, 4);
  }

  long float32() {
    return field(4, 4);
  }

  /** {@code Matrix} of kernels/matrix.cuh. */
  long matrix() {
    return field(24, 8);
  }

  /** {@code PointwiseChain} of kernels/signal.cuh. */
  long chain() {
    return field(Chain.MOST * 16L + 8, 4);
  }

  /** Returns the size of the whole; every struct of the kernels is aligned to 8 bytes. */
  long size() {
    return (size + 7) / 8 * 8;
  }
}
