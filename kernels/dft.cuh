// Discrete Fourier transforms of a fixed small length, in registers.
//
//   dft<N>(z)             z[k]  = sum_n z[n] exp(-2 pi i k n / N), complex, in place
//   real_dft<N>(x, y)     y[k]  = sum_n x[n] exp(-2 pi i k n / N),         k = 0 .. N/2
//   shifted_dft<N>(x, y)  y[k]  = sum_n x[n] exp(-2 pi i (k + 1/2) n / N), k = 0 .. (N-1)/2
//   inverse_dft<N>(z)     the same as dft with exp(+...), not divided by N
//
// N is split into A x B: with coprime A and B by Good and Thomas' index map, which needs no
// twiddles, else by Cooley and Tukey's. The transform of real numbers works on reals as long as it
// can ("real first"): of the A/2+1 rows that remain after the first A-point transforms only the
// middle ones are complex, row 0 is real, and row A/2 of an even A is a real row at half-integer
// frequencies. No bin is computed twice, none is untangled afterwards.
//
// All indices and all factors are constants, so arrays live in registers and factors in the
// instructions. The order of operations is fixed by the source (see device.cuh).
#pragma once

#include "device.cuh"

namespace cochlea {

// ---- constants ---------------------------------------------------------------------------------

constexpr double kPi = 3.14159265358979323846264338327950288;

CONSTANT double cosine_series(double x) {
  double term = 1;
  double sum = 1;
  for (int i = 1; i < 16; i++) {
    term *= -x * x / ((2 * i - 1) * (2 * i));
    sum += term;
  }
  return sum;
}

CONSTANT double sine_series(double x) {
  double term = x;
  double sum = x;
  for (int i = 1; i < 16; i++) {
    term *= -x * x / ((2 * i) * (2 * i + 1));
    sum += term;
  }
  return sum;
}

// cos(2 pi k / n), exact where it is 0, 1 or -1.
CONSTANT double cosine(long long k, long long n) {
  k %= n;
  if (k < 0) k += n;
  if (2 * k > n) k = n - k;
  if (4 * k == n) return 0;
  if (4 * k > n) return -cosine(n - 2 * k, 2 * n);
  const double turn = 2 * kPi / static_cast<double>(n);
  if (8 * k > n) return sine_series(turn * static_cast<double>(n - 4 * k) / 4);
  return cosine_series(turn * static_cast<double>(k));
}

// sin(2 pi k / n).
CONSTANT double sine(long long k, long long n) { return cosine(4 * k - n, 4 * n); }

// How N is split: the first factor, or N itself where there is a direct formula.
CONSTANT int first_factor(int n) {
  if (n <= 5 || n == 7 || n == 11 || n == 13) return n;
  // Coprime halves first: they cost no twiddles.
  int power_of_two = n & -n;
  if (power_of_two > 1 && n / power_of_two > 1) return power_of_two;
  if (n % 9 == 0 && n > 9) return 9;
  if (n % 25 == 0 && n > 25) return 25;
  if (n % 3 == 0) return 3;
  if (n % 5 == 0) return 5;
  if (n % 7 == 0) return 7;
  switch (n) {
    case 8: return 2;
    case 16: return 4;
    case 32: return 4;
    case 64: return 8;
    default: return n;
  }
}

CONSTANT int inverse_modulo(int a, int n) {
  for (int i = 1; i < n; i++) {
    if (a * i % n == 1) return i;
  }
  return 1;
}

// ---- factors -----------------------------------------------------------------------------------

// z * exp(-2 pi i K / N).
template <int K, int N>
DEVICE float2 rotate(float2 z) {
  constexpr int at = ((K % N) + N) % N;
  if constexpr (at == 0) {
    return z;
  } else if constexpr (4 * at == N) {
    return complex_of(z.y, -z.x);
  } else if constexpr (2 * at == N) {
    return complex_of(-z.x, -z.y);
  } else if constexpr (4 * at == 3 * N) {
    return complex_of(-z.y, z.x);
  } else if constexpr (8 * at % N == 0) {
    constexpr float half = static_cast<float>(cosine(1, 8));
    if constexpr (8 * at == N) return complex_of(half * (z.x + z.y), half * (z.y - z.x));
    if constexpr (8 * at == 3 * N) return complex_of(half * (z.y - z.x), -half * (z.x + z.y));
    if constexpr (8 * at == 5 * N) return complex_of(-half * (z.x + z.y), half * (z.x - z.y));
    if constexpr (8 * at == 7 * N) return complex_of(half * (z.x - z.y), half * (z.x + z.y));
  } else {
    constexpr float re = static_cast<float>(cosine(at, N));
    constexpr float im = static_cast<float>(-sine(at, N));
    return complex_of(multiply_add(z.x, re, -(z.y * im)), multiply_add(z.x, im, z.y * re));
  }
}

// x * exp(-2 pi i K / N) of a real x.
template <int K, int N>
DEVICE float2 rotate_real(float x) {
  constexpr int at = ((K % N) + N) % N;
  if constexpr (at == 0) {
    return complex_of(x, 0);
  } else if constexpr (4 * at == N) {
    return complex_of(0, -x);
  } else {
    constexpr float re = static_cast<float>(cosine(at, N));
    constexpr float im = static_cast<float>(-sine(at, N));
    return complex_of(x * re, x * im);
  }
}

// ---- complex -----------------------------------------------------------------------------------

template <int N>
DEVICE void dft(float2 (&z)[N]);

// The transform of an odd prime length: pairs n, N-n share their cosines and sines.
template <int N>
DEVICE void prime_dft(float2 (&z)[N]) {
  constexpr int H = (N - 1) / 2;
  float2 even[H];
  float2 odd[H];
  float2 sum = z[0];
  repeat<H>([&](auto j) {
    even[j.value] = z[1 + j.value] + z[N - 1 - j.value];
    odd[j.value] = z[1 + j.value] - z[N - 1 - j.value];
    sum = sum + even[j.value];
  });
  const float2 first = z[0];
  z[0] = sum;
  repeat<H>([&](auto i) {
    constexpr int k = i.value + 1;
    float2 c = first;
    float2 s = complex_of(0, 0);
    repeat<H>([&](auto j) {
      constexpr int n = j.value + 1;
      constexpr float cos = static_cast<float>(cosine(k * n, N));
      constexpr float sin = static_cast<float>(sine(k * n, N));
      c.x = multiply_add(even[j.value].x, cos, c.x);
      c.y = multiply_add(even[j.value].y, cos, c.y);
      if constexpr (j.value == 0) {
        s.x = odd[0].x * sin;
        s.y = odd[0].y * sin;
      } else {
        s.x = multiply_add(odd[j.value].x, sin, s.x);
        s.y = multiply_add(odd[j.value].y, sin, s.y);
      }
    });
    z[k] = complex_of(c.x + s.y, c.y - s.x);
    z[N - k] = complex_of(c.x - s.y, c.y + s.x);
  });
}

template <int N>
DEVICE void dft(float2 (&z)[N]) {
  if constexpr (N == 1) {
    return;
  } else if constexpr (N == 2) {
    const float2 a = z[0];
    z[0] = a + z[1];
    z[1] = a - z[1];
  } else if constexpr (N == 4) {
    const float2 a = z[0] + z[2];
    const float2 b = z[0] - z[2];
    const float2 c = z[1] + z[3];
    const float2 d = z[1] - z[3];
    z[0] = a + c;
    z[2] = a - c;
    z[1] = complex_of(b.x + d.y, b.y - d.x);
    z[3] = complex_of(b.x - d.y, b.y + d.x);
  } else if constexpr (first_factor(N) == N) {
    prime_dft<N>(z);
  } else {
    constexpr int A = first_factor(N);
    constexpr int B = N / A;
    constexpr bool coprime = greatest_common_divisor(A, B) == 1;
    float2 grid[N];
    repeat<B>([&](auto n2) {
      float2 column[A];
      repeat<A>([&](auto n1) {
        constexpr int n =
            coprime ? (B * n1.value + A * n2.value) % N : B * n1.value + n2.value;
        column[n1.value] = z[n];
      });
      dft<A>(column);
      repeat<A>([&](auto k1) {
        if constexpr (coprime) {
          grid[k1.value * B + n2.value] = column[k1.value];
        } else {
          grid[k1.value * B + n2.value] = rotate<k1.value * n2.value, N>(column[k1.value]);
        }
      });
    });
    repeat<A>([&](auto k1) {
      float2 row[B];
      repeat<B>([&](auto n2) { row[n2.value] = grid[k1.value * B + n2.value]; });
      dft<B>(row);
      repeat<B>([&](auto k2) {
        constexpr int k = coprime ? (B * inverse_modulo(B % A, A) * k1.value +
                                     A * inverse_modulo(A % B, B) * k2.value) % N
                                  : k1.value + A * k2.value;
        z[k] = row[k2.value];
      });
    });
  }
}

// exp(+...): the transform of the values with both parts exchanged, exchanged back.
template <int N>
DEVICE void inverse_dft(float2 (&z)[N]) {
  repeat<N>([&](auto n) { z[n.value] = complex_of(z[n.value].y, z[n.value].x); });
  dft<N>(z);
  repeat<N>([&](auto n) { z[n.value] = complex_of(z[n.value].y, z[n.value].x); });
}

// ---- real --------------------------------------------------------------------------------------

template <int N>
DEVICE void real_dft(const float (&x)[N], float2 (&y)[N / 2 + 1]);

// y[(N-1)/2] of an odd N is real: its imaginary part is an exact 0.
template <int N>
DEVICE void shifted_dft(const float (&x)[N], float2 (&y)[(N + 1) / 2]) {
  if constexpr (N == 1) {
    y[0] = complex_of(x[0], 0);
  } else if constexpr (N == 2) {
    y[0] = complex_of(x[0], -x[1]);
  } else if constexpr (N % 2 == 0) {
    // x[n] - i x[n + N/2], turned, has the bins 0, 2, 4 …; the odd ones are their mirror images.
    constexpr int H = N / 2;
    float2 z[H];
    repeat<H>([&](auto n) {
      z[n.value] = rotate<n.value, 2 * N>(complex_of(x[n.value], -x[n.value + H]));
    });
    dft<H>(z);
    repeat<H>([&](auto m) {
      constexpr int k = 2 * m.value;
      if constexpr (k < H) {
        y[k] = z[m.value];
      } else {
        y[N - 1 - k] = complex_of(z[m.value].x, -z[m.value].y);
      }
    });
  } else {
    // With every other sign changed the half bins of an odd N are whole bins.
    float signed_x[N];
    float2 whole[N / 2 + 1];
    repeat<N>([&](auto n) { signed_x[n.value] = n.value % 2 == 0 ? x[n.value] : -x[n.value]; });
    real_dft<N>(signed_x, whole);
    repeat<(N + 1) / 2>([&](auto k) {
      constexpr int at = (k.value + (N + 1) / 2) % N;
      if constexpr (at <= N / 2) {
        y[k.value] = whole[at];
      } else {
        y[k.value] = complex_of(whole[N - at].x, -whole[N - at].y);
      }
    });
  }
}

template <int N>
DEVICE void prime_real_dft(const float (&x)[N], float2 (&y)[N / 2 + 1]) {
  constexpr int H = (N - 1) / 2;
  float even[H];
  float odd[H];
  float sum = x[0];
  repeat<H>([&](auto j) {
    even[j.value] = x[1 + j.value] + x[N - 1 - j.value];
    odd[j.value] = x[1 + j.value] - x[N - 1 - j.value];
    sum = sum + even[j.value];
  });
  y[0] = complex_of(sum, 0);
  repeat<H>([&](auto i) {
    constexpr int k = i.value + 1;
    float c = x[0];
    float s = 0;
    repeat<H>([&](auto j) {
      constexpr int n = j.value + 1;
      constexpr float cos = static_cast<float>(cosine(k * n, N));
      constexpr float sin = static_cast<float>(sine(k * n, N));
      c = multiply_add(even[j.value], cos, c);
      s = j.value == 0 ? odd[0] * sin : multiply_add(odd[j.value], sin, s);
    });
    y[k] = complex_of(c, -s);
  });
}

// Bin k of N from a bin of the lower or the upper half.
template <int K, int N>
DEVICE void put_bin(float2 (&y)[N / 2 + 1], float2 z) {
  if constexpr (K <= N / 2) {
    y[K] = z;
  } else {
    y[N - K] = complex_of(z.x, -z.y);
  }
}

template <int N>
DEVICE void real_dft(const float (&x)[N], float2 (&y)[N / 2 + 1]) {
  if constexpr (N == 1) {
    y[0] = complex_of(x[0], 0);
  } else if constexpr (N == 2) {
    y[0] = complex_of(x[0] + x[1], 0);
    y[1] = complex_of(x[0] - x[1], 0);
  } else if constexpr (N == 4) {
    const float a = x[0] + x[2];
    const float b = x[1] + x[3];
    y[0] = complex_of(a + b, 0);
    y[2] = complex_of(a - b, 0);
    y[1] = complex_of(x[0] - x[2], x[3] - x[1]);
  } else if constexpr (first_factor(N) == N) {
    prime_real_dft<N>(x, y);
  } else {
    constexpr int A = first_factor(N);
    constexpr int B = N / A;
    constexpr bool coprime = greatest_common_divisor(A, B) == 1;
    constexpr int rowsOfK1 = B * inverse_modulo(B % A, A);
    constexpr int rowsOfK2 = A * inverse_modulo(A % B, B);
    constexpr int middle = (A - 1) / 2;  // complex rows
    float first[B];
    float last[B];
    float2 grid[middle > 0 ? middle * B : 1];
    repeat<B>([&](auto n2) {
      float column[A];
      float2 bins[A / 2 + 1];
      repeat<A>([&](auto n1) {
        constexpr int n =
            coprime ? (B * n1.value + A * n2.value) % N : B * n1.value + n2.value;
        column[n1.value] = x[n];
      });
      real_dft<A>(column, bins);
      first[n2.value] = bins[0].x;
      if constexpr (A % 2 == 0) last[n2.value] = bins[A / 2].x;
      repeat<middle>([&](auto i) {
        constexpr int k1 = i.value + 1;
        if constexpr (coprime) {
          grid[i.value * B + n2.value] = bins[k1];
        } else {
          grid[i.value * B + n2.value] = rotate<k1 * n2.value, N>(bins[k1]);
        }
      });
    });
    {
      float2 bins[B / 2 + 1];
      real_dft<B>(first, bins);
      repeat<B / 2 + 1>([&](auto k2) {
        put_bin<coprime ? rowsOfK2 * k2.value % N : A * k2.value, N>(y, bins[k2.value]);
      });
    }
    if constexpr (A % 2 == 0) {
      if constexpr (coprime) {
        float2 bins[B / 2 + 1];
        real_dft<B>(last, bins);
        repeat<B / 2 + 1>([&](auto k2) {
          put_bin<(rowsOfK1 * (A / 2) + rowsOfK2 * k2.value) % N, N>(y, bins[k2.value]);
        });
      } else {
        float2 bins[(B + 1) / 2];
        shifted_dft<B>(last, bins);
        repeat<(B + 1) / 2>([&](auto k2) {
          put_bin<A / 2 + A * k2.value, N>(y, bins[k2.value]);
        });
      }
    }
    repeat<middle>([&](auto i) {
      constexpr int k1 = i.value + 1;
      float2 row[B];
      repeat<B>([&](auto n2) { row[n2.value] = grid[i.value * B + n2.value]; });
      dft<B>(row);
      repeat<B>([&](auto k2) {
        put_bin<coprime ? (rowsOfK1 * k1 + rowsOfK2 * k2.value) % N : k1 + A * k2.value, N>(
            y, row[k2.value]);
      });
    });
  }
}

}  // namespace cochlea
