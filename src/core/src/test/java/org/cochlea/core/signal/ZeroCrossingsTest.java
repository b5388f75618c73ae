package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ZeroCrossingsTest {
  private static final float[] SIGNAL = {1, 0, 1, -1, 0, -1, 0.05f, -0.05f};

  @Test
  void zeroIsPositive() {
    assertArrayEquals(
        new boolean[] {false, false, false, true, true, true, true, true},
        ZeroCrossings.DEFAULT.find(SIGNAL));
  }

  @Test
  void zeroIsASignOfItsOwn() {
    assertArrayEquals(
        new boolean[] {false, true, true, true, true, true, true, true},
        new ZeroCrossings(0, false).find(SIGNAL));
  }

  @Test
  void smallSamplesCountAsZero() {
    assertArrayEquals(
        new boolean[] {false, false, false, true, true, true, true, false},
        new ZeroCrossings(0.05f, true).find(SIGNAL));
    assertArrayEquals(
        new boolean[] {false, true, true, true, true, true, true, false},
        new ZeroCrossings(0.1, false).find(SIGNAL));
  }

  @Test
  void nothingHasNoCrossings() {
    assertEquals(0, ZeroCrossings.DEFAULT.find(new float[0]).length);
    assertThrows(IllegalArgumentException.class, () -> new ZeroCrossings(-1, true));
  }
}
