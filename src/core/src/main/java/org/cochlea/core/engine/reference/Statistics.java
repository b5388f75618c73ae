package org.cochlea.core.engine.reference;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/** The stages that need statistics of a whole clip or batch. */
final class Statistics {
  private Statistics() {}

  /** A rectangle of one clip whose values belong to one statistic. */
  private record Region(Clip clip, int fromFrame, int toFrame, int fromBin, int toBin) {
    double[][] values() {
      return clip.values();
    }

    int size() {
      return (toFrame - fromFrame) * (toBin - fromBin);
    }
  }

  static Clip[][] normalize(Stage.Normalize s, Clip[][] clips) {
    Clip[][] out = copy(clips);
    for (List<Region> group : groups(s.scope(), out)) {
      normalize(s, group);
    }
    return out;
  }

  static Clip[][] limitRange(Stage.DynamicRange s, Clip[][] clips) {
    Clip[][] out = copy(clips);
    for (List<Region> group : groups(s.scope(), out)) {
      double least = summary(group).max - s.range();
      for (Region r : group) {
        for (int t = r.fromFrame; t < r.toFrame; t++) {
          for (int k = r.fromBin; k < r.toBin; k++) {
            r.values()[t][k] = Math.max(r.values()[t][k], least);
          }
        }
      }
    }
    return out;
  }

  private static Clip[][] copy(Clip[][] clips) {
    Clip[][] out = new Clip[clips.length][];
    for (int b = 0; b < clips.length; b++) {
      out[b] = new Clip[clips[b].length];
      for (int c = 0; c < clips[b].length; c++) {
        out[b][c] =
            new Clip(clips[b][c].layout(), StageInterpreter.map(clips[b][c].values(), v -> v));
      }
    }
    return out;
  }

  private static List<List<Region>> groups(Scope scope, Clip[][] clips) {
    List<List<Region>> groups = new ArrayList<>();
    List<Region> batch = new ArrayList<>();
    for (Clip[] item : clips) {
      List<Region> whole = new ArrayList<>();
      for (Clip clip : item) {
        double[][] v = clip.values();
        // A signal is one row of samples: one "frame" whose "bins" are the samples.
        int rows = v.length;
        int columns = clip.layout().isSignal() ? v[0].length : clip.layout().bins();
        switch (scope) {
          case BIN -> {
            if (clip.layout().isSignal()) {
              groups.add(List.of(new Region(clip, 0, rows, 0, columns)));
            } else {
              for (int k = 0; k < columns; k++) {
                groups.add(List.of(new Region(clip, 0, rows, k, k + 1)));
              }
            }
          }
          case FRAME -> {
            for (int t = 0; t < rows; t++) {
              groups.add(List.of(new Region(clip, t, t + 1, 0, columns)));
            }
          }
          case CHANNEL -> groups.add(List.of(new Region(clip, 0, rows, 0, columns)));
          case ITEM, BATCH -> whole.add(new Region(clip, 0, rows, 0, columns));
        }
      }
      if (scope == Scope.ITEM) {
        groups.add(whole);
      }
      batch.addAll(whole);
    }
    if (scope == Scope.BATCH) {
      groups.add(batch);
    }
    return groups;
  }

  private record Summary(long count, double mean, double min, double max, double squares) {}

  private static Summary summary(List<Region> group) {
    long count = 0;
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (Region r : group) {
      count += r.size();
      for (int t = r.fromFrame; t < r.toFrame; t++) {
        for (int k = r.fromBin; k < r.toBin; k++) {
          double v = r.values()[t][k];
          sum += v;
          min = Math.min(min, v);
          max = Math.max(max, v);
        }
      }
    }
    double mean = count == 0 ? 0 : sum / count;
    double squares = 0;
    for (Region r : group) {
      for (int t = r.fromFrame; t < r.toFrame; t++) {
        for (int k = r.fromBin; k < r.toBin; k++) {
          squares += (r.values()[t][k] - mean) * (r.values()[t][k] - mean);
        }
      }
    }
    return new Summary(count, mean, min, max, squares);
  }

  private static void normalize(Stage.Normalize s, List<Region> group) {
    Summary of = summary(group);
    if (of.count == 0) {
      return;
    }
    double offset =
        switch (s.offset()) {
          case NONE -> 0;
          case MEAN -> of.mean;
          case MIN -> of.min;
          case MAX -> of.max;
        };
    double divisor =
        switch (s.spread()) {
          case NONE -> 1;
          case STANDARD_DEVIATION -> Math.sqrt(of.squares / of.count) + s.epsilon();
          case SAMPLE_STANDARD_DEVIATION ->
              (of.count > 1 ? Math.sqrt(of.squares / (of.count - 1)) : 0) + s.epsilon();
          case REGULARIZED_DEVIATION -> Math.sqrt(of.squares / of.count + s.epsilon());
          case RANGE -> of.max - of.min + s.epsilon();
          case PEAK -> Math.max(Math.abs(of.max - offset), Math.abs(of.min - offset)) + s.epsilon();
        };
    for (Region r : group) {
      for (int t = r.fromFrame; t < r.toFrame; t++) {
        for (int k = r.fromBin; k < r.toBin; k++) {
          double centred = r.values()[t][k] - offset;
          r.values()[t][k] = divisor == 0 ? 0 : centred / divisor;
        }
      }
    }
  }
}
