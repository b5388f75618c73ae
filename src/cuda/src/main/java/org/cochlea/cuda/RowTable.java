package org.cochlea.cuda;

import org.jspecify.annotations.Nullable;

/**
 * What a kernel is told of every row: {@code ClipRow} of kernels/signal.cuh.
 *
 * @param reader how samples are read, or null for ready frames
 * @param matrix ready frames, or null
 * @param frames how many frames or samples come out
 * @param number its place among the tables of a program
 */
record RowTable(@Nullable Reader reader, @Nullable Value matrix, Time frames, int number) {
  /** Bytes of a row. */
  static final int ROW_BYTES = 24;
}
