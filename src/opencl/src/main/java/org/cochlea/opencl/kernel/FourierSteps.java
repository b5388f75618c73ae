package org.cochlea.opencl.kernel;

/**
 * Fourier transforms of a tile's frames: Stockham's passes of radix 2, 3, 4, 5 and any other, and
 * what makes a spectrum of real samples of them. Pass by pass {@code n} points are {@code stride}
 * interleaved transforms of {@code n / stride}; roots are {@code exp(-2πi j / n)}, real and
 * imaginary part alternate.
 */
abstract class FourierSteps extends FrameSteps {

  void butterflies(int op, int frames) {
    int radix = code[op + 2];
    if (radix == 4) {
      butterfliesOf4(op, frames);
    } else if (radix == 2) {
      butterfliesOf2(op, frames);
    } else if (radix == 3) {
      butterfliesOf3(op, frames);
    } else if (radix == 5) {
      butterfliesOf5(op, frames);
    } else {
      butterfliesOfAny(op, frames);
    }
  }

  void butterfliesOf2(int op, int frames) {
    int n = code[op + 3];
    int stride = code[op + 4];
    int fromRe = code[op + 5];
    int fromIm = code[op + 6];
    int fromStep = code[op + 7];
    int toRe = code[op + 8];
    int toIm = code[op + 9];
    int toStep = code[op + 10];
    int roots = code[op + 11];
    int rootStep = code[op + 12];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int part = n / 2;
    for (int task = team(); task < part; task += teams) {
      int q = task % stride;
      int p = task / stride;
      int root = roots + 2 * rootStep * p * stride;
      float c = tables[root];
      float s = tables[root + 1];
      int x0 = task * fromStep;
      int x1 = (task + part) * fromStep;
      int y0 = (q + stride * 2 * p) * toStep;
      int y1 = y0 + stride * toStep;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + x0) * width + f];
        float aIm = area[(fromIm + x0) * width + f];
        float bRe = area[(fromRe + x1) * width + f];
        float bIm = area[(fromIm + x1) * width + f];
        area[(toRe + y0) * width + f] = aRe + bRe;
        area[(toIm + y0) * width + f] = aIm + bIm;
        float dRe = aRe - bRe;
        float dIm = aIm - bIm;
        area[(toRe + y1) * width + f] = dRe * c - dIm * s;
        area[(toIm + y1) * width + f] = dRe * s + dIm * c;
      }
    }
  }

  void butterfliesOf3(int op, int frames) {
    int n = code[op + 3];
    int stride = code[op + 4];
    int fromRe = code[op + 5];
    int fromIm = code[op + 6];
    int fromStep = code[op + 7];
    int toRe = code[op + 8];
    int toIm = code[op + 9];
    int toStep = code[op + 10];
    int roots = code[op + 11];
    int rootStep = code[op + 12];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int part = n / 3;
    for (int task = team(); task < part; task += teams) {
      int q = task % stride;
      int p = task / stride;
      int root = 2 * rootStep * p * stride;
      float c1 = tables[roots + root];
      float s1 = tables[roots + root + 1];
      float c2 = tables[roots + 2 * root];
      float s2 = tables[roots + 2 * root + 1];
      int x0 = task * fromStep;
      int dx = part * fromStep;
      int y0 = (q + stride * 3 * p) * toStep;
      int dy = stride * toStep;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + x0) * width + f];
        float aIm = area[(fromIm + x0) * width + f];
        float bRe = area[(fromRe + x0 + dx) * width + f];
        float bIm = area[(fromIm + x0 + dx) * width + f];
        float cRe = area[(fromRe + x0 + 2 * dx) * width + f];
        float cIm = area[(fromIm + x0 + 2 * dx) * width + f];
        float tRe = bRe + cRe;
        float tIm = bIm + cIm;
        float uRe = aRe - 0.5f * tRe;
        float uIm = aIm - 0.5f * tIm;
        float vRe = 0.8660254f * (bIm - cIm);
        float vIm = -0.8660254f * (bRe - cRe);
        area[(toRe + y0) * width + f] = aRe + tRe;
        area[(toIm + y0) * width + f] = aIm + tIm;
        float dRe = uRe + vRe;
        float dIm = uIm + vIm;
        area[(toRe + y0 + dy) * width + f] = dRe * c1 - dIm * s1;
        area[(toIm + y0 + dy) * width + f] = dRe * s1 + dIm * c1;
        dRe = uRe - vRe;
        dIm = uIm - vIm;
        area[(toRe + y0 + 2 * dy) * width + f] = dRe * c2 - dIm * s2;
        area[(toIm + y0 + 2 * dy) * width + f] = dRe * s2 + dIm * c2;
      }
    }
  }

  void butterfliesOf4(int op, int frames) {
    int n = code[op + 3];
    int stride = code[op + 4];
    int fromRe = code[op + 5];
    int fromIm = code[op + 6];
    int fromStep = code[op + 7];
    int toRe = code[op + 8];
    int toIm = code[op + 9];
    int toStep = code[op + 10];
    int roots = code[op + 11];
    int rootStep = code[op + 12];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int part = n / 4;
    for (int task = team(); task < part; task += teams) {
      int q = task % stride;
      int p = task / stride;
      int root = 2 * rootStep * p * stride;
      float c1 = tables[roots + root];
      float s1 = tables[roots + root + 1];
      float c2 = tables[roots + 2 * root];
      float s2 = tables[roots + 2 * root + 1];
      float c3 = tables[roots + 3 * root];
      float s3 = tables[roots + 3 * root + 1];
      int x0 = task * fromStep;
      int dx = part * fromStep;
      int y0 = (q + stride * 4 * p) * toStep;
      int dy = stride * toStep;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + x0) * width + f];
        float aIm = area[(fromIm + x0) * width + f];
        float bRe = area[(fromRe + x0 + dx) * width + f];
        float bIm = area[(fromIm + x0 + dx) * width + f];
        float cRe = area[(fromRe + x0 + 2 * dx) * width + f];
        float cIm = area[(fromIm + x0 + 2 * dx) * width + f];
        float dRe = area[(fromRe + x0 + 3 * dx) * width + f];
        float dIm = area[(fromIm + x0 + 3 * dx) * width + f];
        float sRe = aRe + cRe;
        float sIm = aIm + cIm;
        float tRe = aRe - cRe;
        float tIm = aIm - cIm;
        float uRe = bRe + dRe;
        float uIm = bIm + dIm;
        float vRe = bRe - dRe;
        float vIm = bIm - dIm;
        area[(toRe + y0) * width + f] = sRe + uRe;
        area[(toIm + y0) * width + f] = sIm + uIm;
        float eRe = tRe + vIm;
        float eIm = tIm - vRe;
        area[(toRe + y0 + dy) * width + f] = eRe * c1 - eIm * s1;
        area[(toIm + y0 + dy) * width + f] = eRe * s1 + eIm * c1;
        eRe = sRe - uRe;
        eIm = sIm - uIm;
        area[(toRe + y0 + 2 * dy) * width + f] = eRe * c2 - eIm * s2;
        area[(toIm + y0 + 2 * dy) * width + f] = eRe * s2 + eIm * c2;
        eRe = tRe - vIm;
        eIm = tIm + vRe;
        area[(toRe + y0 + 3 * dy) * width + f] = eRe * c3 - eIm * s3;
        area[(toIm + y0 + 3 * dy) * width + f] = eRe * s3 + eIm * c3;
      }
    }
  }

  void butterfliesOf5(int op, int frames) {
    int n = code[op + 3];
    int stride = code[op + 4];
    int fromRe = code[op + 5];
    int fromIm = code[op + 6];
    int fromStep = code[op + 7];
    int toRe = code[op + 8];
    int toIm = code[op + 9];
    int toStep = code[op + 10];
    int roots = code[op + 11];
    int rootStep = code[op + 12];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int part = n / 5;
    for (int task = team(); task < part; task += teams) {
      int q = task % stride;
      int p = task / stride;
      int root = 2 * rootStep * p * stride;
      float c1 = tables[roots + root];
      float s1 = tables[roots + root + 1];
      float c2 = tables[roots + 2 * root];
      float s2 = tables[roots + 2 * root + 1];
      float c3 = tables[roots + 3 * root];
      float s3 = tables[roots + 3 * root + 1];
      float c4 = tables[roots + 4 * root];
      float s4 = tables[roots + 4 * root + 1];
      int x0 = task * fromStep;
      int dx = part * fromStep;
      int y0 = (q + stride * 5 * p) * toStep;
      int dy = stride * toStep;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + x0) * width + f];
        float aIm = area[(fromIm + x0) * width + f];
        float bRe = area[(fromRe + x0 + dx) * width + f];
        float bIm = area[(fromIm + x0 + dx) * width + f];
        float cRe = area[(fromRe + x0 + 2 * dx) * width + f];
        float cIm = area[(fromIm + x0 + 2 * dx) * width + f];
        float dRe = area[(fromRe + x0 + 3 * dx) * width + f];
        float dIm = area[(fromIm + x0 + 3 * dx) * width + f];
        float eRe = area[(fromRe + x0 + 4 * dx) * width + f];
        float eIm = area[(fromIm + x0 + 4 * dx) * width + f];
        float sRe = bRe + eRe;
        float sIm = bIm + eIm;
        float tRe = bRe - eRe;
        float tIm = bIm - eIm;
        float uRe = cRe + dRe;
        float uIm = cIm + dIm;
        float vRe = cRe - dRe;
        float vIm = cIm - dIm;
        area[(toRe + y0) * width + f] = aRe + sRe + uRe;
        area[(toIm + y0) * width + f] = aIm + sIm + uIm;
        float gRe = aRe + 0.309017f * sRe - 0.809017f * uRe;
        float gIm = aIm + 0.309017f * sIm - 0.809017f * uIm;
        float hRe = 0.95105654f * tIm + 0.58778524f * vIm;
        float hIm = -0.95105654f * tRe - 0.58778524f * vRe;
        float zRe = gRe + hRe;
        float zIm = gIm + hIm;
        area[(toRe + y0 + dy) * width + f] = zRe * c1 - zIm * s1;
        area[(toIm + y0 + dy) * width + f] = zRe * s1 + zIm * c1;
        zRe = gRe - hRe;
        zIm = gIm - hIm;
        area[(toRe + y0 + 4 * dy) * width + f] = zRe * c4 - zIm * s4;
        area[(toIm + y0 + 4 * dy) * width + f] = zRe * s4 + zIm * c4;
        gRe = aRe - 0.809017f * sRe + 0.309017f * uRe;
        gIm = aIm - 0.809017f * sIm + 0.309017f * uIm;
        hRe = 0.58778524f * tIm - 0.95105654f * vIm;
        hIm = -0.58778524f * tRe + 0.95105654f * vRe;
        zRe = gRe + hRe;
        zIm = gIm + hIm;
        area[(toRe + y0 + 2 * dy) * width + f] = zRe * c2 - zIm * s2;
        area[(toIm + y0 + 2 * dy) * width + f] = zRe * s2 + zIm * c2;
        zRe = gRe - hRe;
        zIm = gIm - hIm;
        area[(toRe + y0 + 3 * dy) * width + f] = zRe * c3 - zIm * s3;
        area[(toIm + y0 + 3 * dy) * width + f] = zRe * s3 + zIm * c3;
      }
    }
  }

  /** One result a task, by the definition. */
  void butterfliesOfAny(int op, int frames) {
    int radix = code[op + 2];
    int n = code[op + 3];
    int stride = code[op + 4];
    int fromRe = code[op + 5];
    int fromIm = code[op + 6];
    int fromStep = code[op + 7];
    int toRe = code[op + 8];
    int toIm = code[op + 9];
    int toStep = code[op + 10];
    int roots = code[op + 11];
    int rootStep = code[op + 12];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int part = n / radix;
    for (int task = team(); task < n; task += teams) {
      int which = task / part;
      int butterfly = task - which * part;
      int q = butterfly % stride;
      int p = butterfly / stride;
      int y = (q + stride * (radix * p + which)) * toStep;
      for (int f = lane; f < frames; f += lanes) {
        float re = 0f;
        float im = 0f;
        int turn = 0;
        for (int j = 0; j < radix; j++) {
          int x = (butterfly + part * j) * fromStep;
          float xRe = area[(fromRe + x) * width + f];
          float xIm = area[(fromIm + x) * width + f];
          float c = tables[roots + 2 * rootStep * part * turn];
          float s = tables[roots + 2 * rootStep * part * turn + 1];
          re = re + xRe * c - xIm * s;
          im = im + xRe * s + xIm * c;
          turn = turn + which;
          if (turn >= radix) {
            turn = turn - radix;
          }
        }
        float c1 = tables[roots + 2 * rootStep * p * stride * which];
        float s1 = tables[roots + 2 * rootStep * p * stride * which + 1];
        area[(toRe + y) * width + f] = re * c1 - im * s1;
        area[(toIm + y) * width + f] = re * s1 + im * c1;
      }
    }
  }

  float modulus(float re, float im, int power, float exponent) {
    float square = re * re + im * im;
    float y = square;
    if (power == 1) {
      y = sqrt(square);
    } else if (power != 2) {
      y = pow(square, exponent);
    }
    return y;
  }

  void split(int op, int frames) {
    int points = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int fromStep = code[op + 5];
    int toRe = code[op + 6];
    int toIm = code[op + 7];
    int roots = code[op + 8];
    int power = code[op + 9];
    float exponent = tables[code[op + 10]];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k <= points; k += teams) {
      float c = tables[roots + 2 * k];
      float s = tables[roots + 2 * k + 1];
      int x = (k % points) * fromStep;
      int y = ((points - k) % points) * fromStep;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + x) * width + f];
        float aIm = area[(fromIm + x) * width + f];
        float bRe = area[(fromRe + y) * width + f];
        float bIm = area[(fromIm + y) * width + f];
        float oddRe = 0.5f * (aIm + bIm);
        float oddIm = -0.5f * (aRe - bRe);
        float re = 0.5f * (aRe + bRe) + oddRe * c - oddIm * s;
        float im = 0.5f * (aIm - bIm) + oddRe * s + oddIm * c;
        if (power == 0) {
          area[(toRe + k) * width + f] = re;
          area[(toIm + k) * width + f] = im;
        } else {
          area[(toRe + k) * width + f] = modulus(re, im, power, exponent);
        }
      }
    }
  }

  void merge(int op, int frames) {
    int points = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int toRe = code[op + 5];
    int toIm = code[op + 6];
    int toStep = code[op + 7];
    int roots = code[op + 8];
    float factor = tables[code[op + 9]];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < points; k += teams) {
      float c = tables[roots + 2 * k];
      float s = tables[roots + 2 * k + 1];
      int last = points - k;
      for (int f = lane; f < frames; f += lanes) {
        float aRe = area[(fromRe + k) * width + f];
        float aIm = area[(fromIm + k) * width + f];
        float bRe = area[(fromRe + last) * width + f];
        float bIm = area[(fromIm + last) * width + f];
        if (k == 0) {
          aIm = 0f;
          bIm = 0f;
        }
        float dRe = aRe - bRe;
        float dIm = aIm + bIm;
        // i exp(+2πi k / n) d
        float tRe = -(dIm * c - dRe * s);
        float tIm = dRe * c + dIm * s;
        area[(toRe + k * toStep) * width + f] = factor * (aRe + bRe + tRe);
        area[(toIm + k * toStep) * width + f] = factor * (aIm - bIm + tIm);
      }
    }
  }

  void hermitian(int op, int frames) {
    int n = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int toRe = code[op + 5];
    int toIm = code[op + 6];
    float factor = tables[code[op + 7]];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < n; k += teams) {
      int from = k;
      float sign = factor;
      if (2 * k > n) {
        from = n - k;
        sign = -factor;
      }
      if (k == 0 || 2 * k == n) {
        sign = 0f;
      }
      for (int f = lane; f < frames; f += lanes) {
        area[(toRe + k) * width + f] = factor * area[(fromRe + from) * width + f];
        float im = 0f;
        if (sign != 0f) {
          im = sign * area[(fromIm + from) * width + f];
        }
        area[(toIm + k) * width + f] = im;
      }
    }
  }

  void multiply(int op, int frames) {
    int count = code[op + 2];
    int room = code[op + 3];
    int fromRe = code[op + 4];
    int fromIm = code[op + 5];
    int toRe = code[op + 6];
    int toIm = code[op + 7];
    int table = code[op + 8];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < room; k += teams) {
      float c = 0f;
      float s = 0f;
      if (k < count) {
        c = tables[table + 2 * k];
        s = tables[table + 2 * k + 1];
      }
      for (int f = lane; f < frames; f += lanes) {
        float re = 0f;
        float im = 0f;
        if (k < count) {
          float xRe = area[(fromRe + k) * width + f];
          float xIm = 0f;
          if (fromIm >= 0) {
            xIm = area[(fromIm + k) * width + f];
          }
          re = xRe * c - xIm * s;
          im = xRe * s + xIm * c;
        }
        area[(toRe + k) * width + f] = re;
        area[(toIm + k) * width + f] = im;
      }
    }
  }

  void moduli(int op, int frames) {
    int count = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int result = code[op + 5];
    int power = code[op + 6];
    float exponent = tables[code[op + 7]];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < count; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        float re = area[(fromRe + k) * width + f];
        float im = area[(fromIm + k) * width + f];
        area[(result + k) * width + f] = modulus(re, im, power, exponent);
      }
    }
  }

  void angles(int op, int frames) {
    int count = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int result = code[op + 5];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < count; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        // + 0 turns -0 into 0, so that silence has angle 0.
        float re = area[(fromRe + k) * width + f] + 0f;
        float im = area[(fromIm + k) * width + f] + 0f;
        area[(result + k) * width + f] = atan2(im, re);
      }
    }
  }
}
