package org.cochlea.cuda.driver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jcuda.Pointer;
import jcuda.jcufft.JCufft;
import jcuda.jcufft.cufftHandle;
import jcuda.runtime.cudaStream_t;

/** cuFFT through JCufft, which is made for the cuFFT of CUDA 11. */
final class JcudaCufft implements Cufft {
  /** What JCufft keeps of a plan. */
  private static final VarHandle PLAN = plan();

  private static final ThreadLocal<Arguments> ARGUMENTS = ThreadLocal.withInitial(Arguments::new);

  /** The arguments of one thread's calls. */
  private static final class Arguments {
    final cufftHandle plan = new cufftHandle();
    final cudaStream_t stream = new cudaStream_t();
    final Pointer in = new Pointer();
    final Pointer out = new Pointer();
  }

  private JcudaCufft() {}

  /**
   * Returns cuFFT.
   *
   * @throws LinkageError if JCufft, its native library or cuFFT is not there
   */
  static JcudaCufft create() {
    JCufft.initialize();
    // Statuses are checked here; JCufft's exceptions have no codes.
    JCufft.setExceptionsEnabled(false);
    return new JcudaCufft();
  }

  private static VarHandle plan() {
    try {
      return MethodHandles.privateLookupIn(cufftHandle.class, MethodHandles.lookup())
          .findVarHandle(cufftHandle.class, "plan", int.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JCufft keeps its plans differently", e);
    }
  }

  private static cufftHandle plan(int plan) {
    cufftHandle handle = ARGUMENTS.get().plan;
    PLAN.set(handle, plan);
    return handle;
  }

  private static Pointer in(long address) {
    return JcudaDriver.set(ARGUMENTS.get().in, address);
  }

  private static Pointer out(long address) {
    return JcudaDriver.set(ARGUMENTS.get().out, address);
  }

  @Override
  public String binding() {
    return CudaBinding.JCUDA.label();
  }

  @Override
  public int version() {
    int[] version = new int[1];
    CufftStatus.check("cufftGetVersion", JCufft.cufftGetVersion(version));
    return version[0];
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
    cufftHandle handle = new cufftHandle();
    CufftStatus.check("cufftCreate", JCufft.cufftCreate(handle));
    boolean made = false;
    try {
      CufftStatus.check("cufftSetAutoAllocation", JCufft.cufftSetAutoAllocation(handle, 0));
      long[] length = {n};
      CufftStatus.check(
          "cufftMakePlanMany64",
          JCufft.cufftMakePlanMany64(
              handle,
              1,
              length,
              length,
              inputStride,
              inputDistance,
              length,
              outputStride,
              outputDistance,
              type.code(),
              batch,
              new long[1]));
      made = true;
      return (int) PLAN.get(handle);
    } finally {
      if (!made) {
        int _ = JCufft.cufftDestroy(handle);
      }
    }
  }

  @Override
  public long workBytes(int plan) {
    long[] size = new long[1];
    CufftStatus.check("cufftGetSize", JCufft.cufftGetSize(plan(plan), size));
    return size[0];
  }

  @Override
  public void setWorkArea(int plan, long address) {
    CufftStatus.check("cufftSetWorkArea", JCufft.cufftSetWorkArea(plan(plan), in(address)));
  }

  @Override
  public void setStream(int plan, long stream) {
    CufftStatus.check(
        "cufftSetStream",
        JCufft.cufftSetStream(plan(plan), JcudaDriver.set(ARGUMENTS.get().stream, stream)));
  }

  @Override
  public void execR2C(int plan, long in, long out) {
    CufftStatus.check("cufftExecR2C", JCufft.cufftExecR2C(plan(plan), in(in), out(out)));
  }

  @Override
  public void execC2R(int plan, long in, long out) {
    CufftStatus.check("cufftExecC2R", JCufft.cufftExecC2R(plan(plan), in(in), out(out)));
  }

  @Override
  public void execC2C(int plan, long in, long out, boolean backwards) {
    CufftStatus.check(
        "cufftExecC2C",
        JCufft.cufftExecC2C(
            plan(plan), in(in), out(out), backwards ? JCufft.CUFFT_INVERSE : JCufft.CUFFT_FORWARD));
  }

  @Override
  public void destroy(int plan) {
    CufftStatus.check("cufftDestroy", JCufft.cufftDestroy(plan(plan)));
  }
}
