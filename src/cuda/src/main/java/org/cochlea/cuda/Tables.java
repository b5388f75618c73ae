package org.cochlea.cuda;

/** Constant tables in device memory; they live as long as the program that made them. */
interface Tables {
  /** Stores values; returns their device address. */
  long floats(float[] values);

  /** Stores values; returns their device address. */
  long ints(int[] values);
}
