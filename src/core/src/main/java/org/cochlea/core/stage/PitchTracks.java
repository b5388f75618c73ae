package org.cochlea.core.stage;

/** What pitch estimates share. */
final class PitchTracks {
  private PitchTracks() {}

  /**
   * Returns how far the vertex of the parabola through a value and its neighbours lies from it, in
   * (-1, 1); 0 at the ends and where the parabola is nearly a line.
   */
  static double parabolicShift(double[] x, int at) {
    if (at == 0 || at == x.length - 1) {
      return 0;
    }
    double curvature = x[at + 1] + x[at - 1] - 2 * x[at];
    double slope = (x[at + 1] - x[at - 1]) / 2;
    return Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
  }
}
