package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.cochlea.core.signal.PreEmphasis.Start;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreEmphasisTest {

  @Test
  void equalsLibrosa() {
    float[] x = ReferenceAudio.read("speech22k").mono();
    float[] y = PreEmphasis.librosa(0.97).apply(x);
    assertTrue(Distance.relativeL2(y, Npy.read("preemphasis").data()) < 1e-7);
    assertEquals(3.0 * x[0] - x[1], y[0], 1e-9);
  }

  /** {@code librosa.effects.deemphasis([.3, -.2, .5, .1])}, librosa 0.11. */
  @Test
  void inverseEqualsLibrosa() {
    float[] y = {.3f, -.2f, .5f, .1f};
    double[] extrapolated = {
      0.04926108374384236, -0.15221674876847294, 0.35234975369458127, 0.44177926108374377
    };
    double[] zeroState = {0.3, 0.091, 0.58827, 0.6706219};
    for (int i = 0; i < 4; i++) {
      assertEquals(extrapolated[i], PreEmphasis.librosa(0.97).invert(y)[i], 1e-7);
      assertEquals(zeroState[i], PreEmphasis.plain(0.97).invert(y)[i], 1e-7);
    }
  }

  @Test
  void firstSamples() {
    float[] x = {2, 3, 5};
    assertArrayEquals(new float[] {3, 2, 3.5f}, PreEmphasis.librosa(0.5).apply(x));
    assertArrayEquals(new float[] {2, 2, 3.5f}, PreEmphasis.plain(0.5).apply(x));
    assertArrayEquals(new float[] {1, 2, 3.5f}, PreEmphasis.kaldi(0.5).apply(x));
  }

  @ParameterizedTest
  @EnumSource
  void inverseUndoes(Start start) {
    Random random = new Random(7);
    for (int n : new int[] {0, 1, 2, 3, 100}) {
      float[] x = new float[n];
      for (int i = 0; i < n; i++) {
        x[i] = (float) random.nextGaussian();
      }
      PreEmphasis filter = new PreEmphasis(0.9, start);
      // The inverse amplifies the rounding of its input by up to 1 / (1 - 0.9).
      assertArrayEquals(x, filter.invert(filter.apply(x)), 3e-6f);
    }
  }

  @Test
  void rangeIsChecked() {
    assertEquals(
        "coefficient must be in [0.0, 1.0], was 1.5",
        assertThrows(IllegalArgumentException.class, () -> PreEmphasis.plain(1.5)).getMessage());
    assertThrows(
        IllegalStateException.class, () -> PreEmphasis.kaldi(1).invert(new float[] {1, 2}));
  }
}
