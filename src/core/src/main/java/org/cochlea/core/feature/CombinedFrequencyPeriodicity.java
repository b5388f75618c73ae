package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.GeneralizedCepstrum;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.SinglePrecisionSpectrum;
import org.cochlea.core.stage.Stage;

/**
 * Combined frequency and periodicity: the product of a spectrum and a cepstrum on one logarithmic
 * frequency axis, where only fundamental frequencies are in both. {@code [batch, channels, samples]
 * → [batch, channels, bins, frames]}; nnAudio's CFP and Combined_Frequency_Periodicity.
 *
 * <p>Su and Yang, "Combining spectral and temporal representations for multipitch estimation of
 * polyphonic music", 2015. nnAudio's frequency axis, {@code floor(N / 2)} points from 0 to half the
 * rate inclusive, is kept: it is wider than the transform's bins by one part in N / 2. nnAudio's
 * spectrum is computed in float32, whose noise in empty bins the root of 0.24 lifts: of clean tones
 * results move by 2e-3 from one FFT library to another. So this spectrum has nnAudio's rounding
 * ({@link SinglePrecisionSpectrum}); all that follows is computed in double.
 *
 * @param sampleRate in Hz, at least 1
 * @param resolution Hz per bin of the transform, above 0: its size is {@code sampleRate /
 *     resolution}
 * @param hopLength in samples, at least 1
 * @param windowLength of a symmetric Blackman-Harris window, in [1, sampleRate / resolution]
 * @param minHz lowest frequency, above 0
 * @param maxHz highest frequency, above {@code minHz}
 * @param powers of the layers by turns, spectrum first; at least 2, at least 0 each
 * @param binsPerOctave at least 1
 * @param drop whether the first and the last frame are dropped, as Combined_Frequency_Periodicity
 * @param output what is returned
 */
public record CombinedFrequencyPeriodicity(
    int sampleRate,
    double resolution,
    int hopLength,
    int windowLength,
    double minHz,
    double maxHz,
    List<Double> powers,
    int binsPerOctave,
    boolean drop,
    Output output)
    implements Feature {

  /** What is returned, by nnAudio's names. */
  public enum Output {
    /** The product of {@link #TFR_LF} and {@link #TFR_LQ}. */
    Z,
    /** The magnitude spectrum. */
    TFR_L0,
    /** The last spectrum. */
    TFR_LF,
    /** The last cepstrum. */
    TFR_LQ
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public CombinedFrequencyPeriodicity {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.positive("resolution", resolution);
    Check.atLeast("hopLength", hopLength, 1);
    Check.range("windowLength", windowLength, 1, (int) (sampleRate / resolution));
    Check.positive("minHz", minHz);
    Check.band(minHz, maxHz);
    Check.nyquist(maxHz, sampleRate);
    Check.atLeast("binsPerOctave", binsPerOctave, 1);
    powers = List.copyOf(powers);
    Check.atLeast("powers", powers.size(), 2);
  }

  /** nnAudio's defaults: 2 Hz, hop 320, 80 to 1000 Hz, powers 0.24, 0.6, 1, all frames. */
  public static CombinedFrequencyPeriodicity nnAudio(int sampleRate) {
    return new CombinedFrequencyPeriodicity(
        sampleRate, 2, 320, 2049, 80, 1000, List.of(0.24, 0.6, 1.0), 48, false, Output.Z);
  }

  /** Returns this with another output. */
  public CombinedFrequencyPeriodicity withOutput(Output what) {
    return new CombinedFrequencyPeriodicity(
        sampleRate,
        resolution,
        hopLength,
        windowLength,
        minHz,
        maxHz,
        powers,
        binsPerOctave,
        drop,
        what);
  }

  @Override
  public Pipeline pipeline() {
    int size = (int) (sampleRate / resolution);
    double[] shape = Window.BLACKMAN_HARRIS.symmetric().coefficients(windowLength);
    double[] window = new double[size];
    System.arraycopy(shape, 0, window, (size - windowLength) / 2, windowLength);
    int half = size / 2;
    List<Stage> stages = new ArrayList<>();
    stages.add(new Stage.Frame(size, hopLength, half, half, Padding.ZERO, Stage.Frame.Tail.DROP));
    if (drop) {
      stages.add(new Stage.DropFrames(1, 1));
    }
    // Roots of the magnitudes show the noise that float32 leaves in empty bins, nnAudio's too.
    stages.add(new SinglePrecisionSpectrum(Basis.row(window)));
    stages.addAll(
        switch (output) {
          case Z ->
              List.of(
                  new Stage.Branch(
                      List.of(lastSpectrum(size), lastCepstrum(size)), Stage.Branch.Join.MULTIPLY));
          case TFR_L0 -> List.of(new Stage.SliceBins(0, spectrumBins(size)), spectrumFilters(size));
          case TFR_LF -> lastSpectrum(size);
          case TFR_LQ -> lastCepstrum(size);
        });
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }

  private List<Stage> lastSpectrum(int size) {
    return List.of(cepstrum(size, false, spectrumBins(size)), spectrumFilters(size));
  }

  private List<Stage> lastCepstrum(int size) {
    int bins = Math.min(size / 2, (int) Math.rint(sampleRate / minHz) + 1);
    return List.of(cepstrum(size, true, bins), cepstrumFilters(bins));
  }

  private Stage cepstrum(int size, boolean last, int bins) {
    return new GeneralizedCepstrum(
        size,
        powers,
        (int) Math.rint(sampleRate / maxHz),
        Math.max(1, (int) Math.rint(minHz / resolution)),
        last,
        bins);
  }

  /** Round half to even, as Python does. */
  private int spectrumBins(int size) {
    return Math.min(size / 2, (int) Math.rint(maxHz / resolution) + 1);
  }

  private double[] centres() {
    List<Double> centres = new ArrayList<>();
    int most = (int) Math.ceil(Math.log(maxHz / minHz) / Math.log(2)) * binsPerOctave;
    for (int i = 0; i < most; i++) {
      double hz = minHz * Math.pow(2, (double) i / binsPerOctave);
      if (hz >= maxHz) {
        break;
      }
      centres.add(hz);
    }
    return centres.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** A triangle's value; 0 at its corners and, as in nnAudio, at its very peak. */
  private static double triangle(double hz, double low, double centre, double high) {
    if (hz > low && hz < centre) {
      return (hz - low) / (centre - low);
    }
    return hz > centre && hz < high ? (high - hz) / (high - centre) : 0;
  }

  private Stage spectrumFilters(int size) {
    double[] centres = centres();
    int bins = spectrumBins(size);
    int points = size / 2;
    double[][] rows = new double[Math.max(1, centres.length - 1)][bins];
    for (int i = 1; i < centres.length - 1; i++) {
      int from = (int) Math.rint(centres[i - 1] / resolution);
      int to = (int) Math.rint(centres[i + 1] / resolution);
      if (to <= from) {
        rows[i][from] = 1;
        continue;
      }
      for (int k = from; k <= Math.min(to, bins - 1); k++) {
        double hz = sampleRate * 0.5 * k / (points - 1.0);
        rows[i][k] = triangle(hz, centres[i - 1], centres[i], centres[i + 1]);
      }
    }
    return new Stage.Project(Basis.of(rows));
  }

  private Stage cepstrumFilters(int bins) {
    double[] centres = centres();
    double[][] rows = new double[Math.max(1, centres.length - 1)][bins];
    for (int i = 1; i < centres.length - 1; i++) {
      int from = (int) Math.rint(sampleRate / centres[i + 1]);
      int to = (int) Math.rint(sampleRate / centres[i - 1]);
      for (int q = Math.max(1, from); q <= Math.min(to, bins - 1); q++) {
        double hz = (double) sampleRate / q;
        rows[i][q] = triangle(hz, centres[i - 1], centres[i], centres[i + 1]);
      }
    }
    return new Stage.Project(Basis.of(rows));
  }
}
