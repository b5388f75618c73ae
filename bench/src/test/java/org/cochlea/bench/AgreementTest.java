package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final float[] EXPECTED = {-3, -2, 1, -5};

  @Test
  void roundingIsTheSame() {
    assertTrue(Agreement.of(new float[] {-3, -2.00001f, 1, -5}, EXPECTED).same());
  }

  @Test
  void anythingElseIsNot() {
    assertFalse(Agreement.of(new float[] {-3, -2, 1.1f, -5}, EXPECTED).same());
    assertFalse(Agreement.of(new float[] {-3, -2, Float.NaN, -5}, EXPECTED).same());
    assertFalse(Agreement.of(new float[] {-3, -2, 1}, EXPECTED).same());
  }
}
