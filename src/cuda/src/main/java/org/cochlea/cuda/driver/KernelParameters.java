package org.cochlea.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The one parameter of a kernel: a struct, passed by value.
 *
 * <p>Allocated once and filled before every launch: the driver copies the struct when it is called,
 * so it may be changed as soon as the launch returns. Belongs to one thread at a time.
 */
public final class KernelParameters {
  /** No CUDA type is aligned to more bytes than this. */
  private static final long ALIGNMENT = 64;

  private final MemorySegment pointers;
  private final MemorySegment struct;

  private KernelParameters(MemorySegment pointers, MemorySegment struct) {
    this.pointers = pointers;
    this.struct = struct;
  }

  /**
   * Allocates room for a struct, filled with zeros.
   *
   * @param arena what the memory lives as long as
   * @param bytes the struct's size in bytes, 1 to 4096 (the most a kernel of any device takes)
   * @throws IllegalArgumentException if the size is out of range
   */
  public static KernelParameters allocate(Arena arena, long bytes) {
    if (bytes < 1 || bytes > 4096) {
      throw new IllegalArgumentException("bytes must be in [1, 4096], was " + bytes);
    }
    MemorySegment struct = arena.allocate(bytes, ALIGNMENT);
    MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS);
    pointers.set(ValueLayout.ADDRESS, 0, struct);
    return new KernelParameters(pointers, struct);
  }

  /** Returns the struct, for the caller to fill. */
  public MemorySegment struct() {
    return struct;
  }

  /** Returns the address of what {@code cuLaunchKernel} wants: an array of pointers, one here. */
  long address() {
    if (!pointers.scope().isAlive()) {
      throw new IllegalStateException("the parameters of the kernel are freed");
    }
    return pointers.address();
  }
}
