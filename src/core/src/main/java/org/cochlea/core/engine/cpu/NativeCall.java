package org.cochlea.core.engine.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Calls native kernels with arrays of the heap, which stay where they are; that takes some ten
 * nanoseconds.
 *
 * <p>It is a throwable, though none is ever made, because HotSpot's compilers put no method of a
 * throwable into its callers. Compiled on its own, a call allocates nothing; inside a method with
 * several of them, the compiler runs out of nodes before it is through with the segments, and then
 * makes them objects. And all that there is to a call is compiled once, which a short command
 * feels.
 */
@SuppressWarnings("restricted")
final class NativeCall extends Throwable {
  private static final long serialVersionUID = 1;

  /** Where a kernel takes fewer arrays. */
  static final float[] NO_FLOATS = {};

  static final double[] NO_DOUBLES = {};
  static final int[] NO_INTEGERS = {};
  static final short[] NO_SHORTS = {};

  private static final MethodHandle FLOATS = handle(5);

  /** Apart, because not every pipeline needs it. */
  private static final class Doubles {
    static final MethodHandle HANDLE = handle(6);

    private Doubles() {}
  }

  private NativeCall() {}

  private static MethodHandle handle(int arrays) {
    MemoryLayout[] parameters = new MemoryLayout[arrays + 10];
    Arrays.fill(parameters, 0, arrays, ValueLayout.ADDRESS);
    Arrays.fill(parameters, arrays, arrays + 7, ValueLayout.JAVA_INT);
    Arrays.fill(parameters, arrays + 7, arrays + 10, ValueLayout.JAVA_DOUBLE);
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.ofVoid(parameters), Linker.Option.critical(true));
  }

  static void floats(
      MemorySegment kernel,
      float[] a0,
      float[] a1,
      float[] a2,
      int[] a3,
      short[] a4,
      int i0,
      int i1,
      int i2,
      int i3,
      int i4,
      int i5,
      int i6,
      double d0,
      double d1,
      double d2) {
    try {
      FLOATS.invokeExact(
          kernel,
          MemorySegment.ofArray(a0),
          MemorySegment.ofArray(a1),
          MemorySegment.ofArray(a2),
          MemorySegment.ofArray(a3),
          MemorySegment.ofArray(a4),
          i0,
          i1,
          i2,
          i3,
          i4,
          i5,
          i6,
          d0,
          d1,
          d2);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static void doubles(
      MemorySegment kernel,
      double[] a0,
      double[] a1,
      double[] a2,
      double[] a3,
      float[] a4,
      int[] a5,
      int i0,
      int i1,
      int i2,
      int i3,
      int i4,
      int i5,
      int i6,
      double d0,
      double d1,
      double d2) {
    try {
      Doubles.HANDLE.invokeExact(
          kernel,
          MemorySegment.ofArray(a0),
          MemorySegment.ofArray(a1),
          MemorySegment.ofArray(a2),
          MemorySegment.ofArray(a3),
          MemorySegment.ofArray(a4),
          MemorySegment.ofArray(a5),
          i0,
          i1,
          i2,
          i3,
          i4,
          i5,
          i6,
          d0,
          d1,
          d2);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** What a call throws before it reaches the kernel, such as for an array that is null. */
  private static RuntimeException failure(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }
}
