package org.cochlea.core.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.cochlea.core.stage.Philox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers made many at a time are those made one by one. */
class NormalsTest {
  private final Normals normals = new Normals();

  @ParameterizedTest
  @ValueSource(longs = {0, 77, -5, (1L << 51) + 3})
  void pairsArePhilox(long seed) {
    double[] pair = new double[2];
    for (long block : new long[] {0, 1, 40_000, (1L << 32) - 100, Long.MAX_VALUE - 300}) {
      for (int count : new int[] {1, 7, Normals.BLOCK}) {
        normals.pairs(seed, 3, block, count);
        for (int i = 0; i < count; i++) {
          Philox.normals(seed, 3, block + i, pair);
          double bound = 4e-15 * Math.hypot(pair[0], pair[1]);
          assertEquals(pair[0], normals.first()[i], bound);
          assertEquals(pair[1], normals.second()[i], bound);
        }
      }
    }
  }

  @Test
  void uniformNumbersArePhilox() {
    normals.uniform(9, 250, (1L << 32) - 100, Normals.BLOCK);
    for (int i = 0; i < Normals.BLOCK; i++) {
      assertEquals(Philox.uniform(9, 250, (1L << 32) - 100 + i), normals.first()[i]);
    }
  }

  /** The first decay is beyond what the series take, for some. */
  @ParameterizedTest
  @ValueSource(doubles = {-137, -2, 0, 0.3, 1, 2, 100})
  void weightsArePowers(double decay) {
    for (double slope : new double[] {0.0005, 0.02}) {
      for (int from : new int[] {0, 8192}) {
        Arrays.fill(normals.first(), 1);
        Arrays.fill(normals.second(), -3);
        normals.weigh(slope, from, decay, Normals.BLOCK);
        for (int i = 0; i < Normals.BLOCK; i++) {
          double weight = Math.pow(1 + slope * (from + i), -decay);
          // A logarithm of some hundreds carries its rounding into the exponential.
          double bound = 1e-15 * (4 + Math.abs(Math.log(weight))) * weight;
          assertEquals(weight, normals.first()[i], bound);
          assertEquals(-3 * weight, normals.second()[i], 3 * bound);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.5, 1, 2.7, 40})
  void powersArePowers(double power) {
    double[] x = {0, 1e-83, 1e-9, 0.25, 1 / 3.0, 0.999, 1};
    System.arraycopy(x, 0, normals.first(), 0, x.length);
    normals.raise(power, x.length);
    for (int i = 0; i < x.length; i++) {
      double expected = Math.pow(x[i], power);
      // What is below 1e-300 is zero as a float.
      double bound = 1e-15 * (4 + power * Math.abs(Math.log(x[i] + 1e-100))) * expected + 1e-300;
      assertEquals(expected, normals.first()[i], bound);
    }
  }

  @Test
  void hyperbolicTangents() {
    double[] x = {-1e9, -30, -3, -0.1, -1e-7, 0, 1e-12, 0.5, 1, 7, 19, 1e300};
    System.arraycopy(x, 0, normals.first(), 0, x.length);
    normals.tanh(x.length);
    for (int i = 0; i < x.length; i++) {
      assertEquals(Math.tanh(x[i]), normals.first()[i], 1e-15);
    }
  }
}
