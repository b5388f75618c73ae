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
    return parabolicShift(x[at - 1], x[at], x[at + 1]);
  }

  /** The same for a value between two others. */
  static double parabolicShift(double before, double at, double after) {
    double curvature = after + before - 2 * at;
    double slope = (after - before) / 2;
    return Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
  }
}
