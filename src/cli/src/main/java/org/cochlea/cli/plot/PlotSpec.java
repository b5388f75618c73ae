package org.cochlea.cli.plot;

import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * How a sound is analysed for a picture.
 *
 * @param kind what is drawn
 * @param fftSize samples per frame, in [2, {@value Stage.Frame#MOST}]
 * @param hopLength samples from frame to frame, in [1, {@value Stage.Frame#MOST}]
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
    range("n-fft", fftSize, 2, Stage.Frame.MOST);
    range("hop-length", hopLength, 1, Stage.Frame.MOST);
    range("n-mels", melBins, 1, Integer.MAX_VALUE);
    range("n-mfcc", coefficients, 1, melBins);
  }

  private static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      String bound =
          most == Integer.MAX_VALUE ? "at least " + least : "in [%d, %d]".formatted(least, most);
      throw new IllegalArgumentException("%s must be %s, was %d".formatted(name, bound, value));
    }
  }

  /** Returns librosa's sizes: 2048, hop 512, 128 mel bands, 20 coefficients. */
  public static PlotSpec of(PlotKind kind) {
    return new PlotSpec(kind, 2048, 512, 128, 20, null);
  }
}
