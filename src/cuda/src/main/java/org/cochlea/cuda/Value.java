package org.cochlea.cuda;

import org.cochlea.core.stage.Layout;
import org.jspecify.annotations.Nullable;

/**
 * What lies in device memory between two launches: {@code [row][bin][frame]}, frames innermost,
 * float32. A row is a channel of a clip. Where it lies depends on the batch; see {@link Chunk}.
 */
final class Value {
  /** Where values live. */
  enum Home {
    /** In the workspace, as long as something reads them. */
    WORKSPACE,
    /** What the caller gave. */
    INPUT,
    /** What the caller gets. */
    OUTPUT
  }

  /** The bytes of something that is not frames: statistics, or the work of a long transform. */
  interface Size {
    long bytes(Chunk chunk);
  }

  private final Home home;
  private final Layout layout;
  private final Time time;
  private final @Nullable Size size;
  private @Nullable Value base;
  private int binOffset;
  private int frameOffset;
  private boolean frozen;
  private int number = -1;
  private int first = Integer.MAX_VALUE;
  private int last = -1;

  private Value(Home home, Layout layout, Time time, @Nullable Size size) {
    this.home = home;
    this.layout = layout;
    this.time = time;
    this.size = size;
  }

  static Value of(Home home, Layout layout, Time time) {
    return new Value(home, layout, time, null);
  }

  static Value scratch(Time time, Size size) {
    return new Value(Home.WORKSPACE, Layout.signal(), time, size);
  }

  /** Returns bins and frames of this one, from some on. */
  Value view(Layout seen, Time seenTime, int fromBin, int fromFrame) {
    Value view = new Value(home, seen, seenTime, null);
    view.base = this;
    view.binOffset = fromBin;
    view.frameOffset = fromFrame;
    return view;
  }

  /** Puts this one into another, from a bin on. */
  void moveInto(Value other, int fromBin) {
    base = other;
    binOffset = fromBin;
  }

  /** Nothing may change it any more, nor where it lies. */
  void freeze() {
    frozen = true;
    if (base != null) {
      base.freeze();
    }
  }

  boolean isFrozen() {
    return frozen;
  }

  boolean isMovable() {
    return home == Home.WORKSPACE && base == null && !frozen;
  }

  Layout layout() {
    return layout;
  }

  int parts() {
    return layout.complex() ? 2 : 1;
  }

  Time time() {
    return time;
  }

  Home home() {
    return home;
  }

  @Nullable Value base() {
    return base;
  }

  int binOffset() {
    return binOffset;
  }

  int frameOffset() {
    return frameOffset;
  }

  @Nullable Size size() {
    return size;
  }

  /** Returns the value whose memory this one lies in. */
  Value root() {
    return base == null ? this : base.root();
  }

  /** Says that launch number {@code at} reads or writes it. */
  void use(int at) {
    Value root = root();
    root.first = Math.min(root.first, at);
    root.last = Math.max(root.last, at);
  }

  int firstUse() {
    return first;
  }

  int lastUse() {
    return last;
  }

  /** Its place among the values of a program that have memory of their own. */
  int number() {
    return number;
  }

  void setNumber(int value) {
    number = value;
  }
}
