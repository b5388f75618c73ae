package org.cochlea.core.engine.cpu;

/** What belongs to one thread: its number and its part of a slab. */
public final class Worker {
  private final int index;
  private float[] memory = {};
  private int base;
  private double[] doubles = {};
  private int doublesBase;

  Worker(int index) {
    this.index = index;
  }

  /** Returns the thread's number, from 0. */
  public int index() {
    return index;
  }

  /** Gives the thread its memory for a call. */
  void lend(float[] array, int at) {
    memory = array;
    base = at;
  }

  void lend(double[] array, int at) {
    doubles = array;
    doublesBase = at;
  }

  /** Returns the array that the thread's doubles are in. */
  double[] doubles() {
    return doubles;
  }

  /** Returns where in it the thread's part begins. */
  int doublesBase() {
    return doublesBase;
  }

  /** Returns the array the thread's memory is in. */
  float[] memory() {
    return memory;
  }

  /** Returns where in it the thread's part begins. */
  int base() {
    return base;
  }
}
