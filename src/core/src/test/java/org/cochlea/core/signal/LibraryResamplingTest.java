package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Against resampy 0.4.3, libsamplerate 0.2.2 and soxr 0.1.3, from 3 to 2 Hz: with {@code x =
 * [((7*i*i + 3*i) % 23 - 11) / 16 for i in range(23)]}.
 */
class LibraryResamplingTest {

  private static float[] input() {
    float[] x = new float[23];
    for (int i = 0; i < x.length; i++) {
      x[i] = ((7 * i * i + 3 * i) % 23 - 11) / 16f;
    }
    return x;
  }

  @Test
  void tablesAreResampys() {
    assertArrayEquals(
        new float[] {
          -0.42408878f, -0.08802931f, -0.27159747f, -0.3019609f, 0.31247944f, 0.33252499f,
          0.32106322f, 0.21169959f, -0.49434686f, -0.04777475f, -0.27924377f, -0.47774634f,
          0.2512332f, -0.034576688f, 0.1894288f
        },
        TableResampler.kaiserBest().resample(input(), 3, 2),
        1e-7f);
    assertArrayEquals(
        new float[] {
          -0.40936884f, -0.10764622f, -0.2472673f, -0.331012f, 0.34498522f, 0.2988973f,
          0.3525379f, 0.18755344f, -0.4824803f, -0.043548975f, -0.30165735f, -0.43805283f,
          0.19817422f, 0.025099387f, 0.13167664f
        },
        TableResampler.kaiserFast().resample(input(), 3, 2),
        1e-7f);
  }

  @Test
  void holdAndLineAreLibsamplerates() {
    assertArrayEquals(
        new float[] {
          -0.6875f, -0.6875f, 0f, -0.5f, -0.3125f, 0.375f, 0.0625f, 0.5f, -0.3125f, -0.125f, 0f,
          -0.0625f, -0.4375f, 0.6875f, -0.1875f, 0.6875f
        },
        Interpolation.HOLD.resample(input(), 3, 2));
    assertArrayEquals(
        new float[] {
          -0.6875f, -0.375f, 0f, -0.3125f, -0.3125f, 0.4375f, 0.0625f, 0.4375f, -0.3125f, -0.3125f,
          0f, -0.375f, -0.4375f, 0.25f, -0.1875f, 0.125f
        },
        Interpolation.LINEAR.resample(input(), 3, 2),
        1e-7f);
  }

  @Test
  void cubicsAreSoxrs() {
    assertArrayEquals(
        new float[] {
          -0.6875f,
          0.0390625f,
          -0.5f,
          -0.23828125f,
          0.375f,
          0.26171875f,
          0.5f,
          0.01171875f,
          -0.125f,
          -0.26953125f,
          -0.0625f,
          -0.671875f,
          0.6875f,
          -0.296875f,
          0.6875f
        },
        Interpolation.CUBIC.resample(input(), 3, 2),
        1e-7f);
  }

  @Test
  void anyLengthWillDo() {
    for (int n = 0; n < 4; n++) {
      float[] x = new float[n];
      Arrays.fill(x, 0.5f);
      assertEquals(2 * n, TableResampler.kaiserBest().resample(x, 4000, 8000).length);
      for (Interpolation one : Interpolation.values()) {
        float[] y = one.resample(x, 4000, 8000);
        // There is no line through one sample.
        assertEquals(one == Interpolation.LINEAR && n == 1 ? 0 : 2 * n, y.length);
        for (int i = 0; i < Math.min(y.length, 2 * n - 2); i += 2) {
          assertEquals(0.5f, y[i]);
        }
      }
    }
  }

  @Test
  void wrongRatesAreNamed() {
    TableResampler fast = TableResampler.kaiserFast();
    assertThrows(IllegalArgumentException.class, () -> fast.resample(input(), 0, 1));
    assertThrows(IllegalArgumentException.class, () -> fast.resample(input(), 1000, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Interpolation.LINEAR.resample(input(), 1, 0));
  }
}
