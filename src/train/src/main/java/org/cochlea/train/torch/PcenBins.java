package org.cochlea.train.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** PCEN with parameters for every bin; as stages, a branch with a path for every bin. */
final class PcenBins {
  private final List<Stage.Pcen> bins;

  PcenBins(List<Stage.Pcen> bins) {
    this.bins = List.copyOf(bins);
  }

  /** Returns what a stage does to so many bins, or null if it is something else. */
  static @Nullable PcenBins of(Stage stage, int count) {
    if (stage instanceof Stage.Pcen s) {
      Stage.Pcen[] all = new Stage.Pcen[count];
      Arrays.fill(all, s);
      return new PcenBins(List.of(all));
    }
    if (!(stage instanceof Stage.Branch branch)) {
      return null;
    }
    List<Stage.Pcen> all = new ArrayList<>();
    for (List<Stage> path : branch.paths()) {
      for (Stage s : path) {
        if (s instanceof Stage.Pcen pcen) {
          all.add(pcen);
        }
      }
    }
    if (all.size() != count) {
      return null;
    }
    PcenBins found = new PcenBins(all);
    return found.stage().equals(stage) ? found : null;
  }

  List<Stage.Pcen> bins() {
    return bins;
  }

  /** Returns the stage that does the same. */
  Stage stage() {
    if (bins.stream().distinct().count() == 1) {
      return bins.getFirst();
    }
    List<List<Stage>> paths = new ArrayList<>();
    for (int k = 0; k < bins.size(); k++) {
      Stage.Pcen pcen = bins.get(k);
      // The bins that its maximum looks at.
      int from = Math.max(0, k - pcen.maxBins() / 2);
      int to = Math.clamp(k - pcen.maxBins() / 2L + pcen.maxBins(), k + 1, bins.size());
      List<Stage> path = new ArrayList<>(List.of(new Stage.SliceBins(from, to), pcen));
      if (to - from > 1) {
        path.add(new Stage.SliceBins(k - from, k - from + 1));
      }
      paths.add(path);
    }
    return new Stage.Branch(paths, Stage.Branch.Join.CONCATENATE);
  }
}
