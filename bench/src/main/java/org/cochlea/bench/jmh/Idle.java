package org.cochlea.bench.jmh;

import org.cochlea.bench.Contender;

/** What a benchmark holds before it is set up. */
enum Idle implements Contender {
  CONTENDER;

  @Override
  public String version() {
    return "none";
  }

  @Override
  public void run() {
    throw new IllegalStateException("the benchmark was not set up");
  }

  @Override
  public float[] output() {
    return new float[0];
  }

  @Override
  public void close() {}
}
