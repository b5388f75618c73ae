package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.cochlea.core.stage.Basis;

/**
 * A filter bank as the fused kernels read it: the bands in groups of outputs that a warp computes
 * together, longest bands first, so that few weights are zeros that only fill up a group.
 */
final class BankTables {
  /** {@code kGuard}: rows of zeros behind the last bin that a band may read. */
  static final int GUARD = 12;

  /** Per group: chunks of 4 bins, first chunk of its weights. */
  private final int[] groups;

  /** Per slot: output or -1, first row of the power spectrum. */
  private final int[] slots;

  private final float[] weights;

  private record Band(int output, int from, int to) {
    int length() {
      return to - from;
    }
  }

  /**
   * Makes the tables.
   *
   * @param bank as many columns as a spectrum has bins
   * @param framesPerBlock a power of two, 1 to 32
   */
  BankTables(Basis bank, int framesPerBlock) {
    boolean vectors = framesPerBlock >= 4;
    int width = 32 * (vectors ? 4 : 1) / framesPerBlock;
    // Slot s begins at a row = s modulo `apart`, which keeps a quarter warp's reads in different
    // banks; rows count from the zeros before bin 0.
    int apart = vectors ? Math.max(1, 32 / framesPerBlock) : 1;
    List<Band> bands = new ArrayList<>();
    for (int r = 0; r < bank.rows(); r++) {
      bands.add(new Band(r, bank.bandStart(r), bank.bandStart(r) + bank.bandLength(r)));
    }
    bands.sort(Comparator.comparingInt(Band::length).reversed());
    int count = (bands.size() + width - 1) / width;
    groups = new int[2 * count];
    slots = new int[2 * count * width];
    float[] all = new float[1024];
    int used = 0;
    int end = apart - 1 + bank.columns() + GUARD;
    for (int g = 0; g < count; g++) {
      Band[] group = new Band[width];
      int[] starts = new int[width];
      int chunks = 0;
      for (int s = 0; s < width; s++) {
        int at = g * width + s;
        group[s] = at < bands.size() ? bands.get(at) : new Band(-1, 0, 0);
        int row = group[s].from + apart - 1;
        starts[s] = row - Math.floorMod(row - s, apart);
        chunks = Math.max(chunks, (group[s].to + apart - 1 - starts[s] + 3) / 4);
      }
      groups[2 * g] = chunks;
      groups[2 * g + 1] = used / 4;
      for (int s = 0; s < width; s++) {
        while (starts[s] + 4 * chunks > end) {
          starts[s] -= apart;
        }
        slots[2 * (g * width + s)] = group[s].output;
        slots[2 * (g * width + s) + 1] = starts[s];
      }
      for (int c = 0; c < chunks; c++) {
        for (int s = 0; s < width; s++) {
          for (int i = 0; i < 4; i++) {
            if (used == all.length) {
              all = Arrays.copyOf(all, 2 * used);
            }
            int k = starts[s] + 4 * c + i - (apart - 1);
            boolean inside = group[s].output >= 0 && k >= group[s].from && k < group[s].to;
            all[used++] = inside ? (float) bank.at(group[s].output, k) : 0;
          }
        }
      }
    }
    weights = Arrays.copyOf(all, used);
  }

  int[] groups() {
    return groups;
  }

  int[] slots() {
    return slots;
  }

  float[] weights() {
    return weights;
  }

  int groupCount() {
    return groups.length / 2;
  }
}
