// Fills the parameters of the frontend kernels, as the launcher does.
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <numeric>
#include <string>
#include <vector>

#include "../banks.cuh"
#include "cuda.h"

using cochlea::FrontendParams;

// A filter bank by rows.
using Rows = std::vector<std::vector<double>>;

template <class B>
Rows rows_of() {
  Rows rows;
  for (const cochlea::Band& band : B::kBands) {
    rows.emplace_back(B::kBins);
    for (int i = 0; i < band.length; i++) rows.back()[band.start + i] = band.weights[i];
  }
  return rows;
}

struct Instance {
  int n, r1, r2, f, threads, hop;
  // Of a known bank: its name, the logarithm it goes with, and its rows.
  std::string bank;
  int kind;
  Rows (*rows)();
};

inline const std::vector<Instance>& instances() {
  static const std::vector<Instance> list = {
#define FRONTEND(N, R1, R2, F, T, B) {N, R1, R2, F, T, 0, "", 0, nullptr},
#define FRONTEND_HOP(N, R1, R2, F, T, B, HOP) {N, R1, R2, F, T, HOP, "", 0, nullptr},
#define FRONTEND_BANK(N, R1, R2, F, T, B, NAME, KIND) \
  {N, R1, R2, F, T, 0, #NAME, cochlea::KIND, rows_of<cochlea::banks::NAME>},
#define FRONTEND_HOP_BANK(N, R1, R2, F, T, B, HOP, NAME, KIND) \
  {N, R1, R2, F, T, HOP, #NAME, cochlea::KIND, rows_of<cochlea::banks::NAME>},
#include "../frontend.instances"
#undef FRONTEND
#undef FRONTEND_HOP
#undef FRONTEND_BANK
#undef FRONTEND_HOP_BANK
  };
  return list;
}

// What to compute; the kernels' parameters without addresses.
struct Job {
  int n = 400;
  int hop = 160;
  int left = 200;
  int length = 0;  // samples of a frame, 0: n
  int padding = cochlea::kReflect;
  int frames_per_block = 0;  // 0: any
  bool known_hop = false;
  std::string known_bank;
  enum Way { kFixed, kSmooth, kBluestein } way = kFixed;
  std::vector<double> window;  // empty: Hann
  Rows bank;
  int tap = cochlea::kComplex;
  double power = 2;
  int out_type = cochlea::kOutFloat32;
  int sample_type = cochlea::kFloat32;
  int shift = 0;
  double emphasis = 0;
  int before = 0;
  int operations = 0;
  double frame_emphasis = 0;
  int frame_before = 0;
  double dither = 0;
  uint64_t seed = 0;
  std::vector<cochlea::Pointwise> chain;

  int frame_length() const { return length > 0 ? length : n; }
  int bins() const { return bank.empty() ? n / 2 + 1 : static_cast<int>(bank.size()); }
  bool staged_frames() const {
    return operations != 0 || frame_length() < n || hop >= n || sample_type == cochlea::kMatrix;
  }
};

inline std::vector<double> hann(int n) {
  std::vector<double> w(n);
  for (int i = 0; i < n; i++) w[i] = n == 1 ? 1 : 0.5 - 0.5 * std::cos(2 * M_PI * i / n);
  return w;
}

inline float2 root(long long k, long long n) {
  k %= n;
  const double a = -2 * M_PI * static_cast<double>(k) / static_cast<double>(n);
  return {static_cast<float>(std::cos(a)), static_cast<float>(std::sin(a))};
}

// Radices of at most 16 whose product is n; empty when there are none.
inline std::vector<int> radices(int n) {
  std::vector<int> list;
  for (int r : {16, 15, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2}) {
    while (n % r == 0) {
      list.push_back(r);
      n /= r;
    }
  }
  if (n != 1) list.clear();
  return list;
}

inline int grid_place(int i) { return i + (i >> 4); }

// Everything a launch needs, with its tables on the device.
class Frontend {
 public:
  explicit Frontend(const Job& job) : job_(job) {
    const int n = job.n;
    window_ = job.window.empty() ? hann(job.frame_length()) : job.window;
    window_.resize(n, 0.0);
    if (job.sample_type == cochlea::kInt16) {
      for (double& w : window_) w /= 32768;
    }
    p_ = {};
    p_.hop = job.hop;
    p_.left = job.left;
    p_.stage_frames = job.staged_frames() ? 1 : 0;
    p_.stage_columns = p_.stage_frames != 0 ? job.frame_length() : job.hop;
    p_.shift = job.shift;
    p_.sample_type = job.sample_type;
    p_.padding = job.padding;
    p_.before = job.before;
    p_.frame_operations = job.operations;
    p_.frame_before = job.frame_before;
    p_.emphasis = static_cast<float>(job.emphasis);
    p_.frame_emphasis = static_cast<float>(job.frame_emphasis);
    const double scale = job.sample_type == cochlea::kInt16 ? 32768 : 1;
    p_.dither = static_cast<float>(job.dither * scale);
    p_.dither_seed = job.seed;
    p_.tap = job.bank.empty() ? job.tap : cochlea::kModulus;
    p_.power = static_cast<float>(job.power);
    p_.out_type = job.out_type;
    p_.out_bins = job.bins();
    p_.size = n;
    p_.chain.count = static_cast<int>(job.chain.size());
    std::copy(job.chain.begin(), job.chain.end(), p_.chain.steps);
    if (job.way == Job::kFixed) {
      fixed();
    } else {
      any();
    }
    if (!job.bank.empty()) bank();
  }

  int f() const { return f_; }

  // Where bin k of a transform of length m lies after the passes from `from` on.
  static int digits(const std::vector<int>& list, size_t from, int m, int k) {
    int at = 0;
    for (size_t i = from; i < list.size(); i++) {
      m /= list[i];
      at += k % list[i] * m;
      k /= list[i];
    }
    return at;
  }

  // Runs over rows; returns out[row][bin][out_frames] (complex: pairs).
  template <class T>
  std::vector<T> run(const void* samples, const std::vector<cochlea::ClipRow>& rows, int out_frames,
                     int64_t matrix_bin = 0) {
    Device<cochlea::ClipRow> device_rows(rows);
    const int pairs = p_.tap == cochlea::kComplex ? 2 : 1;
    Device<T> out(rows.size() * p_.out_bins * out_frames * pairs);
    FrontendParams p = p_;
    p.samples = samples;
    p.rows = device_rows.get();
    p.out = out.get();
    p.out_bin = out_frames;
    p.out_row = static_cast<int64_t>(p_.out_bins) * out_frames;
    p.out_frames = out_frames;
    p.out_vector = out_frames % 4 == 0 ? 1 : 0;
    p.matrix_bin = matrix_bin;
    p.tiles = (out_frames + f_ - 1) / f_;
    p.tiles_shift = 31;
    while (p.tiles > 1 << (p.tiles_shift - 31)) p.tiles_shift++;
    p.tiles_factor = static_cast<uint32_t>((1ull << p.tiles_shift) / p.tiles + 1);
    launch(name_, static_cast<unsigned>(rows.size() * p.tiles), threads_, shared_, p);
    return out.copy();
  }

 private:
  int pitch() const {
    const int l = 32 / f_;
    int pitch = p_.stage_frames != 0 ? job_.n : job_.hop;
    while (pitch % (2 * l) != l) pitch++;
    return pitch;
  }

  int offset(int n) const {
    return p_.stage_frames != 0 ? n : n + n / job_.hop * (p_.pitch - job_.hop);
  }

  int audio_words() const {
    if (p_.stage_frames != 0) return f_ * p_.pitch;
    return ((f_ - 1) + (job_.n + job_.hop - 1) / job_.hop) * p_.pitch;
  }

  template <class T>
  const T* keep(std::vector<Device<T>>& where, const std::vector<T>& values) {
    where.emplace_back(values);
    return where.back().get();
  }

  void fixed() {
    const Instance* found = nullptr;
    for (const Instance& i : instances()) {
      const bool hop_fits = job_.known_hop ? i.hop == job_.hop : i.hop == 0;
      const bool f_fits = job_.frames_per_block == 0 || job_.frames_per_block == i.f;
      const bool fits = i.n == job_.n && hop_fits && f_fits && i.bank == job_.known_bank;
      if (fits && found == nullptr) found = &i;
    }
    if (found == nullptr) must(1, "no such instance");
    const Instance& i = *found;
    f_ = i.f;
    threads_ = i.threads;
    p_.pitch = pitch();
    const int l = 32 / i.f;
    const int middle = (i.r1 - 1) / 2;
    const int chunks = (i.r1 + 3) / 4;
    const int twiddle_chunks = (middle + 1) / 2;
    const int groups = (i.r2 + l - 1) / l;
    std::vector<float> window(groups * l * chunks * 4);
    std::vector<int> offsets(window.size());
    std::vector<float> twiddles(groups * l * twiddle_chunks * 4);
    for (int n2 = 0; n2 < i.r2; n2++) {
      for (int n1 = 0; n1 < i.r1; n1++) {
        const int at = ((n2 / l * chunks + n1 / 4) * l + n2 % l) * 4 + n1 % 4;
        window[at] = static_cast<float>(window_[i.r2 * n1 + n2]);
        offsets[at] = offset(i.r2 * n1 + n2);
      }
      for (int k1 = 1; k1 <= middle; k1++) {
        const int chunk = (n2 / l * twiddle_chunks + (k1 - 1) / 2) * l + n2 % l;
        const int at = chunk * 4 + (k1 - 1) % 2 * 2;
        const float2 w = root(static_cast<long long>(k1) * n2, i.n);
        twiddles[at] = w.x;
        twiddles[at + 1] = w.y;
      }
    }
    p_.window = reinterpret_cast<const float4*>(keep(floats_, window));
    p_.offsets = reinterpret_cast<const int4*>(keep(ints_, offsets));
    p_.twiddles = reinterpret_cast<const float4*>(keep(floats_, twiddles));
    const int grid_pitch = i.f < 16 ? (i.r2 | 1) * i.f : i.r2 * i.f;
    const int grid_words = 2 * (middle + 1) * grid_pitch;
    const int power_words = (l - 1 + i.n / 2 + 1 + cochlea::kGuard) * i.f;
    shared_ = 4 * (grid_words + std::max(audio_words(), job_.bank.empty() ? 0 : power_words));
    name_ = std::string("frontend_") + (job_.bank.empty() ? "spectrum_" : "bank_") +
            std::to_string(i.n) + "_" + std::to_string(i.f) +
            (i.hop > 0 ? "_hop" + std::to_string(i.hop) : "") +
            (i.bank.empty() ? "" : "_" + i.bank);
  }

  void any() {
    const int n = job_.n;
    threads_ = 256;
    std::vector<float> window(window_.begin(), window_.end());
    int count;
    if (job_.way == Job::kSmooth) {
      name_ = "frontend_smooth";
      std::vector<int> list = n == 1 ? std::vector<int>{1} : radices(n);
      p_.passes = static_cast<int>(list.size());
      std::copy(list.begin(), list.end(), p_.radix);
      p_.columns = n / list[0];
      count = (list[0] / 2 + 1) * p_.columns;
      std::vector<float2> roots(n);
      for (int j = 0; j < n; j++) roots[j] = root(j, n);
      p_.roots = keep(pairs_, roots);
      std::vector<int> positions(n / 2 + 1);
      for (int k = 0; k <= n / 2; k++) {
        int k1 = k % list[0];
        int k2 = k / list[0];
        const bool mirrored = 2 * k1 > list[0];
        if (mirrored) {
          k1 = list[0] - k1;
          k2 = p_.columns - 1 - k2;
        }
        const int at = k1 * p_.columns + digits(list, 1, p_.columns, k2);
        positions[k] = mirrored ? ~at : at;
      }
      p_.positions = keep(ints_, positions);
    } else {
      name_ = "frontend_bluestein";
      int m = n + n / 2;
      while (radices(m).empty()) m++;
      const std::vector<int> list = radices(m);
      p_.passes = static_cast<int>(list.size());
      std::copy(list.begin(), list.end(), p_.radix);
      p_.columns = count = m;
      std::vector<float2> roots(m);
      for (int j = 0; j < m; j++) roots[j] = root(j, m);
      p_.roots = keep(pairs_, roots);
      auto chirp = [n](long long i) {
        const double a = -M_PI * static_cast<double>(i * i % (2LL * n)) / n;
        return std::complex<double>(std::cos(a), std::sin(a));
      };
      std::vector<float2> chirps;
      for (int i = 0; i < n; i++) {
        const std::complex<double> c = chirp(i) * window_[i];
        chirps.push_back({static_cast<float>(c.real()), static_cast<float>(c.imag())});
      }
      for (int k = 0; k <= n / 2; k++) {
        const std::complex<double> c = chirp(k);
        chirps.push_back({static_cast<float>(c.real()), static_cast<float>(c.imag())});
      }
      p_.chirp = keep(pairs_, chirps);
      std::vector<std::complex<double>> b(m);
      for (int i = 0; i <= n / 2; i++) b[i] = std::conj(chirp(i));
      for (int i = 1; i < n; i++) b[m - i] = std::conj(chirp(i));
      std::vector<std::complex<double>> circle(m);
      for (int i = 0; i < m; i++) circle[i] = std::polar(1.0 / m, -2 * M_PI * i / m);
      std::vector<float2> filter(m);
      for (int k = 0; k < m; k++) {
        std::complex<double> sum = 0;
        int at = 0;
        for (int i = 0; i < m; i++) {
          sum += b[i] * circle[at];
          at += k;
          if (at >= m) at -= m;
        }
        filter[digits(list, 0, m, k)] = {static_cast<float>(sum.real()),
                                         static_cast<float>(sum.imag())};
      }
      p_.filter = keep(pairs_, filter);
    }
    f_ = job_.frames_per_block != 0 ? job_.frames_per_block : 32;
    auto bytes = [&] {
      p_.pitch = pitch();
      const int grid = 2 * grid_place(count + 15) * f_;
      const int lead = f_ >= 4 ? 32 / f_ - 1 : 0;
      const int power = job_.bank.empty() ? 0 : f_ * (lead + n / 2 + 1 + cochlea::kGuard);
      return 4 * (grid + std::max(audio_words(), power));
    };
    while (f_ > 1 && bytes() > 100 << 10) f_ /= 2;
    shared_ = bytes();
    p_.frames_per_block = f_;
    std::vector<int> offsets(n);
    for (int i = 0; i < n; i++) offsets[i] = offset(i);
    p_.window = reinterpret_cast<const float4*>(keep(floats_, window));
    p_.offsets = reinterpret_cast<const int4*>(keep(ints_, offsets));
  }

  void bank() {
    const int v = f_ >= 4 ? 4 : 1;
    const int slots = 32 * v / f_;
    const int apart = v == 4 ? std::max(1, 32 / f_) : 1;
    struct Band {
      int output, from, to;
    };
    std::vector<Band> bands;
    for (int r = 0; r < static_cast<int>(job_.bank.size()); r++) {
      const std::vector<double>& w = job_.bank[r];
      int from = 0;
      int to = static_cast<int>(w.size());
      while (from < to && w[from] == 0) from++;
      while (to > from && w[to - 1] == 0) to--;
      bands.push_back({r, from == to ? 0 : from, from == to ? 0 : to});
    }
    std::stable_sort(bands.begin(), bands.end(),
                     [](const Band& a, const Band& b) { return a.to - a.from > b.to - b.from; });
    std::vector<int2> groups;
    std::vector<int2> table;
    std::vector<float> weights;
    const int bins = job_.n / 2 + 1;
    for (size_t at = 0; at < bands.size(); at += slots) {
      // Slot s begins at a row = s modulo `apart`; rows count from the zeros before bin 0.
      int chunks = 0;
      std::vector<Band> group(slots, {-1, 0, 0});
      std::vector<int> starts(slots);
      for (int s = 0; s < slots; s++) {
        if (at + s < bands.size()) group[s] = bands[at + s];
        const int row = group[s].from + apart - 1;
        starts[s] = row - ((row - s) % apart + apart) % apart;
        chunks = std::max(chunks, (group[s].to + apart - 1 - starts[s] + 3) / 4);
      }
      groups.push_back({chunks, static_cast<int>(weights.size() / 4)});
      for (int s = 0; s < slots; s++) {
        while (starts[s] + 4 * chunks > apart - 1 + bins + cochlea::kGuard) starts[s] -= apart;
        table.push_back({group[s].output, starts[s]});
      }
      for (int c = 0; c < chunks; c++) {
        for (int s = 0; s < slots; s++) {
          for (int i = 0; i < 4; i++) {
            const int k = starts[s] + 4 * c + i - (apart - 1);
            const Band& b = group[s];
            weights.push_back(b.output >= 0 && k >= b.from && k < b.to
                                  ? static_cast<float>(job_.bank[b.output][k])
                                  : 0.0f);
          }
        }
      }
    }
    p_.bank_group_count = static_cast<int>(groups.size());
    p_.bank_groups = keep(int2s_, groups);
    p_.bank_slots = keep(int2s_, table);
    p_.bank_weights = reinterpret_cast<const float4*>(keep(floats_, weights));
  }

  Job job_;
  std::vector<double> window_;
  FrontendParams p_;
  std::string name_;
  int f_ = 0;
  unsigned threads_ = 0;
  unsigned shared_ = 0;
  std::vector<Device<float>> floats_;
  std::vector<Device<int>> ints_;
  std::vector<Device<float2>> pairs_;
  std::vector<Device<int2>> int2s_;
};
