package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.opencl.kernel.Op;

/**
 * What a pipeline is on a device, but for the sizes that follow from the device.
 *
 * @param pipeline the stages that it computes
 * @param values in global memory
 * @param passes launches
 * @param tables constants
 * @param bands of matrices
 * @param input what the host sends
 * @param output what it fetches
 * @param elements of local memory that a frame needs
 * @param wholeBatch whether a batch cannot be split
 */
record DeviceProgram(
    Pipeline pipeline,
    List<Value> values,
    List<Pass> passes,
    Tables tables,
    List<int[]> bands,
    Value input,
    Value output,
    int elements,
    boolean wholeBatch) {
  /** The most coefficients of a resampling filter: a table of 16 MiB. */
  static final int MOST_TAPS = 1 << 22;

  /** Numbers of a block: what a group works on before it takes the next. */
  static final int BLOCK = 1024;

  /** Returns the program in numbers. */
  int[] code(int lanes, int frames) {
    List<Integer> code = new ArrayList<>();
    code.add(lanes);
    code.add(frames);
    code.add(BLOCK);
    for (int p = 0; p < passes.size(); p++) {
      code.add(0);
    }
    int[] places = new int[bands.size()];
    for (int b = 0; b < places.length; b++) {
      places[b] = code.size();
      for (int number : bands.get(b)) {
        code.add(number);
      }
    }
    for (int p = 0; p < passes.size(); p++) {
      code.set(Op.PASSES + p, code.size());
      for (List<Object> operation : passes.get(p).operations()) {
        for (int i = 0; i < operation.size(); i++) {
          code.add(
              switch (operation.get(i)) {
                case Integer number -> number;
                case Value value -> value.index();
                case Pass.Place place -> place.value().place();
                case Tile.Bands table -> places[table.index()];
                default -> throw new AssertionError(operation.get(i));
              });
          if (i == 0) {
            code.add(operation.size() + 1);
          }
        }
      }
      code.add(0);
    }
    return code.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns how many frames of a tile fit local memory, a power of 2, or 0 if not one does. */
  int frames(long localBytes, int most) {
    long fit = localBytes / Float.BYTES / elements;
    int frames = most;
    while (frames > fit) {
      frames /= 2;
    }
    return frames;
  }
}
