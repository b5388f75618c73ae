package org.cochlea.core.engine.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.cochlea.core.stage.Layout;

/**
 * Where the first sample and the first frame lie in their clip, and what came before them.
 *
 * @param means of PCEN, by channel
 */
record Pieces(long firstSample, long firstFrame, Map<Integer, double[]> means) {

  /** Returns the start of a clip. */
  static Pieces none() {
    return new Pieces(0, 0, new HashMap<>());
  }

  long first(Layout layout) {
    return layout.isSignal() ? firstSample : firstFrame * layout.bins();
  }

  double[] means(int channel, int bins) {
    return means.computeIfAbsent(
        channel,
        _ -> {
          double[] ones = new double[bins];
          Arrays.fill(ones, 1);
          return ones;
        });
  }
}
