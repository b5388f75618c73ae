package org.cochlea.core.stage;

/** Linear interpolation between places that ascend. */
final class Interpolation {
  private Interpolation() {}

  /**
   * Returns the value at a place; scipy.interpolate.interp1d.
   *
   * @param places ascending
   * @param values as many
   * @param outside what is returned beyond the first and last place
   */
  static double linear(double[] places, double[] values, double at, double outside) {
    int last = places.length - 1;
    if (last < 0 || !(at >= places[0] && at <= places[last])) {
      return outside;
    }
    int low = 0;
    int high = last;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (places[middle] <= at) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (places[high] == places[low]) {
      return values[low];
    }
    double part = (at - places[low]) / (places[high] - places[low]);
    return values[low] + part * (values[high] - values[low]);
  }
}
