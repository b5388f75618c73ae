package org.cochlea.core.engine.cpu;

/**
 * The Fourier transform of the windowed frames of a tile: {@code X[k] = Σ_n w[n] x[n] exp(-2πi k n
 * / size)}, {@code k = 0 … size / 2}, and its inverse.
 *
 * <p>Frames are {@code size} real rows, spectra {@code size / 2 + 1} complex rows, power spectra as
 * many real rows. All offsets lie in one array; {@code z0} is scratch of {@link #scratch} floats.
 */
sealed interface FrameTransform permits TileFft, ScalarFft {

  /**
   * Returns the transform of a size: on tiles where the factors of the size are 2, 3 and 5,
   * otherwise (or with {@code -Dcochlea.cpu.fft=jtransforms}) frame by frame by JTransforms.
   *
   * @param window as many weights as a frame has samples
   */
  static FrameTransform of(double[] window) {
    String property = System.getProperty("cochlea.cpu.fft", "tiles");
    return switch (property) {
      case "tiles" -> FftPlan.supports(window.length) ? new TileFft(window) : new ScalarFft(window);
      case "jtransforms" -> new ScalarFft(window);
      default ->
          throw new IllegalArgumentException(
              "cochlea.cpu.fft must be tiles or jtransforms, was " + property);
    };
  }

  /** Returns the number of samples of a frame. */
  int size();

  /** Returns the number of bins of a spectrum. */
  default int bins() {
    return size() / 2 + 1;
  }

  /** Returns how many floats of scratch the methods need. */
  int scratch();

  /** Computes the spectrum of the frames at {@code x0}. */
  void spectrum(TileKernels k, float[] a, int x0, int z0, int y0, int lanes);

  /** Computes their power spectrum {@code |X|²}. */
  void power(TileKernels k, float[] a, int x0, int z0, int y0, int lanes);

  /**
   * Computes the frames of the spectrum at {@code s0}, without the window. The imaginary parts of
   * bin 0 and, for an even size, of the last bin do not count.
   */
  void inverse(TileKernels k, float[] a, int s0, int z0, int x0, int lanes);
}
