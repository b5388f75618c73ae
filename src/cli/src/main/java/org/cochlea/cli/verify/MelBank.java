package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A mel spectrogram whose filters need not be those of its record: libraries take bands that reach
 * beyond half the sample rate, and some place the bins of odd transforms elsewhere.
 *
 * @param spectrogram a spectrogram of as many filters
 * @param filters what they really are, or null
 */
record MelBank(MelSpectrogram spectrogram, @Nullable Basis filters) {

  /**
   * The arguments of a filter bank, which {@link MelSpec} may refuse.
   *
   * @param positionRate with {@code positionSize}: bin k lies at {@code k positionRate /
   *     positionSize} Hz
   */
  record Triangles(
      int bins,
      double low,
      double high,
      MelScale scale,
      FilterBanks.Norm norm,
      int positionRate,
      int positionSize) {
    Basis basis() {
      return FilterBanks.mel(
          positionRate, positionSize, bins, low, high, scale, norm, FilterBanks.Axis.HZ);
    }
  }

  /** Returns the record for filters as they are, the filters themselves where it has no such. */
  static MelBank of(int rate, StftSpec stft, double power, Triangles t) {
    boolean usual =
        t.high() <= rate / 2.0
            && (double) t.positionRate() * stft.fftSize() == (double) rate * t.positionSize();
    return usual
        ? new MelBank(
            new MelSpectrogram(
                rate,
                stft,
                new MelSpec(t.bins(), t.low(), t.high(), t.scale(), t.norm(), FilterBanks.Axis.HZ),
                power),
            null)
        : with(rate, stft, power, t.basis());
  }

  /** Returns a spectrogram of any filters. */
  static MelBank with(int rate, StftSpec stft, double power, Basis filters) {
    MelSpec stand = MelSpec.htk(filters.rows(), 0, rate / 2.0);
    return new MelBank(new MelSpectrogram(rate, stft, stand, power), filters);
  }

  /** Returns a feature of {@link #spectrogram}, with the filters themselves. */
  Feature of(Feature feature) {
    return filters == null ? feature : replaced(feature, filters);
  }

  /** Returns the spectrogram itself. */
  Feature feature() {
    return of(spectrogram);
  }

  int bins() {
    return spectrogram.mel().bins();
  }

  /** Returns a feature with other filters in its first projection. */
  static Feature replaced(Feature feature, Basis filters) {
    Pipeline pipeline = feature.pipeline();
    List<Stage> stages = new ArrayList<>();
    boolean done = false;
    for (Stage stage : pipeline.stages()) {
      boolean here = !done && stage instanceof Stage.Project;
      stages.add(here ? new Stage.Project(filters) : stage);
      done |= here;
    }
    if (!done) {
      throw new IllegalArgumentException(feature + " has no filters");
    }
    return new Custom(
        feature.toString(), new Pipeline(pipeline.sampleRate(), pipeline.input(), stages));
  }
}
