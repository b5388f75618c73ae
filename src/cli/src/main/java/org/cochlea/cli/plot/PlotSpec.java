package org.cochlea.cli.plot;

import org.jspecify.annotations.Nullable;

/**
 * How a sound is analysed for a picture.
 *
 * @param kind what is drawn
 * @param fftSize samples per frame, at least 2
 * @param hopLength samples from frame to frame, at least 1
 * @param melBins bands of the mel spectrogram, at least 1
 * @param coefficients of the MFCC, in [1, melBins]
 * @param colors the colour map; null for magma, or coolwarm where values have both signs
 */
public record PlotSpec(
    PlotKind kind,
    int fftSize,
    int hopLength,
    int melBins,
    int coefficients,
    @Nullable ColorMap colors) {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public PlotSpec {
    atLeast("n-fft", fftSize, 2);
    atLeast("hop-length", hopLength, 1);
    atLeast("n-mels", melBins, 1);
    if (coefficients < 1 || coefficients > melBins) {
      throw new IllegalArgumentException(
          "n-mfcc must be in [1, %d], was %d".formatted(melBins, coefficients));
    }
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  /** Returns librosa's sizes: 2048, hop 512, 128 mel bands, 20 coefficients. */
  public static PlotSpec of(PlotKind kind) {
    return new PlotSpec(kind, 2048, 512, 128, 20, null);
  }
}
