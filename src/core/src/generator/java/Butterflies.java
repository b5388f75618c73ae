/** Discrete Fourier transforms of a few points, straight-line code: {@code y[k] = Σ x[j] w^jk}. */
final class Butterflies {
  private final Emitter e;

  Butterflies(Emitter emitter) {
    this.e = emitter;
  }

  /** Transforms as many points as there are. */
  Emitter.Complex[] transform(Emitter.Complex[] x) {
    return switch (x.length) {
      case 2 -> new Emitter.Complex[] {e.add(x[0], x[1]), e.sub(x[0], x[1])};
      case 3 -> three(x);
      case 4 -> four(x);
      case 5 -> five(x);
      case 8 -> eight(x);
      default -> throw new IllegalArgumentException("no butterfly of " + x.length + " points");
    };
  }

  private Emitter.Complex[] three(Emitter.Complex[] x) {
    Emitter.Complex sum = e.add(x[1], x[2]);
    Emitter.Complex difference = e.sub(x[1], x[2]);
    double sine = Math.sin(2 * Math.PI / 3);
    Emitter.Value half = e.constant(-0.5);
    Emitter.Value mRe = e.fma(sum.re(), half, x[0].re());
    Emitter.Value mIm = e.fma(sum.im(), half, x[0].im());
    Emitter.Value s = e.constant(sine);
    Emitter.Value minusS = e.constant(-sine);
    return new Emitter.Complex[] {
      e.add(x[0], sum),
      new Emitter.Complex(
          e.fma(difference.im(), s, mRe), e.fma(difference.re(), minusS, mIm)),
      new Emitter.Complex(e.fma(difference.im(), minusS, mRe), e.fma(difference.re(), s, mIm))
    };
  }

  private Emitter.Complex[] four(Emitter.Complex[] x) {
    Emitter.Complex a = e.add(x[0], x[2]);
    Emitter.Complex b = e.sub(x[0], x[2]);
    Emitter.Complex c = e.add(x[1], x[3]);
    Emitter.Complex d = e.sub(x[1], x[3]);
    return new Emitter.Complex[] {
      e.add(a, c), e.subTimesI(b, d), e.sub(a, c), e.addTimesI(b, d)
    };
  }

  private Emitter.Complex[] five(Emitter.Complex[] x) {
    Emitter.Complex s1 = e.add(x[1], x[4]);
    Emitter.Complex s2 = e.add(x[2], x[3]);
    Emitter.Complex d1 = e.sub(x[1], x[4]);
    Emitter.Complex d2 = e.sub(x[2], x[3]);
    double cos1 = Math.cos(2 * Math.PI / 5);
    double cos2 = Math.cos(4 * Math.PI / 5);
    double sin1 = Math.sin(2 * Math.PI / 5);
    double sin2 = Math.sin(4 * Math.PI / 5);
    Emitter.Complex m1 = plus(x[0], s1, cos1, s2, cos2);
    Emitter.Complex m2 = plus(x[0], s1, cos2, s2, cos1);
    Emitter.Complex n1 = sum(d1, sin1, d2, sin2);
    Emitter.Complex n2 = sum(d1, sin2, d2, -sin1);
    return new Emitter.Complex[] {
      e.add(x[0], e.add(s1, s2)),
      e.subTimesI(m1, n1),
      e.subTimesI(m2, n2),
      e.addTimesI(m2, n2),
      e.addTimesI(m1, n1)
    };
  }

  /** {@code a s + b t}. */
  private Emitter.Complex sum(Emitter.Complex s, double a, Emitter.Complex t, double b) {
    Emitter.Value ca = e.constant(a);
    Emitter.Value cb = e.constant(b);
    return new Emitter.Complex(
        e.fma(s.re(), ca, e.mul(t.re(), cb)), e.fma(s.im(), ca, e.mul(t.im(), cb)));
  }

  /** {@code x + a s + b t}. */
  private Emitter.Complex plus(
      Emitter.Complex x, Emitter.Complex s, double a, Emitter.Complex t, double b) {
    Emitter.Value ca = e.constant(a);
    Emitter.Value cb = e.constant(b);
    return new Emitter.Complex(
        e.fma(t.re(), cb, e.fma(s.re(), ca, x.re())),
        e.fma(t.im(), cb, e.fma(s.im(), ca, x.im())));
  }

  private Emitter.Complex[] eight(Emitter.Complex[] x) {
    Emitter.Complex[] sum = new Emitter.Complex[4];
    Emitter.Complex[] d = new Emitter.Complex[4];
    for (int j = 0; j < 4; j++) {
      sum[j] = e.add(x[j], x[j + 4]);
      d[j] = e.sub(x[j], x[j + 4]);
    }
    Emitter.Complex[] even = four(sum);
    // Odd outputs: (d0 -+ i d2) +- w (d1 -+ i d3) with w = (1 - i) / √2, whose √2 joins the sum.
    Emitter.Complex p = e.subTimesI(d[0], d[2]);
    Emitter.Complex q = e.addTimesI(d[0], d[2]);
    Emitter.Value gRe = e.add(d[1].re(), d[1].im()); // g = (1 - i) d1
    Emitter.Value gIm = e.sub(d[1].im(), d[1].re());
    Emitter.Value hRe = e.sub(d[3].im(), d[3].re()); // h = -(1 + i) d3, hIm = -Im h
    Emitter.Value hIm = e.add(d[3].re(), d[3].im());
    Emitter.Value aRe = e.add(gRe, hRe);
    Emitter.Value aIm = e.sub(gIm, hIm);
    Emitter.Value bRe = e.sub(gRe, hRe);
    Emitter.Value bIm = e.add(gIm, hIm);
    Emitter.Value c = e.constant(Math.sqrt(0.5));
    Emitter.Value minusC = e.constant(-Math.sqrt(0.5));
    return new Emitter.Complex[] {
      even[0],
      new Emitter.Complex(e.fma(aRe, c, p.re()), e.fma(aIm, c, p.im())),
      even[1],
      new Emitter.Complex(e.fma(bIm, c, q.re()), e.fma(bRe, minusC, q.im())),
      even[2],
      new Emitter.Complex(e.fma(aRe, minusC, p.re()), e.fma(aIm, minusC, p.im())),
      even[3],
      new Emitter.Complex(e.fma(bIm, minusC, q.re()), e.fma(bRe, c, q.im()))
    };
  }
}
