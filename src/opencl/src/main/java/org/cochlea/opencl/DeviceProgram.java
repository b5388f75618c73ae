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
 * @param least elements of local memory that are needed in any case
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
    int least,
    boolean wholeBatch) {
  /** The most coefficients of a resampling filter: a table of 16 MiB. */
  static final int MOST_TAPS = 1 << 22;

  /** The most second-order sections of a filter: what they remember is in local memory. */
  static final int MOST_SECTIONS = 64;

  /** Numbers of a block: what a group works on before it takes the next. */
  static final int BLOCK = 1024;

  /**
   * Returns the program in numbers.
   *
   * @param before launches of augmentation before the pipeline's
   * @param after and after them
   */
  int[] code(int lanes, int frames, List<Launch.Kind> before, List<Launch.Kind> after) {
    List<Integer> code = new ArrayList<>();
    code.add(lanes);
    code.add(frames);
    code.add(BLOCK);
    int all = before.size() + passes.size() + after.size();
    for (int p = 0; p < all; p++) {
      code.add(0);
    }
    int[] places = new int[bands.size()];
    for (int b = 0; b < places.length; b++) {
      places[b] = code.size();
      for (int number : bands.get(b)) {
        code.add(number);
      }
    }
    for (int p = 0; p < before.size() + after.size(); p++) {
      boolean first = p < before.size();
      code.set(Op.PASSES + (first ? p : p + passes.size()), code.size());
      augment(first ? before.get(p) : after.get(p - before.size()), Op.ITEMS + 2 * all + p, code);
      code.add(0);
    }
    for (int p = 0; p < passes.size(); p++) {
      code.set(Op.PASSES + before.size() + p, code.size());
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

  private void augment(Launch.Kind kind, int entries, List<Integer> code) {
    switch (kind) {
      case PERCENTILE -> {
        code.addAll(List.of(Op.PERCENTILE_RANGE, 3, entries));
        code.addAll(List.of(Op.PERCENTILE_START, 3, entries));
        for (int i = 0; i < Op.HALVES; i++) {
          code.addAll(List.of(Op.PERCENTILE_COUNT, 3, entries));
          code.addAll(List.of(Op.PERCENTILE_HALVE, 3, entries));
        }
        code.addAll(List.of(Op.PERCENTILE_NEXT, 3, entries));
        code.addAll(List.of(Op.PERCENTILE_STORE, 3, entries));
      }
      case WAVE, PICTURE -> {
        code.addAll(List.of(Op.AUGMENT_KNOW, 3, entries));
        if (kind == Launch.Kind.WAVE) {
          code.addAll(List.of(Op.AUGMENT_WAVE, 3, entries));
        } else {
          int parts = output.layout().complex() ? 2 : 1;
          code.addAll(List.of(Op.AUGMENT_PICTURE, 5, entries, output.layout().bins(), parts));
        }
        code.addAll(List.of(Op.AUGMENT_PARTS, 4, entries, kind == Launch.Kind.WAVE ? 1 : 0));
        code.addAll(List.of(Op.AUGMENT_STORE, 3, entries));
      }
    }
  }

  /** Returns the elements of local memory of a group. */
  int area(int frames) {
    return Math.max(elements * frames, least);
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
