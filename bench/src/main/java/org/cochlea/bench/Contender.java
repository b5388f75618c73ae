package org.cochlea.bench;

/** Something that computes a workload; made ready, measured, closed. */
public interface Contender extends AutoCloseable {

  /** Returns what it is and of which version. */
  String version();

  /** Computes the whole batch once. */
  void run();

  /** Returns the last result, {@code [clips, mels, frames]}. */
  float[] output();

  @Override
  void close();
}
