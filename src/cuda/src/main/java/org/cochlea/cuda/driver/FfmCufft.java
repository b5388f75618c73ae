package org.cochlea.cuda.driver;

import static org.cochlea.cuda.driver.NativeLibrary.call;
import static org.cochlea.cuda.driver.NativeLibrary.unexpected;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** cuFFT through Java's foreign function interface; of any major version. */
final class FfmCufft implements Cufft {
  private static final int FORWARD = -1;
  private static final int BACKWARD = 1;

  // A record in a static final field: its components are constants to the JIT compiler.
  private static final CufftFunctions F = CufftFunctions.BOUND.functions().orElseThrow();

  @Override
  public String binding() {
    return CudaBinding.FFM.label();
  }

  @Override
  public int version() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment version = arena.allocate(ValueLayout.JAVA_INT);
      CufftStatus.check("cufftGetVersion", call(F.getVersion(), version.address()));
      return version.get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Override
  public int planMany(
      Type type,
      long n,
      long inputStride,
      long inputDistance,
      long outputStride,
      long outputDistance,
      long batch) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = arena.allocate(ValueLayout.JAVA_INT);
      CufftStatus.check("cufftCreate", call(F.create(), handle.address()));
      int plan = handle.get(ValueLayout.JAVA_INT, 0);
      boolean made = false;
      try {
        CufftStatus.check("cufftSetAutoAllocation", call(F.setAutoAllocation(), plan, 0));
        // The shapes are read for more than one dimension only, but without them cuFFT ignores the
        // strides and distances.
        MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_LONG, n);
        MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
        int code;
        try {
          code =
              (int)
                  F.makePlanMany64()
                      .invokeExact(
                          plan,
                          1,
                          length.address(),
                          length.address(),
                          inputStride,
                          inputDistance,
                          length.address(),
                          outputStride,
                          outputDistance,
                          type.code(),
                          batch,
                          size.address());
        } catch (Throwable e) {
          throw unexpected(e);
        }
        CufftStatus.check("cufftMakePlanMany64", code);
        made = true;
        return plan;
      } finally {
        if (!made) {
          int _ = call(F.destroy(), plan);
        }
      }
    }
  }

  @Override
  public long workBytes(int plan) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      CufftStatus.check("cufftGetSize", call(F.getSize(), plan, size.address()));
      return size.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Override
  public void setWorkArea(int plan, long address) {
    CufftStatus.check("cufftSetWorkArea", call(F.setWorkArea(), plan, address));
  }

  @Override
  public void setStream(int plan, long stream) {
    CufftStatus.check("cufftSetStream", call(F.setStream(), plan, stream));
  }

  @Override
  public void execR2C(int plan, long in, long out) {
    CufftStatus.check("cufftExecR2C", call(F.execR2C(), plan, in, out));
  }

  @Override
  public void execC2R(int plan, long in, long out) {
    CufftStatus.check("cufftExecC2R", call(F.execC2R(), plan, in, out));
  }

  @Override
  public void execC2C(int plan, long in, long out, boolean backwards) {
    CufftStatus.check(
        "cufftExecC2C", call(F.execC2C(), plan, in, out, backwards ? BACKWARD : FORWARD));
  }

  @Override
  public void destroy(int plan) {
    CufftStatus.check("cufftDestroy", call(F.destroy(), plan));
  }
}
