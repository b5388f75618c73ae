package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void percentilesAreNumPys() {
    // numpy.percentile([1, 2, 3, 4, 10], [10, 50, 90])
    Spread spread = Spread.of(10, 3, 1, 4, 2);
    assertEquals(1.4, spread.low(), 1e-12);
    assertEquals(3, spread.median(), 1e-12);
    assertEquals(7.6, spread.high(), 1e-12);
    assertEquals(new Spread(5, 5, 5), Spread.of(5));
  }

  @Test
  void aRatioStandsWhenItsSpreadIsSmallerThanWhatItClaims() {
    assertTrue(new Spread(2.9, 3, 3.2).stands());
    assertTrue(new Spread(0.1, 0.2, 0.3).stands());
    assertFalse(new Spread(0.9, 1.05, 1.2).stands());
    assertFalse(new Spread(1.5, 3, 4).stands());
  }

  @Test
  void timesBecomeSpeeds() {
    assertEquals(new Spread(2, 5, 10), new Spread(1, 2, 5).per(10));
  }
}
