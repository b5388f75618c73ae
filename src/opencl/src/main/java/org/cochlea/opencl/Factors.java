package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;

/** Into which passes a Fourier transform is cut. */
final class Factors {
  /** The largest prime that a pass does by the definition; others take Bluestein's algorithm. */
  private static final int LARGEST = 31;

  private Factors() {}

  /** Returns the radices of a transform, or none if a prime factor is too large or n is 1. */
  static List<Integer> of(int n) {
    List<Integer> factors = new ArrayList<>();
    int rest = n;
    while (rest % 4 == 0) {
      factors.add(4);
      rest /= 4;
    }
    for (int p = 2; p <= LARGEST && rest > 1; p++) {
      while (rest % p == 0) {
        factors.add(p);
        rest /= p;
      }
    }
    return rest == 1 ? factors : List.of();
  }

  static boolean areSmall(int n) {
    return n == 1 || !of(n).isEmpty();
  }

  /** Returns a length of at least n that takes passes of radix 4, 2, 3 and 5 alone. */
  static int roomy(int n) {
    int best = Integer.highestOneBit(n) == n ? n : Integer.highestOneBit(n) << 1;
    for (int odd : new int[] {3, 5}) {
      int length = odd;
      while (length < n) {
        length <<= 1;
      }
      best = Math.min(best, length);
    }
    return best;
  }
}
