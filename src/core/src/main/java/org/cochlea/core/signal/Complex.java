package org.cochlea.core.signal;

/** A complex number, for the poles and zeros of filters. */
record Complex(double re, double im) {

  static final Complex ZERO = new Complex(0, 0);
  static final Complex ONE = new Complex(1, 0);

  static Complex real(double re) {
    return new Complex(re, 0);
  }

  boolean isReal() {
    return im == 0;
  }

  double abs() {
    return Math.hypot(re, im);
  }

  Complex conjugate() {
    return new Complex(re, -im);
  }

  Complex negate() {
    return new Complex(-re, -im);
  }

  Complex plus(Complex z) {
    return new Complex(re + z.re, im + z.im);
  }

  Complex minus(Complex z) {
    return new Complex(re - z.re, im - z.im);
  }

  Complex times(double factor) {
    return new Complex(re * factor, im * factor);
  }

  Complex times(Complex z) {
    return new Complex(re * z.re - im * z.im, re * z.im + im * z.re);
  }

  Complex over(Complex z) {
    // Smith's method: no overflow, and a few bits better than dividing by |z|^2.
    if (Math.abs(z.re) >= Math.abs(z.im)) {
      double ratio = z.im / z.re;
      double scale = z.re + z.im * ratio;
      return new Complex((re + im * ratio) / scale, (im - re * ratio) / scale);
    }
    double ratio = z.re / z.im;
    double scale = z.re * ratio + z.im;
    return new Complex((re * ratio + im) / scale, (im * ratio - re) / scale);
  }

  /** Returns the square root in the right half plane. */
  Complex sqrt() {
    if (im == 0) {
      return re >= 0 ? new Complex(Math.sqrt(re), 0) : new Complex(0, Math.sqrt(-re));
    }
    double half = Math.sqrt((Math.abs(re) + abs()) / 2);
    return re >= 0
        ? new Complex(half, im / (2 * half))
        : new Complex(Math.abs(im) / (2 * half), Math.copySign(half, im));
  }
}
