package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Spectrograms by transforms of several lengths at one hop, their bins one after another: {@code
 * [batch, channels, samples] → [batch, channels, Σ (fftSize / 2 + 1), frames]}; short windows for
 * when, long ones for what.
 *
 * @param transforms at least 2, all with one hop and centring; centred ones of even sizes
 * @param power above 0: 1 magnitude, 2 power
 */
public record MultiResolution(List<StftSpec> transforms, double power) implements Feature {
  /**
   * Copies the list and checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public MultiResolution {
    transforms = List.copyOf(transforms);
    Check.atLeast("transforms", transforms.size(), 2);
    Check.positive("power", power);
    StftSpec first = transforms.getFirst();
    for (StftSpec one : transforms) {
      if (one.hopLength() != first.hopLength()) {
        throw new IllegalArgumentException(
            "transforms must have one hop, had %d and %d"
                .formatted(first.hopLength(), one.hopLength()));
      }
      if (!one.center() || one.fftSize() % 2 != 0 || one.pad() != first.pad()) {
        throw new IllegalArgumentException(
            "transforms must be centred, of even sizes and one pad, was " + one);
      }
    }
  }

  /** Magnitudes of 512, 1024 and 2048 samples every 256, librosa's otherwise. */
  public static MultiResolution librosa() {
    StftSpec plain = StftSpec.librosa().withHopLength(256);
    return new MultiResolution(List.of(plain.withFftSize(512), plain.withFftSize(1024), plain), 1);
  }

  @Override
  public Pipeline pipeline() {
    List<List<Stage>> paths = new ArrayList<>();
    for (StftSpec one : transforms) {
      paths.add(Spectrogram.stages(one, power));
    }
    return new Pipeline(
        0, Layout.signal(), List.of(new Stage.Branch(paths, Stage.Branch.Join.CONCATENATE)));
  }
}
