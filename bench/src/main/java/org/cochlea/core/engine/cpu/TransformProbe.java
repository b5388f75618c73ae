package org.cochlea.core.engine.cpu;

/**
 * Runs the cpu engine's Fourier transform alone, on a tile of frames that stays in the cache. It is
 * in the engine's package because transforms are no part of what the engine offers.
 */
public final class TransformProbe {
  private static final int FIRST = 12;

  private final TileKernels kernels = Lanes.kernels();
  private final TileFft fft;
  private final TileFft.Gather gather;
  private final float[] memory;
  private final int points;

  /**
   * Plans a transform of frames that overlap by three quarters.
   *
   * @param size of a frame, a multiple of 8
   */
  public TransformProbe(int size) {
    double[] window = new double[size];
    for (int i = 0; i < size; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / size);
    }
    fft = new TileFft(window);
    gather = fft.gather(size / 4);
    // From the 12th float on a large array is aligned to cache lines, see Slab.
    points = FIRST + (size / 4 + Lanes.COUNT) * TileKernels.COLUMNS;
    memory = new float[Math.max(points + fft.scratch(), 1 << 22)];
    for (int i = FIRST; i < points; i++) {
      memory[i] = (float) Math.sin(i * 0.1);
    }
  }

  /** Returns how many frames one run transforms. */
  public int frames() {
    return Lanes.COUNT;
  }

  /** Windows and transforms a tile of a transposed signal and leaves the squared magnitudes. */
  public void run() {
    fft.leavePower(kernels, gather, memory, FIRST, points, Lanes.COUNT);
  }
}
