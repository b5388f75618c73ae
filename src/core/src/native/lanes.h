// What the generated kernels are written in: vectors of LANES floats, or of half as many doubles,
// and the operations on them. Each is one rounding of IEEE arithmetic and equal to what the same
// operation of Java gives, NaN and signs of zero included.
#include <immintrin.h>

// Lines that are the same in Java and in C++ say `final`.
#define final const
#define ROW (2 * L)
#define TILE LANES
#define COLUMNS (5 * LANES)

typedef float Floats __attribute__((vector_size(LANES * 4), may_alias));
typedef int Ints __attribute__((vector_size(LANES * 4), may_alias));
typedef double Doubles __attribute__((vector_size(LANES * 4), may_alias));
typedef long Longs __attribute__((vector_size(LANES * 4), may_alias));
typedef float HalfFloats __attribute__((vector_size(LANES * 2), may_alias));

// The same as they lie in arrays.
typedef Floats UnalignedFloats __attribute__((aligned(4)));
typedef Doubles UnalignedDoubles __attribute__((aligned(8)));
typedef HalfFloats UnalignedHalf __attribute__((aligned(4)));

static inline Floats load(const float *p) { return *(const UnalignedFloats *) p; }
static inline Doubles load(const double *p) { return *(const UnalignedDoubles *) p; }
static inline void store(Floats v, float *p) { *(UnalignedFloats *) p = v; }
static inline void store(Doubles v, double *p) { *(UnalignedDoubles *) p = v; }
static inline Doubles loadFloats(const float *p) {
  return __builtin_convertvector(*(const UnalignedHalf *) p, Doubles);
}
static inline void storeFloats(Doubles v, float *p) {
  *(UnalignedHalf *) p = __builtin_convertvector(v, HalfFloats);
}

#if LANES == 16
static inline Floats spread(float x) { return _mm512_set1_ps(x); }
static inline Doubles spread(double x) { return _mm512_set1_pd(x); }
static inline Floats fused(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
static inline Doubles fused(Doubles a, Doubles b, Doubles c) { return _mm512_fmadd_pd(a, b, c); }
static inline Floats squareRoot(Floats x) { return _mm512_sqrt_ps(x); }
static inline Doubles squareRoot(Doubles x) { return _mm512_sqrt_pd(x); }
#else
static inline Floats spread(float x) { return _mm256_set1_ps(x); }
static inline Doubles spread(double x) { return _mm256_set1_pd(x); }
static inline Floats fused(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
static inline Doubles fused(Doubles a, Doubles b, Doubles c) { return _mm256_fmadd_pd(a, b, c); }
static inline Floats squareRoot(Floats x) { return _mm256_sqrt_ps(x); }
static inline Doubles squareRoot(Doubles x) { return _mm256_sqrt_pd(x); }
#endif

static inline Floats absolute(Floats x) { return (Floats) ((Ints) x & 0x7fffffff); }
static inline Doubles absolute(Doubles x) { return (Doubles) ((Longs) x & 0x7fffffffffffffffL); }
static inline Ints minimum(Ints a, Ints b) { return a < b ? a : b; }
static inline Ints maximum(Ints a, Ints b) { return a > b ? a : b; }

// NaN if either is; +0 is greater than -0.
static inline Floats maximum(Floats a, Floats b) {
  Floats max = a > b ? a : b;
  max = a == b ? (Floats) ((Ints) a & (Ints) b) : max;
  return a != a ? a : max;
}
static inline Doubles maximum(Doubles a, Doubles b) {
  Doubles max = a > b ? a : b;
  max = a == b ? (Doubles) ((Longs) a & (Longs) b) : max;
  return a != a ? a : max;
}

// Lane i becomes lane i + by, the last ones the first.
template <int by>
static inline Floats turn(Floats x) {
  Ints from;
  for (int i = 0; i < LANES; i++) {
    from[i] = (i - by + LANES) % LANES;
  }
  return __builtin_shuffle(x, from);
}

// Bits of lane numbers choose a lane of b where set, else of a.
template <int bit>
static inline Floats choose(Floats a, Floats b) {
  Ints set;
  for (int i = 0; i < LANES; i++) {
    set[i] = (i & bit) != 0 ? -1 : 0;
  }
  return set ? b : a;
}

// The first lanes of a and b in turns.
static inline Floats zipFirst(Floats a, Floats b) {
  Ints from;
  for (int i = 0; i < LANES; i++) {
    from[i] = i / 2 + (i % 2) * LANES;
  }
  return __builtin_shuffle(a, b, from);
}

// The rest of them.
static inline Floats zipRest(Floats a, Floats b) {
  Ints from;
  for (int i = 0; i < LANES; i++) {
    from[i] = LANES / 2 + i / 2 + (i % 2) * LANES;
  }
  return __builtin_shuffle(a, b, from);
}

// Writes vectors one after the other from any float on, in whole vectors of cache lines. Past the
// caches, memory need not be read for a line; what begins and ends amid one goes through the
// caches, where it waits for the rest of the line.
template <bool past>
struct Row {
  float *y;
  const float *line;
  const float *end;
  Ints lanes;
  Ints from;
  int gone;
  Floats before;

  inline Row(float *at, long vectors, Floats first) : before(first) {
    gone = (long) at / 4 % LANES;
    y = at - gone;
    line = (const float *) (((long) at + 63) / 64 * 64);
    end = (const float *) ((long) (at + vectors * LANES) / 64 * 64);
    for (int i = 0; i < LANES; i++) {
      lanes[i] = i;
    }
    from = lanes + (LANES - gone);
    if (gone == 0) {
      whole(first);
    } else {
      part(first, lanes >= gone);
    }
    y += LANES;
  }

  inline void add(Floats v) {
    whole(__builtin_shuffle(before, v, from));
    y += LANES;
    before = v;
  }

  inline void finish() {
    if (gone != 0) {
      part(before, lanes < gone);
    }
  }

  inline void whole(Floats v) {
#if LANES == 16
    if (past) {
      _mm512_stream_ps(y, v);
#else
    if (past && y >= line && y < end) {
      _mm256_stream_ps(y, v);
#endif
    } else {
      store(v, y);
    }
  }

  inline void part(Floats v, Ints set) {
    v = __builtin_shuffle(v, v, from);
#if LANES == 16
    _mm512_mask_store_ps(y, _mm512_movepi32_mask((__m512i) set), v);
#else
    _mm256_maskstore_ps(y, (__m256i) set, v);
#endif
  }
};

#if LANES == 16
// Where a lane of three lines from a row's first pair on, begun up to 15 floats late, is found in
// the real and imaginary parts.
static const int zipped[3 * LANES + LANES] __attribute__((aligned(64))) = {
#define PAIR(i) i, i + LANES
#define PAIRS(i) PAIR(i), PAIR(i + 1), PAIR(i + 2), PAIR(i + 3)
  PAIRS(0), PAIRS(0), PAIRS(0), PAIRS(4), PAIRS(8), PAIRS(12), PAIRS(12), PAIRS(12)
#undef PAIR
#undef PAIRS
};
#endif

// Writes the pairs of one tile past the caches, in whole lines; what does not fill one is kept for
// the next tile, as it lies in its line. The first tile of a row begins amid a line.
static inline void streamPairs(Floats re, Floats im, float *kept, float *y, bool first) {
#if LANES == 16
  long gone = (long) y / 4 % LANES;
  y -= gone;
  const int *from = zipped + (LANES - gone);
  __m512i i0 = _mm512_loadu_si512(from);
  __m512i i1 = _mm512_loadu_si512(from + LANES);
  __m512i i2 = _mm512_loadu_si512(from + 2 * LANES);
  __mmask16 set = (__mmask16) (0xffff << gone);
  Floats line = _mm512_permutex2var_ps(re, i0, im);
  if (__builtin_expect(first, false)) {
    _mm512_mask_store_ps(y, set, line);
  } else {
    _mm512_stream_ps(y, _mm512_mask_mov_ps(load(kept), set, line));
  }
  _mm512_stream_ps(y + LANES, _mm512_permutex2var_ps(re, i1, im));
  store(_mm512_permutex2var_ps(re, i2, im), kept);
#else
  store(zipFirst(re, im), y);
  store(zipRest(re, im), y + LANES);
#endif
}

// Writes what is kept after the last tile of a row, which ends at y.
static inline void finishPairs(const float *kept, float *y) {
#if LANES == 16
  long gone = (long) y / 4 % LANES;
  _mm512_mask_store_ps(y - gone, (__mmask16) ((1 << gone) - 1), load(kept));
#endif
}

// What begins and ends rows to come is fetched ahead: stores wait for each other.
static inline void fetch(const float *y, long floats) {
  _mm_prefetch(y, _MM_HINT_T0);
  _mm_prefetch(y + floats, _MM_HINT_T0);
}

static inline void unzip(const float *x, float *y) {
  Floats a = load(x), b = load(x + LANES);
  Ints even, odd;
  for (int i = 0; i < LANES; i++) {
    even[i] = 2 * i;
    odd[i] = 2 * i + 1;
  }
  store(__builtin_shuffle(a, b, even), y);
  store(__builtin_shuffle(a, b, odd), y + LANES);
}

// One step of the transposition below: lanes whose number has the bit come from `bit` rows above.
template <int bit>
static inline void exchange(Floats (&u)[LANES]) {
  Floats next[LANES];
#pragma GCC unroll 16
  for (int j = 0; j < LANES; j++) {
    next[j] = choose<bit>(u[j], u[(j - bit + LANES) % LANES]);
  }
#pragma GCC unroll 16
  for (int j = 0; j < LANES; j++) {
    u[j] = next[j];
  }
}

template <int row>
static inline void loadTurned(Floats (&u)[LANES], const float *x, long pitch) {
  if constexpr (row < LANES) {
    u[(LANES - row) % LANES] = turn<row>(load(x + row * pitch));
    loadTurned<row + 1>(u, x, pitch);
  }
}

template <int row>
static inline void storeTurned(Floats (&u)[LANES], float *y, long stride) {
  if constexpr (row < LANES) {
    store(turn<(LANES - row) % LANES>(u[row]), y + row * stride);
    storeTurned<row + 1>(u, y, stride);
  }
}

// LANES x LANES: turn row i by i lanes, exchange between rows lane by lane, turn back.
static inline void transposeBlock(const float *x, long pitch, float *y, long stride) {
  Floats u[LANES];
  loadTurned<0>(u, x, pitch);
  exchange<1>(u);
  exchange<2>(u);
  exchange<4>(u);
#if LANES == 16
  exchange<8>(u);
#endif
  storeTurned<0>(u, y, stride);
}

// How all kernels are called, and the tables where they are found.
#define NUMBERS \
  int i0, int i1, int i2, int i3, int i4, int i5, int i6, double d0, double d1, double d2
#define FLOATS_PARAMETERS \
  float *a0, float *a1, float *a2, const int *a3, short *a4, NUMBERS
#define DOUBLES_PARAMETERS \
  double *a0, double *a1, double *a2, double *a3, float *a4, const int *a5, NUMBERS
#define NAME_(kind, lanes, version) cochlea_##kind##_##lanes##_##version
#define NAME(kind, lanes, version) NAME_(kind, lanes, version)
#define TABLE(kind) \
  extern "C" __attribute__((visibility("default"))) void *const NAME(kind, LANES, VERSION)[]
