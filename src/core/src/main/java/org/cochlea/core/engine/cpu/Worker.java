package org.cochlea.core.engine.cpu;

/** What belongs to one thread: its number and its memory, which grows and stays. */
final class Worker {
  /** Places an array's elements 64-byte aligned when the array itself starts at a heap region. */
  static final int ALIGNED = 12;

  private final int index;
  private float[] workspace = {};
  private final Panel staging = new Panel();

  Worker(int index) {
    this.index = index;
  }

  int index() {
    return index;
  }

  /** Returns an array of at least so many floats; offsets into it begin at {@link #ALIGNED}. */
  float[] workspace(int floats) {
    if (workspace.length < floats) {
      workspace = new float[floats];
    }
    return workspace;
  }

  /** Returns a panel to build a part of a result in. */
  Panel staging() {
    return staging;
  }
}
