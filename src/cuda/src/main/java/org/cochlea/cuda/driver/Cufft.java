package org.cochlea.cuda.driver;

/**
 * cuFFT, as far as it is used: batches of one-dimensional transforms in float32.
 *
 * <p>Optional: it comes with the CUDA toolkit, not with the driver; see {@link
 * CudaBinding#cufftReasons()}. Plans belong to the context that is current when they are made.
 * Every method throws {@link org.cochlea.cuda.CudaException} when cuFFT returns an error.
 */
public interface Cufft {

  /** What a plan transforms. */
  enum Type {
    /** Complex to complex, forwards or backwards. */
    C2C(0x29),
    /** Real to the complex bins from 0 to n / 2. */
    R2C(0x2A),
    /** The complex bins from 0 to n / 2 to real, n times too large. */
    C2R(0x2C);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    int code() {
      return code;
    }
  }

  /** Returns the binding's name: {@code ffm} or {@code jcuda}. */
  String binding();

  /** Returns cuFFT's version: 11300 is 11.3. */
  int version();

  /**
   * Makes a plan, which is to be destroyed.
   *
   * <p>Values lie next to each other, and transforms {@code distance} values apart, where a complex
   * value counts as one. Transforms of real input may overlap: with a distance of the hop length
   * they are frames. The plan has no work area; see {@link #workBytes} and {@link #setWorkArea}.
   *
   * @param type what it transforms
   * @param n the length of a transform, at least 1
   * @param inputDistance values from one input to the next, at least 1
   * @param outputDistance values from one output to the next, at least 1
   * @param batch number of transforms, at least 1
   */
  default int planMany(Type type, long n, long inputDistance, long outputDistance, long batch) {
    return planMany(type, n, 1, inputDistance, 1, outputDistance, batch);
  }

  /**
   * Makes a plan of transforms whose values do not lie next to each other; see {@link
   * #planMany(Type, long, long, long, long)}.
   *
   * @param inputStride values from one of an input to the next, at least 1
   * @param outputStride values from one of an output to the next, at least 1
   */
  int planMany(
      Type type,
      long n,
      long inputStride,
      long inputDistance,
      long outputStride,
      long outputDistance,
      long batch);

  /** Returns how many bytes of work area a plan needs; may be 0. */
  long workBytes(int plan);

  /** Sets a plan's work area: device memory that lives as long as the plan is used. */
  void setWorkArea(int plan, long address);

  /** Sets the stream a plan's transforms go into; 0 for the default stream. */
  void setStream(int plan, long stream);

  /** Transforms device memory: real values to complex ones. */
  void execR2C(int plan, long in, long out);

  /** Transforms device memory: complex values, which it may overwrite, to real ones. */
  void execC2R(int plan, long in, long out);

  /** Transforms device memory: complex values to complex ones, backwards without the 1/n. */
  void execC2C(int plan, long in, long out, boolean backwards);

  /** Destroys a plan; its work area stays. */
  void destroy(int plan);
}
