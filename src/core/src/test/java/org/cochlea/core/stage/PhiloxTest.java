package org.cochlea.core.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PhiloxTest {
  /** The known answers of philox4x32-10 in Random123's kat_vectors, words 0 and 1. */
  @Test
  void wordsAreRandom123s() {
    assertEquals(0xe169c58d_6627e8d5L, Philox.words(0, 0, 0));
    assertEquals(0x41c83b0e_408f276dL, Philox.words(-1, -1, -1));
    assertEquals(
        0x94fdcceb_d16cfe09L,
        Philox.words(0x299f31d0_a4093822L, 0x03707344_13198a2eL, 0x85a308d3_243f6a88L));
  }

  @Test
  void pairsAreTheNumbersOneByOne() {
    double[] pair = new double[2];
    for (long block = 0; block < 1000; block++) {
      Philox.normals(5, 3, block, pair);
      assertEquals(Philox.normal(5, 3, 2 * block), pair[0]);
      assertEquals(Philox.normal(5, 3, 2 * block + 1), pair[1]);
    }
  }
}
