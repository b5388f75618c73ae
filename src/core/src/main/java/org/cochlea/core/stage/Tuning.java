package org.cochlea.core.stage;

import java.util.ArrayList;
import java.util.List;

/**
 * How far the pitches of a clip lie from those of A4 = 440 Hz, in fractions of a bin in [-0.5,
 * 0.5): one frame of one number. Of the peaks of the spectrum, refined by parabolas, the upper half
 * by magnitude is counted by the fraction of a bin they are off; the most frequent one is returned.
 * librosa.estimate_tuning; 0 of silence.
 *
 * @param sampleRate in Hz, above 0
 * @param fftSize of the spectrum, at least 1
 * @param minHz of peaks, at least 0; 150 in librosa
 * @param maxHz of peaks, above {@code minHz}; 4000 in librosa
 * @param threshold peaks below this part of a frame's maximum do not count, in (0, 1); 0.1
 * @param resolution of the result, in (0, 1); 0.01
 * @param binsPerOctave at least 1; 12
 */
public record Tuning(
    double sampleRate,
    int fftSize,
    double minHz,
    double maxHz,
    double threshold,
    double resolution,
    int binsPerOctave)
    implements Stage.Analysis {
  /** Sixteen feet: four octaves below A4. */
  private static final double A0 = 27.5;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Tuning {
    Require.positive("sampleRate", sampleRate);
    Require.atLeast("fftSize", fftSize, 1);
    Require.notNegative("minHz", minHz);
    Require.positive("maxHz", maxHz);
    Require.between("threshold", threshold, 0, 1);
    Require.between("resolution", resolution, 0, 1);
    Require.atLeast("binsPerOctave", binsPerOctave, 1);
    if (maxHz <= minHz) {
      throw new IllegalArgumentException(
          "maxHz must be above minHz = %s, was %s".formatted(minHz, maxHz));
    }
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Require.bins(this, in, fftSize / 2 + 1);
    return Layout.real(1);
  }

  @Override
  public long frames(long in) {
    return 1;
  }

  private record Peak(double hz, double magnitude) {}

  @Override
  public double[][] compute(double[][] x, Layout in) {
    List<Peak> peaks = new ArrayList<>();
    PeakTracks tracks =
        new PeakTracks(
            sampleRate, fftSize, minHz, maxHz, threshold, Double.NaN, PeakTracks.Output.PITCH);
    for (double[] frame : x) {
      tracks.visit(frame, (_, hz, magnitude) -> peaks.add(new Peak(hz, magnitude)));
    }
    double median = Medians.median(peaks.stream().mapToDouble(Peak::magnitude).toArray());
    int count = (int) Math.ceil(1 / resolution);
    int[] counts = new int[count];
    for (Peak peak : peaks) {
      if (peak.magnitude >= median) {
        double bins = binsPerOctave * (Math.log(peak.hz / A0) / Math.log(2));
        double off = bins - Math.floor(bins);
        off = off >= 0.5 ? off - 1 : off;
        int at = Math.clamp((int) Math.floor((off + 0.5) * count), 0, count - 1);
        // Edges as they are computed, not as they should be.
        while (at > 0 && off < edge(at, count)) {
          at--;
        }
        while (at < count - 1 && off >= edge(at + 1, count)) {
          at++;
        }
        counts[at]++;
      }
    }
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = counts[i] > counts[best] ? i : best;
    }
    return new double[][] {{peaks.isEmpty() ? 0 : edge(best, count)}};
  }

  private static double edge(int i, int count) {
    return -0.5 + i * (1.0 / count);
  }
}
