package org.cochlea.train.model;

import java.util.List;

/** Ranges of parameters. */
final class Check {
  static List<Statistic> statistics(List<Statistic> pooled) {
    if (pooled.isEmpty()) {
      throw new IllegalArgumentException("pooled must have at least 1 statistic, had 0");
    }
    return List.copyOf(pooled);
  }

  private Check() {}

  static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s must be at least %d, was %d".formatted(name, least, value));
    }
  }

  static void share(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1), was %s".formatted(name, value));
    }
  }

  static void each(String name, List<Integer> values) {
    for (int i = 0; i < values.size(); i++) {
      atLeast("%s[%d]".formatted(name, i), values.get(i), 1);
    }
  }
}
