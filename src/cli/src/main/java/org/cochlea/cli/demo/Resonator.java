package org.cochlea.cli.demo;

/**
 * A formant: a second-order filter with one resonance and gain 1 at 0 Hz.
 *
 * <p>Klatt, "Software for a cascade/parallel formant synthesizer", JASA 1980.
 */
final class Resonator {
  private double a = 1;
  private double b;
  private double c;
  private double last;
  private double beforeLast;

  /** Moves the resonance; the filter goes on without a click. */
  void tune(double hz, double bandwidth, int sampleRate) {
    c = -Math.exp(-2 * Math.PI * bandwidth / sampleRate);
    b = 2 * Math.exp(-Math.PI * bandwidth / sampleRate) * Math.cos(2 * Math.PI * hz / sampleRate);
    a = 1 - b - c;
  }

  /** Filters one sample. */
  double filter(double x) {
    double y = a * x + b * last + c * beforeLast;
    beforeLast = last;
    last = y;
    return y;
  }

  /** Filters one sample and returns what lies around the resonance: the change of the output. */
  double band(double x) {
    double before = last;
    return filter(x) - before;
  }
}
