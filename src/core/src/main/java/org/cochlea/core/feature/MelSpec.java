package org.cochlea.core.feature;

import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.FilterBanks.Axis;
import org.cochlea.core.basis.FilterBanks.Norm;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.stage.Basis;

/**
 * A mel filter bank: triangles whose edges are equally spaced in mel.
 *
 * @param bins number of triangles, at least 1
 * @param minHz lower edge of the first, at least 0
 * @param maxHz upper edge of the last, above {@code minHz}
 * @param scale which mel
 * @param norm how rows are scaled
 * @param axis on which the triangles' sides are straight
 */
public record MelSpec(int bins, double minHz, double maxHz, MelScale scale, Norm norm, Axis axis) {
  /** A typing error should not take all memory. */
  private static final int MOST_BINS = 1 << 16;

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public MelSpec {
    Check.atLeast("bins", bins, 1);
    if (bins > MOST_BINS) {
      throw new IllegalArgumentException(
          "bins must be at most %d, was %d".formatted(MOST_BINS, bins));
    }
    Check.band(minHz, maxHz);
  }

  /** Returns Slaney's mel with Slaney's norm: librosa's and nnAudio's default. */
  public static MelSpec slaney(int bins, double minHz, double maxHz) {
    return new MelSpec(bins, minHz, maxHz, MelScale.SLANEY, Norm.SLANEY, Axis.HZ);
  }

  /** Returns HTK's mel without norm: torchaudio's default. */
  public static MelSpec htk(int bins, double minHz, double maxHz) {
    return new MelSpec(bins, minHz, maxHz, MelScale.HTK, Norm.NONE, Axis.HZ);
  }

  /** Returns this with another number of triangles. */
  public MelSpec withBins(int count) {
    return new MelSpec(count, minHz, maxHz, scale, norm, axis);
  }

  /** Returns this over another band. */
  public MelSpec withBand(double low, double high) {
    return new MelSpec(bins, low, high, scale, norm, axis);
  }

  /** Returns this on another scale. */
  public MelSpec withScale(MelScale other) {
    return new MelSpec(bins, minHz, maxHz, other, norm, axis);
  }

  /** Returns this with another norm. */
  public MelSpec withNorm(Norm other) {
    return new MelSpec(bins, minHz, maxHz, scale, other, axis);
  }

  Basis basis(int sampleRate, int fftSize) {
    return FilterBanks.mel(sampleRate, fftSize, bins, minHz, maxHz, scale, norm, axis);
  }
}
