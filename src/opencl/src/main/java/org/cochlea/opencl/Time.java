package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Stage;

/**
 * How long something is: what stages make of the length of the input.
 *
 * @param stages in order
 */
record Time(List<Stage> stages) {
  static final Time INPUT = new Time(List.of());

  Time then(Stage stage) {
    List<Stage> more = new ArrayList<>(stages);
    more.add(stage);
    return new Time(List.copyOf(more));
  }

  int of(int length) {
    long frames = length;
    for (Stage stage : stages) {
      frames = stage.frames(frames);
    }
    return Math.toIntExact(frames);
  }
}
