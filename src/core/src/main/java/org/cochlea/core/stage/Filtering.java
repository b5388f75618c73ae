package org.cochlea.core.stage;

/** Filters and rate conversion along a signal, in double: the definitions of their stages. */
final class Filtering {
  private Filtering() {}

  static double[] resample(Stage.Resample s, double[] x) {
    double[][] taps = new double[s.out()][];
    for (int p = 0; p < taps.length; p++) {
      taps[p] = s.taps().row(p);
    }
    double[] y = new double[Math.toIntExact(s.frames(x.length))];
    int phase = 0;
    long place = -s.reach();
    for (int j = 0; j < y.length; j++) {
      y[j] = dot(taps[phase % s.out()], x, place);
      // The next output lies in / out samples further.
      long next = (long) (j + 1) * s.in();
      place = next / s.out() - s.reach();
      phase = (j + 1) % s.out();
    }
    return y;
  }

  /** Returns the sum of {@code w[k] x[place + k]}. */
  private static double dot(double[] w, double[] x, long place) {
    int from = Math.clamp(-place, 0, w.length);
    int to = Math.clamp(x.length - place, from, w.length);
    int at = (int) (place + from);
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int k = from;
    for (; k + 3 < to; k += 4, at += 4) {
      a += w[k] * x[at];
      b += w[k + 1] * x[at + 1];
      c += w[k + 2] * x[at + 2];
      d += w[k + 3] * x[at + 3];
    }
    for (; k < to; k++, at++) {
      a += w[k] * x[at];
    }
    return (a + b) + (c + d);
  }

  static double[] fir(Stage.FirFilter s, double[] x) {
    double[] taps = s.taps().row(0);
    double[] reversed = new double[taps.length];
    for (int k = 0; k < taps.length; k++) {
      reversed[taps.length - 1 - k] = taps[k];
    }
    double[] y = new double[x.length];
    for (int n = 0; n < y.length; n++) {
      y[n] = dot(reversed, x, (long) n + s.offset() - (taps.length - 1));
    }
    return y;
  }

  static double[] sos(Stage.SosFilter s, double[] x) {
    double[] y =
        s.direction() == Stage.SosFilter.Direction.BOTH ? bothWays(s, x) : cascade(s, x.clone(), 0);
    clamp(s, y, y.length);
    return y;
  }

  static void clamp(Stage.SosFilter s, double[] y, int count) {
    for (int n = 0; n < count && s.clamped(); n++) {
      y[n] = Math.clamp(y[n], -1.0, 1.0);
    }
  }

  private static double[] bothWays(Stage.SosFilter s, double[] x) {
    int n = x.length;
    if (n == 0) {
      return new double[0];
    }
    int padding = Math.min(s.padding(), n - 1);
    double[] all = new double[Math.addExact(n, 2 * padding)];
    System.arraycopy(x, 0, all, padding, n);
    for (int i = 1; i <= padding; i++) {
      all[padding - i] = 2 * x[0] - x[i];
      all[padding + n - 1 + i] = 2 * x[n - 1] - x[n - 1 - i];
    }
    double[] back = reversed(cascade(s, all, all[0]));
    double[] y = reversed(cascade(s, back, back[0]));
    double[] inside = new double[n];
    System.arraycopy(y, padding, inside, 0, n);
    return inside;
  }

  private static double[] reversed(double[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      y[i] = x[x.length - 1 - i];
    }
    return y;
  }

  /** Filters in place, from the steady state of a first value; 0 is rest. */
  private static double[] cascade(Stage.SosFilter s, double[] x, double level) {
    double[] state = new double[2 * s.sections().rows()];
    if (level != 0) {
      double[][] steady = steadyState(s);
      for (int i = 0; i < state.length; i++) {
        state[i] = steady[i / 2][i % 2] * level;
      }
    }
    cascade(s, x, x.length, state);
    return x;
  }

  /** Filters in place; the state, two numbers per section, goes on. */
  static void cascade(Stage.SosFilter s, double[] x, int count, double[] state) {
    for (int i = 0; i < s.sections().rows(); i++) {
      double b0 = s.sections().at(i, 0);
      double b1 = s.sections().at(i, 1);
      double b2 = s.sections().at(i, 2);
      double a1 = s.sections().at(i, 4);
      double a2 = s.sections().at(i, 5);
      double z0 = state[2 * i];
      double z1 = state[2 * i + 1];
      for (int n = 0; n < count; n++) {
        double in = x[n];
        double y = b0 * in + z0;
        z0 = b1 * in - a1 * y + z1;
        z1 = b2 * in - a2 * y;
        x[n] = y;
      }
      state[2 * i] = z0;
      state[2 * i + 1] = z1;
    }
  }

  static double[][] steadyState(Stage.SosFilter s) {
    double[][] state = new double[s.sections().rows()][];
    double scale = 1;
    for (int i = 0; i < state.length; i++) {
      double b0 = s.sections().at(i, 0);
      double a1 = s.sections().at(i, 4);
      double a2 = s.sections().at(i, 5);
      double b1 = s.sections().at(i, 1) - a1 * b0;
      double b2 = s.sections().at(i, 2) - a2 * b0;
      double first = (b1 + b2) / (1 + a1 + a2);
      state[i] = new double[] {scale * first, scale * ((1 + a1) * first - b1)};
      scale *= first + b0;
    }
    return state;
  }
}
