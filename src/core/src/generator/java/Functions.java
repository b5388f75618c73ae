/**
 * Elementary functions on lanes, to about one unit in the last place.
 *
 * <p>The polynomials are minimax fits (weighted for relative error) on the ranges given.
 */
final class Functions {
  private static final double LN2 = Math.log(2);

  /** h in ln(1 + f) = f + f² (-1/2 + f h(f)), f in [-1/3, 1/3]; error 0.1 units. */
  private static final double[] LOG = {
    0.33333224, -0.24999689, 0.20010044, -0.16685467, 0.14010926, -0.12115107, 0.13962418,
    -0.13191745
  };

  /** h in 2^f = 1 + f h(f), f in [-1/2, 1/2]; error 0.03 units. */
  private static final double[] EXP2 = {
    0.69314718, 0.24022651, 0.055503279, 0.0096180039, 0.001340027, 1.5476301E-4
  };

  /** h in e^r - 1 = r + r² h(r), |r| <= 0.36; error 0.005 units. */
  private static final double[] EXPM1 = {
    0.5, 0.16666667, 0.041666303, 0.008333263, 0.0013945117, 1.991992E-4
  };

  /** h in atan t = t + t³ h(t²), t in [0, 1]; error 0.04 units. */
  private static final double[] ATAN = {
    -0.33333302, 0.19998638, -0.14265245, 0.10957576, -0.0841946, 0.058234565, -0.031455714,
    0.011064447, -0.0018272141
  };

  /** Adding and subtracting it rounds to the nearest integer, ties to even. */
  private static final double ROUND = 0x1.8p23;

  private final Emitter e;

  Functions(Emitter emitter) {
    this.e = emitter;
  }

  /** x = m 2^n with m in [2/3, 4/3): ln m, and n scaled by 2^23. x is positive and normal. */
  private record Split(Emitter.Value logOfMantissa, Emitter.Value exponent) {}

  private Split split(Emitter.Value x) {
    // Subtracting the bits of 2/3 leaves n in the exponent field; the rest is the mantissa.
    Emitter.Bits bits = e.bits(x);
    Emitter.Bits exponent = e.and(e.sub(bits, 0x3f2aaaab), 0xff800000);
    Emitter.Value f = e.sub(e.floats(e.sub(bits, exponent)), e.constant(1));
    Emitter.Value square = e.mul(f, f);
    Emitter.Value odd = e.constant(LOG[7]);
    Emitter.Value even = e.constant(LOG[6]);
    for (int i = 5; i > 0; i -= 2) {
      odd = e.fma(odd, square, e.constant(LOG[i]));
      even = e.fma(even, square, e.constant(LOG[i - 1]));
    }
    Emitter.Value h = e.fma(odd, f, even);
    Emitter.Value log = e.fma(e.fma(h, f, e.constant(-0.5)), square, f);
    return new Split(log, e.toFloat(exponent));
  }

  /** ln x for a positive normal x, NaN or +∞. */
  Emitter.Value logOfNormal(Emitter.Value x) {
    Split split = split(x);
    Emitter.Value log =
        e.fma(split.exponent, e.constant(LN2 * 0x1p-23), split.logOfMantissa);
    return e.select(e.less(x, e.constant(Float.POSITIVE_INFINITY)), log, x);
  }

  /** ln x for any x: -∞ at zero, NaN below. */
  Emitter.Value log(Emitter.Value x) {
    Emitter.Mask tiny = e.less(x, e.constant(Float.MIN_NORMAL));
    Emitter.Value normal = e.select(tiny, e.mul(x, e.constant(0x1p25)), x);
    Emitter.Value log = logOfNormal(normal);
    log = e.select(tiny, e.add(log, e.constant(-25 * LN2)), log);
    return atOrBelowZero(x, log, e.constant(Double.NEGATIVE_INFINITY));
  }

  /** v where x is above zero or NaN, zero's value where it is zero, else NaN. */
  private Emitter.Value atOrBelowZero(Emitter.Value x, Emitter.Value v, Emitter.Value atZero) {
    Emitter.Value zero = e.constant(0);
    Emitter.Value y = e.select(e.equal(x, zero), atZero, v);
    return e.select(e.less(x, zero), e.constant(Float.NaN), y);
  }

  /** ln(1 + x), without loss near zero. */
  Emitter.Value log1p(Emitter.Value x) {
    Emitter.Value one = e.constant(1);
    Emitter.Value sum = e.add(x, one);
    Emitter.Value lost = e.div(e.sub(x, e.sub(sum, one)), sum);
    Emitter.Mask finite = e.less(sum, e.constant(Float.POSITIVE_INFINITY));
    return e.add(log(sum), e.select(finite, lost, e.constant(0)));
  }

  /** x to a power given as the sum of two floats, x not negative; the power is not zero. */
  Emitter.Value power(Emitter.Value x, String high, String low) {
    Emitter.Mask tiny = e.less(x, e.constant(Float.MIN_NORMAL));
    Emitter.Value normal = e.select(tiny, e.mul(x, e.constant(0x1p25)), x);
    Split split = split(normal);
    Emitter.Value n = e.mul(split.exponent, e.constant(0x1p-23));
    n = e.select(tiny, e.sub(n, e.constant(25)), n);
    Emitter.Value p = e.spread(high);
    Emitter.Value l = e.mul(split.logOfMantissa, e.constant(1 / LN2));
    // p (n + l) = i + f: the integer part is taken away before anything is lost to rounding.
    Emitter.Value i = clamp(e.fma(p, n, e.mul(p, l)), 300);
    i = round(i);
    Emitter.Value f = e.fma(p, n, e.sub(e.constant(0), i));
    f = e.fma(e.spread(low), n, e.fma(p, l, f));
    f = clamp(f, 1);
    Emitter.Value y = scale(e.fma(polynomial(EXP2, f), f, e.constant(1)), i);
    // The limits: 0 and ∞ to a power, by its sign; NaN stays.
    Emitter.Value zero = e.constant(0);
    Emitter.Value infinity = e.constant(Float.POSITIVE_INFINITY);
    Emitter.Mask negative = e.less(p, zero);
    y = atOrBelowZero(x, y, e.select(negative, infinity, zero));
    y = e.select(e.equal(x, infinity), e.select(negative, zero, infinity), y);
    return e.select(e.less(x, infinity), y, e.select(e.equal(x, x), y, x));
  }

  /** e^x - 1, without loss near zero. */
  Emitter.Value expm1(Emitter.Value x) {
    // Beyond these it is -1 and ∞ in float; NaN stays NaN.
    Emitter.Value in = clamp(x, 104);
    Emitter.Value i = round(e.mul(in, e.constant(1 / LN2)));
    double high = (float) 0x1.62e4p-1; // ln 2 to 15 bits: times an integer it is exact
    Emitter.Value r = e.fma(i, e.constant(-high), in);
    r = e.fma(i, e.constant(high - LN2), r);
    Emitter.Value p = e.fma(e.mul(r, r), polynomial(EXPM1, r), r);
    return e.add(scale(p, i), e.sub(scale(e.constant(1), i), e.constant(1)));
  }

  /** atan2(y, x) in (-π, π]; 0 at the origin. */
  Emitter.Value atan2(Emitter.Value y, Emitter.Value x) {
    Emitter.Value zero = e.constant(0);
    Emitter.Value ax = e.abs(x);
    Emitter.Value ay = e.abs(y);
    Emitter.Mask steep = e.less(ax, ay);
    Emitter.Value large = e.select(steep, ay, ax);
    Emitter.Value small = e.select(steep, ax, ay);
    Emitter.Value t = e.div(small, large);
    t = e.select(e.equal(large, zero), zero, t);
    Emitter.Value square = e.mul(t, t);
    Emitter.Value a = e.fma(e.mul(polynomial(ATAN, square), square), t, t);
    a = e.select(steep, e.sub(e.constant(Math.PI / 2), a), a);
    a = e.select(e.less(x, zero), e.sub(e.constant(Math.PI), a), a);
    return e.select(e.less(y, zero), e.sub(zero, a), a);
  }

  private Emitter.Value polynomial(double[] coefficients, Emitter.Value x) {
    Emitter.Value y = e.constant(coefficients[coefficients.length - 1]);
    for (int i = coefficients.length - 2; i >= 0; i--) {
      y = e.fma(y, x, e.constant(coefficients[i]));
    }
    return y;
  }

  private Emitter.Value round(Emitter.Value x) {
    return e.sub(e.add(x, e.constant(ROUND)), e.constant(ROUND));
  }

  /** x within ±limit; NaN stays. */
  private Emitter.Value clamp(Emitter.Value x, double limit) {
    Emitter.Value high = e.constant(limit);
    Emitter.Value low = e.constant(-limit);
    Emitter.Value y = e.select(e.less(high, x), high, x);
    return e.select(e.less(y, low), low, y);
  }

  /** v 2^n for an integer n in [-300, 300], in three steps so that no factor overflows. */
  private Emitter.Value scale(Emitter.Value v, Emitter.Value n) {
    Emitter.Value third = round(e.mul(n, e.constant(1 / 3.0)));
    Emitter.Value rest = e.sub(n, e.add(third, third));
    Emitter.Value factor = powerOfTwo(third);
    return e.mul(e.mul(e.mul(v, factor), factor), powerOfTwo(rest));
  }

  /** 2^n for an integer n in [-126, 127]. */
  private Emitter.Value powerOfTwo(Emitter.Value n) {
    // The integer is in the low bits of n + ROUND; shifted, it is an exponent.
    Emitter.Bits exponent = e.shiftLeft(e.bits(e.add(n, e.constant(ROUND))), 23);
    return e.floats(e.add(exponent, e.bits(e.constant(1))));
  }
}
