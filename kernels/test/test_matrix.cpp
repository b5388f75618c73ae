// Everything around the frontend, against plain loops in double.
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <random>

#include "cuda.h"
#include "frontend_host.h"
#include "tests.h"

// The structs of parameters are in the kernels' sources, whose bodies are not wanted twice.
#undef KERNEL
#define KERNEL(name, P, threads, blocks) [[maybe_unused]] static void body_of_##name(const P& p)
#include "../clip.cu"
#include "../fourier.cu"
#include "../frame.cu"
#include "../inverse.cu"
#include "../pointwise.cu"
#include "../project.cu"

using namespace cochlea;
using Complex = std::complex<double>;

namespace {

// [row][bin][frame], with rows of their own length; what lies beyond is NaN.
struct Values {
  std::vector<int> frames;
  int bins;
  int room;
  int parts;
  std::vector<float> data;

  Values(std::vector<int> frames_of, int bins_of, int room_of, int parts_of, unsigned seed)
      : frames(std::move(frames_of)), bins(bins_of), room(room_of), parts(parts_of) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(-1, 1);
    data.assign(frames.size() * bins * room * parts, std::numeric_limits<float>::quiet_NaN());
    for (size_t r = 0; r < frames.size(); r++) {
      for (int k = 0; k < bins; k++) {
        for (int t = 0; t < frames[r]; t++) {
          for (int part = 0; part < parts; part++) data[at(r, k, t, part)] = uniform(random);
        }
      }
    }
  }

  size_t at(size_t row, int bin, int frame, int part = 0) const {
    return ((row * bins + bin) * room + frame) * parts + part;
  }
  double real(size_t row, int bin, int frame) const { return data[at(row, bin, frame)]; }
  Complex complex(size_t row, int bin, int frame) const {
    const size_t i = at(row, bin, frame);
    return {data[i], data[i + 1]};
  }
  Matrix matrix(void* address) const {
    return {address, static_cast<int64_t>(bins) * room, room};
  }
};

// Compares real frames with what `expected` gives, and asks for zeros in the others.
template <class Expected>
void hold(const std::vector<float>& out, const std::vector<int>& frames, int bins, int room,
          double bound, const std::string& what, Expected&& expected) {
  double difference = 0;
  double norm = 0;
  bool zeros = true;
  for (size_t r = 0; r < frames.size(); r++) {
    for (int k = 0; k < bins; k++) {
      for (int t = 0; t < room; t++) {
        const double v = out[(r * bins + k) * room + t];
        if (t >= frames[r]) {
          zeros = zeros && v == 0;
          continue;
        }
        const double e = expected(r, k, t);
        difference += (v - e) * (v - e);
        norm += e * e;
      }
    }
  }
  check_error(norm == 0 ? std::sqrt(difference) : std::sqrt(difference / norm), bound, what);
  check(zeros, what + ": zeros after the last frame");
}

int blocks(int64_t items, int per_block) {
  return static_cast<int>((items + per_block - 1) / per_block);
}

constexpr double kRounding = 2e-7;
const std::vector<int> kFrames = {40, 0, 1, 37};

}  // namespace

TEST(values_to_values) {
  const Values x(kFrames, 5, 41, 1, 1);
  const Values y(kFrames, 5, 41, 1, 2);
  const Values z(kFrames, 5, 41, 2, 3);
  Device<float> in(x.data);
  Device<float> other(y.data);
  Device<float> complex_in(z.data);
  Device<float> out(x.data.size());
  Device<int> frames(kFrames);
  PointwiseParams p = {};
  p.in = x.matrix(in.get());
  p.other = y.matrix(other.get());
  p.out = x.matrix(out.get());
  p.frames = frames.get();
  p.out_bins = 5;
  p.out_frames = 41;
  p.blocks_per_row = blocks(5 * 41, 1024);
  p.chain.count = 1;
  p.chain.steps[0] = {kAffine, 3, -0.5f, 0};
  const unsigned grid = 4 * p.blocks_per_row;
  launch("pointwise", grid, 256, 0, p);
  hold(out.copy(), kFrames, 5, 41, kRounding, "pointwise",
       [&](size_t r, int k, int t) { return 3 * x.real(r, k, t) - 0.5; });
  p.what = kMultiply;
  launch("combine", grid, 256, 0, p);
  hold(out.copy(), kFrames, 5, 41, kRounding, "product",
       [&](size_t r, int k, int t) { return x.real(r, k, t) * y.real(r, k, t); });
  p.what = kDivide;
  launch("combine", grid, 256, 0, p);
  hold(out.copy(), kFrames, 5, 41, kRounding, "quotient",
       [&](size_t r, int k, int t) { return x.real(r, k, t) / y.real(r, k, t); });
  p.in = z.matrix(complex_in.get());
  p.what = kModulusOf;
  for (float power : {1.0f, 2.0f, 0.7f}) {
    p.power = power;
    launch("pointwise_complex", grid, 256, 0, p);
    hold(out.copy(), kFrames, 5, 41, 3 * kRounding, "modulus", [&](size_t r, int k, int t) {
      return 3 * std::pow(std::abs(z.complex(r, k, t)), power) - 0.5;
    });
  }
  p.what = kAngleOf;
  p.chain.count = 0;
  launch("pointwise_complex", grid, 256, 0, p);
  hold(out.copy(), kFrames, 5, 41, kRounding, "angle",
       [&](size_t r, int k, int t) { return std::arg(z.complex(r, k, t)); });
  Device<float> pairs(z.data.size());
  p.what = kCopy;
  p.out = z.matrix(pairs.get());
  launch("pointwise_complex", grid, 256, 0, p);
  const std::vector<float> copied = pairs.copy();
  bool same = true;
  for (size_t i = 0; i < copied.size(); i++) {
    same = same && copied[i] == (std::isnan(z.data[i]) ? 0 : z.data[i]);
  }
  check(same, "a copy of complex values");
}

TEST(signals_and_frames) {
  const std::vector<float> x = Values({500}, 1, 500, 1, 4).data;
  Device<float> samples(x);
  for (int padding = 0; padding <= 4; padding++) {
    const std::vector<ClipRow> rows = {{0, 300, 300, 380, 0}, {300, 200, 200, 280, 1}};
    Device<ClipRow> device_rows(rows);
    Device<float> out(2 * 400);
    SignalParams p = {};
    p.samples = samples.get();
    p.rows = device_rows.get();
    p.out = {out.get(), 400, 400};
    p.out_bins = 1;
    p.out_frames = 400;
    p.blocks_per_row = 1;
    p.left = 50;
    p.padding = padding;
    p.scale = 2;
    launch("gather_signal", 2, 256, 0, p);
    hold(out.copy(), {380, 280}, 1, 400, 0, "a padded signal", [&](size_t r, int, int t) {
      const int at = padded_index(padding, t - 50, rows[r].length);
      return at < 0 ? 0.0 : 2.0 * x[rows[r].start + at];
    });
    const std::vector<ClipRow> framed = {{0, 300, 300, 30, 0}, {300, 200, 200, 20, 1}};
    Device<ClipRow> device_framed(framed);
    Device<float> matrix(2 * 25 * 30);
    p.rows = device_framed.get();
    p.out = {matrix.get(), 25 * 30, 30};
    p.out_bins = 25;
    p.out_frames = 30;
    p.hop = 10;
    p.left = 12;
    p.scale = 1;
    launch("gather_frames", 2, 256, 0, p);
    hold(matrix.copy(), {30, 20}, 25, 30, 0, "frames", [&](size_t r, int n, int t) {
      const int at = padded_index(padding, t * 10 - 12 + n, framed[r].length);
      return at < 0 ? 0.0 : static_cast<double>(x[framed[r].start + at]);
    });
  }
}

TEST(frames_in_place) {
  const int length = 50;
  const std::vector<int> channels = {0, 1, 0, 1};
  for (int before = 0; before <= 2; before++) {
    const Values x(kFrames, length, 41, 1, 5);
    Device<float> data(x.data);
    Device<int> frames(kFrames);
    Device<int> device_channels(channels);
    std::vector<float> w(length);
    for (int n = 0; n < length; n++) w[n] = 0.5f + 0.01f * static_cast<float>(n);
    Device<float> window(w);
    FramesParams p = {};
    p.in = x.matrix(data.get());
    p.frames = frames.get();
    p.channels = device_channels.get();
    p.window = window.get();
    p.length = length;
    p.out_frames = 41;
    p.blocks_per_row = 1;
    p.operations = kRemoveOffset | kEmphasis;
    p.before = before;
    p.emphasis = 0.9f;
    launch("operate_frames", 4, 256, 0, p);
    std::vector<float> out = data.copy();
    for (float& v : out) v = std::isnan(v) ? 0 : v;
    hold(out, kFrames, length, 41, 2 * kRounding, "offset, emphasis, window",
         [&](size_t r, int n, int t) {
           double mean = 0;
           for (int i = 0; i < length; i++) mean += x.real(r, i, t) / length;
           auto at = [&](int i) { return x.real(r, i, t) - mean; };
           double y = n > 0 ? at(n) - 0.9f * at(n - 1) : at(0);
           if (n == 0 && before == kBeforeFirst) y = at(0) - 0.9f * at(0);
           if (n == 0 && before == kBeforeExtrapolate) y = 3 * at(0) - at(1);
           return y * w[n];
         });
  }
  const Values x(kFrames, length, 41, 1, 6);
  Device<float> data(x.data);
  Device<float> sums(4 * 41);
  Device<int> frames(kFrames);
  for (int reduction = 0; reduction <= 4; reduction++) {
    FramesParams p = {};
    p.in = x.matrix(data.get());
    p.out = {sums.get(), 41, 41};
    p.frames = frames.get();
    p.length = length;
    p.out_frames = 41;
    p.blocks_per_row = 1;
    p.reduction = reduction;
    launch("reduce_frames", 4, 256, 0, p);
    hold(sums.copy(), kFrames, 1, 41, kRounding, "reduction " + std::to_string(reduction),
         [&](size_t r, int, int t) {
           double sum = 0;
           for (int n = 0; n < length; n++) {
             const double v = x.real(r, n, t);
             if (reduction <= 1) sum += v;
             if (reduction == 2 || reduction == 3) sum += v * v;
             if (reduction == 4 && n > 0) sum += (v < 0) != (x.real(r, n - 1, t) < 0);
           }
           return reduction % 2 == 1 || reduction == 4 ? sum / length : sum;
         });
  }
}

namespace {

// A basis in tiles of 8 outputs; parts 1 or 2. Returns float4 weights and the tiles.
void tiles_of(const std::vector<std::vector<Complex>>& basis, int parts, std::vector<int4>* tiles,
              std::vector<float>* weights) {
  for (int first = 0; first < static_cast<int>(basis.size()); first += kTile) {
    int from = static_cast<int>(basis[0].size());
    int to = 0;
    for (int r = first; r < std::min<int>(first + kTile, basis.size()); r++) {
      for (int k = 0; k < static_cast<int>(basis[r].size()); k++) {
        if (basis[r][k] != 0.0) {
          from = std::min(from, k);
          to = std::max(to, k + 1);
        }
      }
    }
    from = std::min(from, to);
    tiles->push_back({first, from, to, static_cast<int>(weights->size() / 4)});
    for (int k = from; k < to; k++) {
      for (int r = first; r < first + kTile; r++) {
        const Complex w = r < static_cast<int>(basis.size()) ? basis[r][k] : 0;
        weights->push_back(static_cast<float>(w.real()));
        if (parts == 2) weights->push_back(static_cast<float>(w.imag()));
      }
    }
  }
}

std::vector<std::vector<Complex>> random_basis(int rows, int columns, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<Complex>> basis(rows, std::vector<Complex>(columns));
  for (int r = 0; r < rows; r++) {
    const int from = static_cast<int>(random() % columns);
    const int to = r == 3 ? from : from + 1 + static_cast<int>(random() % (columns - from));
    for (int k = from; k < to; k++) {
      // Values that are exact in float32.
      auto value = [&] { return static_cast<double>(random() % 2001) / 1024 - 1; };
      basis[r][k] = {value(), value()};
    }
  }
  return basis;
}

}  // namespace

TEST(matrix_products) {
  const std::vector<int> many = {300, 0, 1, 129};
  for (int rows : {1, 8, 13, 40}) {
    const int bins = 45;
    const auto basis = random_basis(rows, bins, 7 + rows);
    const Values x(many, bins, 301, 1, 8);
    const Values z(many, bins, 301, 2, 9);
    Device<float> real_in(x.data);
    Device<float> complex_in(z.data);
    Device<int> frames(many);
    Device<float> out(4 * rows * 301);
    Device<float> pairs(2 * 4 * rows * 301);
    for (int parts : {1, 2}) {
      std::vector<int4> tiles;
      std::vector<float> weights;
      tiles_of(basis, parts, &tiles, &weights);
      Device<int4> device_tiles(tiles);
      Device<float> device_weights(weights);
      ProjectParams p = {};
      p.in = x.matrix(real_in.get());
      p.frames = frames.get();
      p.tiles = device_tiles.get();
      p.weights = reinterpret_cast<const float4*>(device_weights.get());
      p.tile_count = static_cast<int>(tiles.size());
      p.outputs = rows;
      p.out_frames = 301;
      p.frame_blocks = blocks(301, kProjectThreads);
      const unsigned grid = 4 * p.tile_count * p.frame_blocks;
      if (parts == 1) {
        p.out = {out.get(), rows * 301, 301};
        launch("project", grid, kProjectThreads, 0, p);
        hold(out.copy(), many, rows, 301, kRounding, "project", [&](size_t r, int k, int t) {
          double sum = 0;
          for (int i = 0; i < bins; i++) sum += basis[k][i].real() * x.real(r, i, t);
          return sum;
        });
        continue;
      }
      p.out = {pairs.get(), rows * 301, 301};
      for (int complex_input : {0, 1}) {
        p.complex_input = complex_input;
        p.in = complex_input != 0 ? z.matrix(complex_in.get()) : x.matrix(real_in.get());
        launch("complex_project", grid, kProjectThreads, 0, p);
        const std::vector<float> all = pairs.copy();
        for (int part = 0; part < 2; part++) {
          std::vector<float> half(all.size() / 2);
          for (size_t i = 0; i < half.size(); i++) half[i] = all[2 * i + part];
          hold(half, many, rows, 301, kRounding, "complex project", [&](size_t r, int k, int t) {
            Complex sum = 0;
            for (int i = 0; i < bins; i++) {
              sum += basis[k][i] *
                     (complex_input != 0 ? z.complex(r, i, t) : Complex(x.real(r, i, t)));
            }
            return part == 0 ? sum.real() : sum.imag();
          });
        }
      }
    }
  }
}

TEST(correlation_with_a_signal) {
  const std::vector<float> x = Values({3000}, 1, 3000, 1, 10).data;
  std::vector<short> pcm(x.size());
  std::vector<float> of_pcm(x.size());
  for (size_t i = 0; i < x.size(); i++) {
    pcm[i] = static_cast<short>(32767 * x[i]);
    of_pcm[i] = pcm[i];
  }
  Device<float> samples(x);
  Device<short> shorts(pcm);
  const int length = 100;
  const auto basis = random_basis(13, length, 11);
  std::vector<int4> tiles;
  std::vector<float> weights;
  tiles_of(basis, 2, &tiles, &weights);
  Device<int4> device_tiles(tiles);
  Device<float> device_weights(weights);
  for (int hop : {1, 7, 50, 150}) {
    for (int type : {kFloat32, kInt16}) {
      std::vector<ClipRow> rows = {{0, 2000, 2000, 0, 0}, {2000, 1000, 1000, 0, 1}};
      for (ClipRow& row : rows) row.frames = 1 + (row.length + 100 - length) / hop;
      const std::vector<int> frames = {rows[0].frames, rows[1].frames};
      Device<ClipRow> device_rows(rows);
      const int room = frames[0] + 1;
      Device<float> out(2 * 13 * room * 2);
      ProjectParams p = {};
      p.out = {out.get(), 13 * room, room};
      p.tiles = device_tiles.get();
      p.weights = reinterpret_cast<const float4*>(device_weights.get());
      p.tile_count = static_cast<int>(tiles.size());
      p.outputs = 13;
      p.out_frames = room;
      p.frame_blocks = blocks(room, 2 * kProjectThreads);
      p.samples = type == kFloat32 ? static_cast<const void*>(samples.get()) : shorts.get();
      p.rows = device_rows.get();
      p.sample_type = type;
      p.hop = hop;
      p.left = 50;
      p.padding = kReflect;
      launch("correlate", 2 * p.tile_count * p.frame_blocks, kProjectThreads,
             4 * 2 * kProjectThreads * (kChunk + 1), p);
      const std::vector<float> all = out.copy();
      const std::vector<float>& source = type == kFloat32 ? x : of_pcm;
      for (int part = 0; part < 2; part++) {
        std::vector<float> half(all.size() / 2);
        for (size_t i = 0; i < half.size(); i++) half[i] = all[2 * i + part];
        hold(half, frames, 13, room, kRounding, "correlate, hop " + std::to_string(hop),
             [&](size_t r, int k, int t) {
               Complex sum = 0;
               for (int n = 0; n < length; n++) {
                 const int at = padded_index(kReflect, t * hop - 50 + n, rows[r].length);
                 sum += basis[k][n] * static_cast<double>(source[rows[r].start + at]);
               }
               return part == 0 ? sum.real() : sum.imag();
             });
      }
    }
  }
}

namespace {

double inverse_sample(const Values& z, size_t row, int t, int n, int size) {
  double sum = z.complex(row, 0, t).real();
  for (int k = 1; 2 * k <= size; k++) {
    const Complex w = std::polar(1.0, 2 * M_PI * (static_cast<long long>(k) * n % size) / size);
    sum += 2 * k == size ? (z.complex(row, k, t).real() * w).real()
                         : 2 * (z.complex(row, k, t) * w).real();
  }
  return sum / size;
}

}  // namespace

TEST(inverse_transforms) {
  for (int size : {1, 2, 3, 4, 6, 9, 16, 30, 75, 100, 400, 512, 405}) {
    for (int f : {4, 16, 32}) {
      const int bins = size / 2 + 1;
      const std::vector<int> frames = {20, 0, 5};
      const Values z(frames, bins, 21, 2, 12);
      Device<float> in(z.data);
      Device<int> device_frames(frames);
      const int m = size % 2 == 0 ? size / 2 : size;
      const std::vector<int> list = radices(m);
      std::vector<float2> roots(m);
      for (int j = 0; j < m; j++) roots[j] = root(j, m);
      std::vector<float2> half_roots(m / 2 + 1);
      for (int k = 0; k <= m / 2; k++) half_roots[k] = root(size - k, size);
      std::vector<int> positions(m);
      for (int k = 0; k < m; k++) positions[k] = Frontend::digits(list, 0, m, k);
      std::vector<float> w(size);
      for (int n = 0; n < size; n++) w[n] = 0.3f + 0.5f * static_cast<float>(n % 7);
      Device<float2> device_roots(roots);
      Device<float2> device_half_roots(half_roots);
      Device<int> device_positions(positions);
      Device<float> window(w);
      Device<float> matrix(3 * size * 21);
      InverseParams p = {};
      p.in = z.matrix(in.get());
      p.out = {matrix.get(), static_cast<int64_t>(size) * 21, 21};
      p.frames = device_frames.get();
      p.window = window.get();
      p.roots = device_roots.get();
      p.half_roots = device_half_roots.get();
      p.positions = device_positions.get();
      p.size = size;
      p.columns = m;
      p.passes = static_cast<int>(list.size());
      std::copy(list.begin(), list.end(), p.radix);
      p.frames_per_block = f;
      p.tiles = blocks(21, f);
      p.out_frames = 21;
      const unsigned shared = 8 * m * (f | 1);
      launch("inverse_frames", 3 * p.tiles, 256, shared, p);
      const std::vector<float> inverted = matrix.copy();
      hold(inverted, frames, size, 21, 2 * kRounding, "inverse of " + std::to_string(size),
           [&](size_t r, int n, int t) { return inverse_sample(z, r, t, n, size); });

      for (int hop : {size, size / 2, size / 3, size / 4 + 1, 2 * size + 1}) {
        if (hop == 0 || (size + hop - 1) / hop > f) continue;
        for (int trim : {0, size / 2}) {
          const int length = size + hop * 19 - 2 * trim + 3;
          std::vector<int> samples;
          for (int t : frames) samples.push_back(t == 0 ? 0 : size + hop * (t - 1) - 2 * trim);
          samples[2] += 2;  // more than there are become zeros
          Device<int> device_samples(samples);
          Device<float> fused(3 * length);
          Device<float> stepwise(3 * length);
          p.out = {fused.get(), length, length};
          p.samples = device_samples.get();
          p.hop = hop;
          p.trim = trim;
          p.out_frames = length;
          const int owned = f - (size + hop - 1) / hop + 1;
          p.tiles = blocks(length + trim, owned * hop);
          launch("inverse_stft", 3 * p.tiles, 256, shared, p);
          p.in = {matrix.get(), static_cast<int64_t>(size) * 21, 21};
          p.out = {stepwise.get(), length, length};
          p.tiles = blocks(length, 256);
          launch("overlap_add", 3 * p.tiles, 256, 0, p);
          const std::vector<float> out = fused.copy();
          check(out == stepwise.copy(), "one launch or two, size " + std::to_string(size) +
                                            " hop " + std::to_string(hop) + " F " +
                                            std::to_string(f));
          p.in = z.matrix(in.get());
          hold(out, samples, 1, length, 3 * kRounding, "overlap-add " + std::to_string(size),
               [&](size_t r, int, int i) {
                 double sum = 0;
                 double weight = 0;
                 for (int t = 0; t < frames[r]; t++) {
                   const int n = i + trim - t * hop;
                   if (n < 0 || n >= size) continue;
                   sum += w[n] * static_cast<double>(inverted[(r * size + n) * 21 + t]);
                   weight += static_cast<double>(w[n]) * w[n];
                 }
                 return sum / (weight > 1e-10 ? weight : 1);
               });
        }
      }
    }
  }
}

TEST(long_transforms) {
  for (int size : {1, 2, 30, 60, 131, 509, 96, 2 * 509}) {
    const std::vector<int> frames = {9, 0, 3};
    const int room = 10;
    const int bins = size / 2 + 1;
    const Values x(frames, size, room, 1, 13);
    const Values z(frames, bins, room, 2, 14);
    Device<float> real_in(x.data);
    Device<float> complex_in(z.data);
    Device<int> device_frames(frames);
    Device<float> bins_out(3 * bins * room * 2);
    Device<float> frames_out(3 * static_cast<size_t>(size) * room);
    const bool smooth = size == 1 || !radices(size).empty();
    int m = smooth ? size : 2 * size - 1;
    while (m > 1 && radices(m).empty()) m++;
    const std::vector<int> list = m == 1 ? std::vector<int>{} : radices(m);
    std::vector<float2> roots(m);
    for (int j = 0; j < m; j++) roots[j] = root(j, m);
    Device<float2> device_roots(roots);
    auto chirp = [&](long long i) {
      return std::polar(1.0, -M_PI * static_cast<double>(i * i % (2LL * size)) / size);
    };
    std::vector<float2> chirps(size);
    std::vector<float2> filter(m);
    if (!smooth) {
      std::vector<Complex> b(m);
      for (int i = 0; i < size; i++) {
        const Complex c = chirp(i);
        chirps[i] = {static_cast<float>(c.real()), static_cast<float>(c.imag())};
        b[i] = std::conj(c);
        if (i > 0) b[m - i] = std::conj(c);
      }
      for (int k = 0; k < m; k++) {
        Complex sum = 0;
        for (int i = 0; i < m; i++) {
          sum += b[i] * std::polar(1.0 / m, -2 * M_PI * (static_cast<long long>(i) * k % m) / m);
        }
        filter[k] = {static_cast<float>(sum.real()), static_cast<float>(sum.imag())};
      }
    }
    Device<float2> device_chirps(chirps);
    Device<float2> device_filter(filter);
    Device<float2> a(3 * static_cast<size_t>(m) * room);
    Device<float2> b(3 * static_cast<size_t>(m) * room);
    for (int inverse : {0, 1}) {
      FourierParams p = {};
      p.in = inverse == 0 ? x.matrix(real_in.get()) : z.matrix(complex_in.get());
      p.out = inverse == 0 ? Matrix{bins_out.get(), bins * room, room}
                           : Matrix{frames_out.get(), static_cast<int64_t>(size) * room, room};
      p.frames = device_frames.get();
      p.table = smooth ? nullptr : device_chirps.get();
      p.roots = device_roots.get();
      p.filter = device_filter.get();
      p.size = size;
      p.length = m;
      p.work_frames = room;
      p.input = inverse == 0 ? kRealFrames : kSpectrum;
      p.in_bins = size;
      p.inverse = inverse;
      p.conjugate = smooth ? 0 : 1;
      p.out_frames = room;
      float2* now = a.get();
      float2* next = b.get();
      auto run = [&](const char* name, int items) {
        p.blocks_per_row = blocks(static_cast<int64_t>(items) * room, 256);
        launch(name, 3 * p.blocks_per_row, 256, 0, p);
      };
      auto passes = [&] {
        p.stride = 1;
        for (int r : list) {
          p.radix = r;
          p.from = now;
          p.to = next;
          run("fourier_pass", m / r);
          p.stride *= r;
          std::swap(now, next);
        }
      };
      p.to = now;
      run("fourier_load", m);
      passes();
      if (!smooth) {
        p.to = now;
        run("fourier_multiply", m);
        passes();
      }
      p.from = now;
      run("fourier_store", inverse == 0 ? bins : size);
      const double bound = (smooth ? 2 : 4) * kRounding;
      if (inverse != 0) {
        hold(frames_out.copy(), frames, size, room, bound, "long inverse " + std::to_string(size),
             [&](size_t r, int n, int t) { return inverse_sample(z, r, t, n, size); });
        continue;
      }
      const std::vector<float> all = bins_out.copy();
      for (int part = 0; part < 2; part++) {
        std::vector<float> half(all.size() / 2);
        for (size_t i = 0; i < half.size(); i++) half[i] = all[2 * i + part];
        hold(half, frames, bins, room, bound, "long transform " + std::to_string(size),
             [&](size_t r, int k, int t) {
               Complex sum = 0;
               for (int n = 0; n < size; n++) {
                 sum += x.real(r, n, t) *
                        std::polar(1.0, -2 * M_PI * (static_cast<long long>(k) * n % size) / size);
               }
               return part == 0 ? sum.real() : (2 * k == size ? 0 : sum.imag());
             });
      }
    }
  }
}

TEST(statistics_and_normalisation) {
  const std::vector<int> frames = {300, 0, 1, 129};
  const int bins = 6;
  const int room = 301;
  const Values x(frames, bins, room, 1, 15);
  Device<float> in(x.data);
  Device<int> device_frames(frames);
  Device<float> out(x.data.size());
  Device<Statistics> lines(4 * bins);
  Device<Normalizer> scopes(4 * bins);
  // Two channels per clip.
  for (int scope : {kBin, kFrame, kChannel, kItem, kBatch}) {
    auto in_scope = [&](size_t r, int k, int t, size_t r2, int k2, int t2) {
      switch (scope) {
        case kBin: return r == r2 && k == k2;
        case kFrame: return r == r2 && t == t2;
        case kChannel: return r == r2;
        case kItem: return r / 2 == r2 / 2;
        default: return true;
      }
    };
    for (int offset = 0; offset <= 3; offset++) {
      for (int spread = 0; spread <= 6; spread++) {
        if (spread == 6 && offset > 0) continue;
        ClipParams p = {};
        p.in = x.matrix(in.get());
        p.out = x.matrix(out.get());
        p.frames = device_frames.get();
        p.lines = lines.get();
        p.scopes = scopes.get();
        p.rows = 4;
        p.bins = bins;
        p.out_frames = room;
        p.lines_per_scope = scope == kBin ? 1 : scope == kChannel ? bins
                            : scope == kItem ? 2 * bins : 4 * bins;
        p.limit = spread == 6;
        p.offset = offset;
        p.spread = spread;
        p.epsilon = 0.25f;
        p.range = 0.5f;
        if (scope == kFrame) {
          p.blocks_per_row = blocks(room, 256);
          launch("normalize_frames", 4 * p.blocks_per_row, 256, 0, p);
        } else {
          launch("line_statistics", 4 * bins, kClipThreads, 48, p);
          if (p.lines_per_scope > 1) {
            launch("scope_statistics", 4 * bins / p.lines_per_scope, kClipThreads, 48, p);
          }
          p.blocks_per_row = blocks(bins * room, 1024);
          launch("normalize", 4 * p.blocks_per_row, 256, 0, p);
        }
        // Every 40th frame.
        const std::vector<float> got = out.copy();
        double difference = 0;
        double norm = 0;
        bool zeros = true;
        for (size_t r = 0; r < 4; r++) {
          for (int k = 0; k < bins; k++) {
            for (int t = 0; t < room; t++) {
              const double v = got[x.at(r, k, t)];
              if (t >= frames[r]) {
                zeros = zeros && v == 0;
                continue;
              }
              if (t % 40 != 0) continue;
              double count = 0;
              double sum = 0;
              double least = 1e9;
              double greatest = -1e9;
              auto each = [&](auto&& body) {
                for (size_t r2 = 0; r2 < 4; r2++) {
                  for (int k2 = 0; k2 < bins; k2++) {
                    for (int t2 = 0; t2 < frames[r2]; t2++) {
                      if (in_scope(r, k, t, r2, k2, t2)) body(x.real(r2, k2, t2));
                    }
                  }
                }
              };
              each([&](double e) {
                count++;
                sum += e;
                least = std::min(least, e);
                greatest = std::max(greatest, e);
              });
              double squares = 0;
              each([&](double e) { squares += (e - sum / count) * (e - sum / count); });
              const double o = offset == 0 ? 0 : offset == 1 ? sum / count
                               : offset == 2 ? least : greatest;
              double d = 1;
              if (spread == kDeviation) d = std::sqrt(squares / count) + 0.25;
              if (spread == kSampleDeviation) {
                d = (count > 1 ? std::sqrt(squares / (count - 1)) : 0) + 0.25;
              }
              if (spread == kRegularizedDeviation) d = std::sqrt(squares / count + 0.25);
              if (spread == kRange) d = greatest - least + 0.25;
              if (spread == kPeak) d = std::max(std::abs(greatest - o), std::abs(least - o)) + 0.25;
              const double e = spread == 6 ? std::max(x.real(r, k, t), greatest - 0.5)
                                           : (x.real(r, k, t) - o) / d;
              difference += (v - e) * (v - e);
              norm += e * e;
            }
          }
        }
        const std::string what = "scope " + std::to_string(scope) + " offset " +
                                 std::to_string(offset) + " spread " + std::to_string(spread);
        check_error(std::sqrt(difference / norm), kRounding, what);
        check(zeros, what + ": zeros");
      }
    }
  }
}

TEST(along_time) {
  const std::vector<int> frames = {100, 0, 1, 33};
  const int bins = 5;
  const int room = 101;
  Values x(frames, bins, room, 1, 16);
  for (float& v : x.data) v = std::abs(v);
  Device<float> in(x.data);
  Device<int> device_frames(frames);
  Device<float> out(x.data.size());
  ClipParams p = {};
  p.in = x.matrix(in.get());
  p.out = x.matrix(out.get());
  p.frames = device_frames.get();
  p.rows = 4;
  p.bins = bins;
  p.out_frames = room;

  // PCEN: libraries' defaults, power 0, bias 0, a maximum over bins.
  const float settings[][4] = {{0.98f, 2, 0.5f, 1}, {0.8f, 2, 0, 1}, {0.5f, 0, 0.25f, 1},
                               {0.98f, 1, 0.5f, 3}, {0.98f, 1, 0.5f, 4}};
  for (const auto& s : settings) {
    p.smoothing = 0.057f;
    p.epsilon = 1e-6f;
    p.gain = s[0];
    p.bias = s[1];
    p.power = s[2];
    p.width = static_cast<int>(s[3]);
    launch("pcen", blocks(4 * bins, 4), kClipThreads, 0, p);
    std::vector<double> expected(x.data.size());
    for (size_t r = 0; r < 4; r++) {
      for (int k = 0; k < bins; k++) {
        double m = 1;
        for (int t = 0; t < frames[r]; t++) {
          double peak = x.real(r, k, t);
          for (int i = k - p.width / 2; i < k - p.width / 2 + p.width; i++) {
            if (i >= 0 && i < bins) peak = std::max(peak, x.real(r, i, t));
          }
          m = (1 - static_cast<double>(p.smoothing)) * m + p.smoothing * peak;
          const double v = x.real(r, k, t) * std::pow(p.epsilon + m, -static_cast<double>(p.gain));
          expected[x.at(r, k, t)] = p.power == 0 ? std::log1p(v)
                                                 : std::pow(v + p.bias, p.power) -
                                                       std::pow(p.bias, p.power);
        }
      }
    }
    // The recursion rounds at every frame.
    hold(out.copy(), frames, bins, room, 2e-6, "pcen",
         [&](size_t r, int k, int t) { return expected[x.at(r, k, t)]; });
  }

  const std::vector<float> weights = {-0.2f, -0.1f, 0.05f, 0.1f, 0.15f};
  Device<float> device_weights(weights);
  p.weights = device_weights.get();
  p.width = 5;
  for (int padding = -1; padding <= 4; padding++) {
    if (padding == kSymmetric) continue;
    p.padding = padding;
    std::vector<int> long_enough = frames;
    if (padding < 0) long_enough[2] = 0;  // refused by the launcher
    Device<int> these(long_enough);
    p.frames = these.get();
    launch("delta", blocks(4 * bins, 4), kClipThreads, 0, p);
    hold(out.copy(), long_enough, bins, room, kRounding, "delta", [&](size_t r, int k, int t) {
      double sum = 0;
      const int first = padding < 0 ? std::max(0, std::min(t - 2, frames[r] - 5)) : t - 2;
      for (int i = 0; i < 5; i++) {
        const int at = padded_index(std::max(0, padding), first + i, frames[r]);
        if (at >= 0) sum += static_cast<double>(weights[i]) * x.real(r, k, at);
      }
      return sum;
    });
    p.frames = device_frames.get();
  }

  for (int center : {0, 1}) {
    for (int variance : {0, 1}) {
      for (int width : {1, 20, 300}) {
        p.center = center;
        p.variance = variance;
        p.width = width;
        p.least_width = std::max(1, width / 3);
        launch("sliding_normalize", blocks(4 * bins * blocks(room, 32), kClipThreads), kClipThreads,
               0, p);
        hold(out.copy(), frames, bins, room, 2e-6, "sliding normalisation",
             [&](size_t r, int k, int t) {
               const Window w = sliding_window(p, t, frames[r]);
               double sum = 0;
               double squares = 0;
               const int count = w.to - w.from;
               for (int i = w.from; i < w.to; i++) {
                 sum += x.real(r, k, i);
                 squares += x.real(r, k, i) * x.real(r, k, i);
               }
               const double y = x.real(r, k, t) - sum / count;
               if (variance == 0) return y;
               return count == 1 ? 0 : y / std::sqrt(squares / count - sum / count * sum / count);
             });
      }
    }
  }
}
