package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Cepstrum;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * The cepstrum of windowed frames, liftered if wanted, or the spectral envelope that a liftered one
 * stands for: {@code [batch, channels, samples] → [batch, channels, fftSize, frames]}, envelopes
 * {@code [batch, channels, fftSize / 2 + 1, frames]}.
 *
 * @param stft framing and window
 * @param kind real, power or complex
 * @param floor least magnitude, above 0
 * @param lifter quefrencies of at least this many samples become 0, on both sides, in [0, fftSize /
 *     2]; 0 keeps all
 * @param envelope whether the envelope is returned, {@code ln |H|}: the cosine transform of the
 *     real cepstrum
 */
public record FrameCepstrum(
    StftSpec stft, Cepstrum.Kind kind, double floor, int lifter, boolean envelope)
    implements Feature {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public FrameCepstrum {
    Check.atLeast("fftSize", stft.fftSize(), 2);
    Check.positive("floor", floor);
    Check.range("lifter", lifter, 0, stft.fftSize() / 2);
    if (envelope && kind != Cepstrum.Kind.REAL) {
      throw new IllegalArgumentException("kind must be REAL for an envelope, was " + kind);
    }
  }

  /** The real cepstrum of librosa's frames, magnitudes of at least 1e-10. */
  public static FrameCepstrum real() {
    return new FrameCepstrum(StftSpec.librosa(), Cepstrum.Kind.REAL, 1e-10, 0, false);
  }

  /** Returns another kind. */
  public FrameCepstrum withKind(Cepstrum.Kind which) {
    return new FrameCepstrum(stft, which, floor, lifter, envelope);
  }

  /** Returns this with the quefrencies below so many samples alone; 0 for all. */
  public FrameCepstrum withLifter(int samples) {
    return new FrameCepstrum(stft, kind, floor, samples, envelope);
  }

  /** Returns the logarithm of the smoothed spectrum. */
  public FrameCepstrum withEnvelope() {
    return new FrameCepstrum(stft, kind, floor, lifter, true);
  }

  @Override
  public Pipeline pipeline() {
    int size = stft.fftSize();
    // All but the transform, which the cepstrum has itself.
    List<Stage> stages = new ArrayList<>(Stft.spectrum(stft));
    stages.removeLast();
    stages.add(new Cepstrum(size, kind, floor));
    double[] kept = new double[size];
    Arrays.fill(kept, 1);
    if (lifter > 0) {
      Arrays.fill(kept, lifter, size - lifter + 1, 0);
    }
    if (envelope) {
      double[][] rows = new double[size / 2 + 1][size];
      for (int k = 0; k < rows.length; k++) {
        for (int n = 0; n < size; n++) {
          rows[k][n] = kept[n] * Math.cos(2 * Math.PI * ((long) k * n % size) / size);
        }
      }
      stages.add(new Stage.Project(Basis.of(rows)));
    } else if (lifter > 0) {
      stages.add(new Stage.Window(Basis.row(kept)));
    }
    return new Pipeline(0, Layout.signal(), stages);
  }
}
