package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.cochlea.core.signal.Biquad;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters side by side give what one after the other gives, to the last bit. */
class CascadeTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 5, 7, 8, 9, 13})
  void filtersAreOneAfterTheOther(int filters) {
    Cascade cascade = new Cascade();
    Biquad[] each = new Biquad[filters];
    for (int i = 0; i < filters; i++) {
      each[i] = Biquad.equalizer(8000, 100 + 250 * i, i % 2 == 0 ? 5 : -7, 0.6 + 0.02 * i);
    }
    for (int n : new int[] {0, 1, 2, 3, 5, 1000}) {
      float[] expected = Augmentations.noise(3, n);
      float[] x = expected.clone();
      cascade.clear();
      for (Biquad filter : each) {
        filter(filter, expected);
        cascade.add(filter);
      }
      cascade.filter(x, n);
      assertArrayEquals(expected, x);
    }
  }

  private static void filter(Biquad q, float[] x) {
    double now = 0;
    double next = 0;
    for (int i = 0; i < x.length; i++) {
      double in = x[i];
      double y = q.b0() * in + now;
      now = q.b1() * in - q.a1() * y + next;
      next = q.b2() * in - q.a2() * y;
      x[i] = (float) y;
    }
  }
}
