package org.cochlea.core.basis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Divisions of an octave: the ratios of its notes to its first one, ascending from 1 to below 2;
 * librosa.interval_frequencies.
 */
public final class Intervals {
  private Intervals() {}

  /** Returns notes at equal steps: {@code 2^(k / count)}. */
  public static List<Double> equal(int count) {
    List<Double> ratios = new ArrayList<>();
    for (int k = 0; k < atLeastOne(count); k++) {
      ratios.add(Math.pow(2, (double) k / count));
    }
    return ratios;
  }

  /** Returns the first powers of 3 / 2, brought into the octave; librosa's "pythagorean". */
  public static List<Double> pythagorean(int count) {
    double[] octaves = new double[atLeastOne(count)];
    for (int k = 0; k < count; k++) {
      octaves[k] = k * log2(3);
    }
    return ratios(octaves);
  }

  /**
   * Returns ratios of products of primes, one after another those of the least harmonic distance to
   * all chosen before; librosa's "ji3", "ji5" and "ji7". Tenney, "On 'crystal growth' in harmonic
   * space", 1993–1998.
   *
   * @param count of notes, at least 1
   * @param primes such as 3, 5, 7, at least 1
   */
  public static List<Double> just(int count, int... primes) {
    double[] logs = Arrays.stream(primes).mapToDouble(Intervals::log2).toArray();
    List<int[]> seeds = new ArrayList<>();
    for (int i = 0; i < primes.length; i++) {
      for (int sign : new int[] {1, -1}) {
        int[] seed = new int[primes.length];
        seed[i] = sign;
        seeds.add(seed);
      }
    }
    List<int[]> chosen = new ArrayList<>(List.of(new int[primes.length]));
    List<int[]> frontier = new ArrayList<>(seeds);
    while (chosen.size() < atLeastOne(count)) {
      int[] next = frontier.remove(nearest(frontier, chosen, logs));
      chosen.add(next);
      for (int[] seed : seeds) {
        int[] sum = next.clone();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += seed[i];
        }
        if (!contains(chosen, sum) && !contains(frontier, sum)) {
          frontier.add(sum);
        }
      }
    }
    return ratios(chosen.stream().mapToDouble(powers -> octaves(powers, logs)).toArray());
  }

  private static int nearest(List<int[]> frontier, List<int[]> chosen, double[] logs) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int f = 0; f < frontier.size(); f++) {
      double distance = 0;
      for (int[] other : chosen) {
        distance += distance(frontier.get(f), other, logs);
      }
      // Of points as good as each other the simpler one, as close as numpy.isclose has it.
      boolean same =
          Double.isFinite(least) && Math.abs(distance - least) <= 1e-8 + 1e-5 * Math.abs(least);
      if (distance < least
          || (same && size(frontier.get(f), logs) < size(frontier.get(best), logs))) {
        least = distance;
        best = f;
      }
    }
    return best;
  }

  /** Tenney's: {@code log2(a b / gcd(a, b)²)}, rounded so that equal ones are equal. */
  private static double distance(int[] a, int[] b, double[] logs) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      int common =
          Math.min(Math.max(a[i], 0), Math.max(b[i], 0))
              - Math.max(Math.max(-a[i], 0), Math.max(-b[i], 0));
      sum += logs[i] * (a[i] + b[i] - 2 * common);
    }
    return Math.rint(sum * 1e6) / 1e6;
  }

  private static double size(int[] powers, double[] logs) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      sum += logs[i] * Math.abs(powers[i]);
    }
    return sum;
  }

  private static double octaves(int[] powers, double[] logs) {
    double sum = 0;
    for (int i = 0; i < logs.length; i++) {
      sum += logs[i] * powers[i];
    }
    return sum;
  }

  private static boolean contains(List<int[]> all, int[] one) {
    return all.stream().anyMatch(other -> Arrays.equals(other, one));
  }

  /** Brings numbers of octaves into [0, 1) and sorts them. */
  private static List<Double> ratios(double[] octaves) {
    return Arrays.stream(octaves)
        .map(v -> v - Math.floor(v))
        .sorted()
        .mapToObj(v -> Math.pow(2, v))
        .toList();
  }

  private static int atLeastOne(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, was " + count);
    }
    return count;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
