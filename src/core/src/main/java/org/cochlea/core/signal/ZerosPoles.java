package org.cochlea.core.signal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * A filter by its zeros, poles and gain, analogue or digital (scipy's {@code zpk}).
 *
 * <p>Zeros and poles are real or come in conjugate pairs.
 */
record ZerosPoles(List<Complex> zeros, List<Complex> poles, double gain) {

  /** Conjugates and reals are told apart within this relative distance. */
  private static final double TOLERANCE = 100 * Math.ulp(1.0);

  ZerosPoles {
    zeros = List.copyOf(zeros);
    poles = List.copyOf(poles);
  }

  /** The analogue Butterworth low pass with its -3 dB point at 1 radian per second. */
  static ZerosPoles butterworth(int order) {
    List<Complex> poles = new ArrayList<>();
    for (int m = -order + 1; m < order; m += 2) {
      double angle = Math.PI * m / (2 * order);
      poles.add(new Complex(-Math.cos(angle), m == 0 ? 0 : -Math.sin(angle)));
    }
    return new ZerosPoles(List.of(), poles, 1);
  }

  private int degree() {
    return poles.size() - zeros.size();
  }

  /** Low pass at 1 rad/s to low pass at {@code w}. */
  ZerosPoles toLowpass(double w) {
    return new ZerosPoles(
        zeros.stream().map(z -> z.times(w)).toList(),
        poles.stream().map(p -> p.times(w)).toList(),
        gain * Math.pow(w, degree()));
  }

  /** Low pass at 1 rad/s to high pass at {@code w}. */
  ZerosPoles toHighpass(double w) {
    List<Complex> newZeros = new ArrayList<>();
    zeros.forEach(z -> newZeros.add(Complex.real(w).over(z)));
    for (int i = degree(); i > 0; i--) {
      newZeros.add(Complex.ZERO);
    }
    return new ZerosPoles(
        newZeros, poles.stream().map(p -> Complex.real(w).over(p)).toList(), gain * invertedGain());
  }

  /** Low pass at 1 rad/s to band pass of centre {@code w} and bandwidth {@code width}. */
  ZerosPoles toBandpass(double w, double width) {
    List<Complex> newZeros = doubled(zeros.stream().map(z -> z.times(width / 2)).toList(), w);
    for (int i = degree(); i > 0; i--) {
      newZeros.add(Complex.ZERO);
    }
    return new ZerosPoles(
        newZeros,
        doubled(poles.stream().map(p -> p.times(width / 2)).toList(), w),
        gain * Math.pow(width, degree()));
  }

  /** Low pass at 1 rad/s to band stop of centre {@code w} and bandwidth {@code width}. */
  ZerosPoles toBandstop(double w, double width) {
    Complex half = Complex.real(width / 2);
    List<Complex> newZeros = doubled(zeros.stream().map(half::over).toList(), w);
    for (int i = degree(); i > 0; i--) {
      newZeros.add(new Complex(0, w));
      newZeros.add(new Complex(0, -w));
    }
    return new ZerosPoles(
        newZeros, doubled(poles.stream().map(half::over).toList(), w), gain * invertedGain());
  }

  /** Moves every root of a low pass to both sides of {@code ±w}. */
  private static List<Complex> doubled(List<Complex> roots, double w) {
    List<Complex> result = new ArrayList<>();
    for (int sign = 1; sign >= -1; sign -= 2) {
      for (Complex root : roots) {
        Complex shift = root.times(root).minus(Complex.real(w * w)).sqrt();
        result.add(root.plus(shift.times(sign)));
      }
    }
    return result;
  }

  private double invertedGain() {
    return product(zeros.stream().map(Complex::negate).toList())
        .over(product(poles.stream().map(Complex::negate).toList()))
        .re();
  }

  private static Complex product(List<Complex> factors) {
    Complex product = Complex.ONE;
    for (Complex factor : factors) {
      product = product.times(factor);
    }
    return product;
  }

  /** The digital filter at 2 samples per second by the bilinear transform. */
  ZerosPoles bilinear() {
    Complex four = Complex.real(4);
    List<Complex> newZeros = new ArrayList<>();
    zeros.forEach(z -> newZeros.add(four.plus(z).over(four.minus(z))));
    for (int i = degree(); i > 0; i--) {
      newZeros.add(Complex.real(-1));
    }
    Complex change =
        product(zeros.stream().map(four::minus).toList())
            .over(product(poles.stream().map(four::minus).toList()));
    return new ZerosPoles(
        newZeros,
        poles.stream().map(p -> four.plus(p).over(four.minus(p))).toList(),
        gain * change.re());
  }

  TransferFunction transferFunction() {
    double[] b = polynomial(zeros);
    for (int i = 0; i < b.length; i++) {
      b[i] *= gain;
    }
    return TransferFunction.of(b, polynomial(poles));
  }

  /** Coefficients of the monic polynomial with the given roots, highest power first. */
  private static double[] polynomial(List<Complex> roots) {
    Complex[] c = new Complex[roots.size() + 1];
    c[0] = Complex.ONE;
    for (int n = 1; n < c.length; n++) {
      Complex root = roots.get(n - 1);
      c[n] = c[n - 1].times(root).negate();
      for (int i = n - 1; i > 0; i--) {
        c[i] = c[i].minus(c[i - 1].times(root));
      }
    }
    double[] real = new double[c.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = c[i].re();
    }
    return real;
  }

  /**
   * The digital filter as second-order sections: the poles nearest the unit circle come last, each
   * with the zeros nearest to it; the gain is in the first section. This is scipy's {@code zpk2sos}
   * with {@code pairing="nearest"}, so that the sections are the same ones.
   */
  SecondOrderSections sections() {
    List<Complex> allZeros = new ArrayList<>(zeros);
    List<Complex> allPoles = new ArrayList<>(poles);
    while (allZeros.size() < allPoles.size()) {
      allZeros.add(Complex.ZERO);
    }
    while (allPoles.size() < allZeros.size()) {
      allPoles.add(Complex.ZERO);
    }
    if (allPoles.size() % 2 == 1) {
      allPoles.add(Complex.ZERO);
      allZeros.add(Complex.ZERO);
    }
    int count = allPoles.size() / 2;
    List<Complex> z = upperHalf(allZeros);
    List<Complex> p = upperHalf(allPoles);
    Biquad[] sections = new Biquad[count];
    for (int s = count - 1; s >= 0; s--) {
      Complex p1 = take(p, p.stream().min(BY_DISTANCE_FROM_CIRCLE).orElseThrow());
      double factor = s == 0 ? gain : 1;
      if (!p1.isReal() && p.size() + 1 == z.size() && reals(p) == 1 && reals(z) == 1) {
        // One real pole and one real zero are left: they must stay for each other.
        Complex z1 = takeNearest(z, p1, root -> !root.isReal());
        sections[s] = section(z1, z1.conjugate(), p1, p1.conjugate(), factor);
        continue;
      }
      Complex p2 =
          p1.isReal()
              ? take(
                  p, p.stream().filter(Complex::isReal).min(BY_DISTANCE_FROM_CIRCLE).orElseThrow())
              : p1.conjugate();
      Complex z1 = takeNearest(z, p1, root -> true);
      Complex z2 = z1.isReal() ? takeNearest(z, p1, Complex::isReal) : z1.conjugate();
      sections[s] = section(z1, z2, p1, p2, factor);
    }
    return SecondOrderSections.of(sections);
  }

  private static final Comparator<Complex> BY_DISTANCE_FROM_CIRCLE =
      Comparator.comparingDouble(root -> Math.abs(1 - root.abs()));

  private static Biquad section(Complex z1, Complex z2, Complex p1, Complex p2, double gain) {
    return new Biquad(
        gain,
        -gain * z1.plus(z2).re(),
        gain * z1.times(z2).re(),
        -p1.plus(p2).re(),
        p1.times(p2).re());
  }

  private static long reals(List<Complex> roots) {
    return roots.stream().filter(Complex::isReal).count();
  }

  private static Complex takeNearest(List<Complex> roots, Complex to, Predicate<Complex> allowed) {
    return take(
        roots,
        roots.stream()
            .filter(allowed)
            .min(Comparator.comparingDouble(root -> root.minus(to).abs()))
            .orElseThrow());
  }

  private static Complex take(List<Complex> roots, Complex root) {
    roots.remove(root);
    return root;
  }

  /** One of every conjugate pair, then the reals; each sorted by real part. */
  private static List<Complex> upperHalf(List<Complex> roots) {
    List<Complex> upper = new ArrayList<>();
    List<Complex> reals = new ArrayList<>();
    for (Complex root : roots) {
      if (Math.abs(root.im()) <= TOLERANCE * root.abs()) {
        reals.add(Complex.real(root.re()));
      } else if (root.im() > 0) {
        upper.add(root);
      }
    }
    Comparator<Complex> order =
        Comparator.comparingDouble(Complex::re).thenComparingDouble(Complex::im);
    upper.sort(order);
    reals.sort(order);
    if (2 * upper.size() + reals.size() != roots.size()) {
      throw new IllegalStateException("roots without their conjugates: " + roots);
    }
    upper.addAll(reals);
    return upper;
  }
}
