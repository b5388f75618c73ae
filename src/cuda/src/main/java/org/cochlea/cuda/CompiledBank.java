package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Basis;

/**
 * A filter bank whose weights are in the instructions of a kernel: one of kernels/frontend.banks,
 * as shipped.
 *
 * @param name of the bank, a part of the kernel's
 * @param bins of a spectrum
 * @param bands by output
 */
record CompiledBank(String name, int bins, List<Band> bands) {

  /** The bins of an output: the first one, then the weights from there on. */
  record Band(int start, List<Float> weights) {}

  /** Whether a kernel with these weights computes what a basis says, to the last bit. */
  boolean is(Basis basis) {
    if (basis.columns() != bins || basis.rows() != bands.size()) {
      return false;
    }
    for (int r = 0; r < bands.size(); r++) {
      if (!band(basis, r).equals(bands.get(r))) {
        return false;
      }
    }
    return true;
  }

  /** Returns a row of a basis; one of zeros alone has one weight. */
  static Band band(Basis basis, int row) {
    int start = basis.bandStart(row);
    List<Float> weights = new ArrayList<>();
    for (int i = 0; i < Math.max(1, basis.bandLength(row)); i++) {
      weights.add((float) basis.at(row, start + i));
    }
    return new Band(start, weights);
  }

  /** Reads the list. */
  static List<CompiledBank> parse(String text) {
    List<CompiledBank> banks = new ArrayList<>();
    List<Band> bands = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.startsWith("//")) {
        continue;
      }
      List<String> words = List.of(line.substring(0, line.length() - 1).split("[(, ]+", -1));
      if (words.getFirst().equals("BANK")) {
        bands = new ArrayList<>();
        banks.add(new CompiledBank(words.get(1), Integer.parseInt(words.get(2)), bands));
      } else if (words.getFirst().equals("BAND")) {
        List<Float> weights = words.subList(3, words.size()).stream().map(Float::valueOf).toList();
        bands.add(new Band(Integer.parseInt(words.get(1)), weights));
      }
    }
    return banks;
  }
}
