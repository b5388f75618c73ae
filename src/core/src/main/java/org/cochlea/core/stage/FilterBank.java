package org.cochlea.core.stage;

/**
 * A signal through filters side by side, a bin for each: {@code y[k, t]} is what filter k gives at
 * the sample {@code t hop}, or with a window the root mean square of what it gives over {@code t
 * hop … t hop + window - 1}.
 *
 * @param sections the filters' sections of second order, {@code b0 b1 b2 1 a1 a2} in a row, filter
 *     after filter
 * @param each how many sections a filter has, at least 1
 * @param window samples that are averaged, at least 0; 0 for none
 * @param hop samples from one frame to the next, at least 1
 */
public record FilterBank(Basis sections, int each, int window, int hop) implements Stage.Analysis {
  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public FilterBank {
    Require.atLeast("each", each, 1);
    Require.atLeast("window", window, 0);
    Require.atLeast("hop", hop, 1);
    if (sections.rows() % each != 0) {
      throw new IllegalArgumentException(
          "sections must be a multiple of each = %d, were %d".formatted(each, sections.rows()));
    }
    for (int k = 0; k < sections.rows() / each; k++) {
      var _ = filter(sections, each, k);
    }
  }

  private static Stage.SosFilter filter(Basis sections, int each, int k) {
    double[][] rows = new double[each][];
    for (int s = 0; s < each; s++) {
      rows[s] = sections.row(each * k + s);
    }
    return new Stage.SosFilter(Basis.of(rows), Stage.SosFilter.Direction.FORWARDS, 0, false);
  }

  @Override
  public Layout apply(Layout in) {
    Require.signal(this, in);
    return Layout.real(sections.rows() / each);
  }

  @Override
  public long frames(long in) {
    long rest = in - Math.max(1, window);
    return rest < 0 ? 0 : 1 + rest / hop;
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int bands = sections.rows() / each;
    double[][] y = new double[Math.toIntExact(frames(x[0].length))][bands];
    for (int k = 0; k < bands; k++) {
      double[] filtered = Filtering.sos(filter(sections, each, k), x[0]);
      for (int t = 0; t < y.length; t++) {
        y[t][k] = window == 0 ? filtered[t * hop] : level(filtered, t * hop);
      }
    }
    return y;
  }

  private double level(double[] x, int from) {
    double sum = 0;
    for (int i = from; i < from + window; i++) {
      sum += x[i] * x[i];
    }
    return Math.sqrt(sum / window);
  }
}
