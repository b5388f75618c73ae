// Filter banks whose weights are in the instructions, for the most used front ends of 32 frames to a
// block: lane = frame, and a warp computes a run of outputs from bin to bin. Every bin is read once
// (a broadcast row, no conflicts), no weight is read at all, and what is stored is contiguous.
// The weights are those of frontend.banks, the sums have the order of the banks in tables.
#pragma once

#include "frontend.cuh"

namespace cochlea {

constexpr int kLongestBand = 48;

struct Band {
  int start;   // first bin
  int length;  // of the weights
  float weights[kLongestBand];
};

namespace banks {
#define BANK(name, bins)              \
  struct name {                       \
    static constexpr int kBins = bins; \
    static constexpr Band kBands[] = {
#define BAND(start, length, ...) {start, length, {__VA_ARGS__}},
#define END(name) \
  };              \
  };
#include "frontend.banks"
#undef BANK
#undef BAND
#undef END
}  // namespace banks

template <class B>
CONSTANT int output_count() {
  return static_cast<int>(sizeof(B::kBands) / sizeof(Band));
}

// Outputs are dealt to warps in runs of about the same work.
template <class B>
CONSTANT int first_output(int warp, int warps) {
  constexpr int kPerOutput = 6;
  int work = 0;
  for (int o = 0; o < output_count<B>(); o++) work += B::kBands[o].length + kPerOutput;
  int before = 0;
  int o = 0;
  while (o < output_count<B>() && before * warps < work * warp) {
    before += B::kBands[o].length + kPerOutput;
    o++;
  }
  return o;
}

template <class B, int FROM, int TO>
CONSTANT int first_bin() {
  int first = B::kBins;
  for (int o = FROM; o < TO; o++) {
    if (B::kBands[o].start < first) first = B::kBands[o].start;
  }
  return first;
}

template <class B, int FROM, int TO>
CONSTANT int end_bin() {
  int end = 0;
  for (int o = FROM; o < TO; o++) {
    const int of_band = B::kBands[o].start + B::kBands[o].length;
    if (of_band > end) end = of_band;
  }
  return end;
}

// finish(Index<output>, sum) for the outputs FROM … TO - 1 of the frame whose bins lie F words
// apart.
template <class B, int FROM, int TO, int F, class Finish>
DEVICE void compute_outputs(const float* bins, Finish&& finish) {
  if constexpr (FROM < TO) {
    constexpr int kFirst = first_bin<B, FROM, TO>();
    float sums[TO - FROM];
    repeat<end_bin<B, FROM, TO>() - kFirst>([&](auto i) {
      constexpr int k = kFirst + i.value;
      const float bin = bins[k * F];
      repeat<TO - FROM>([&](auto j) {
        constexpr int at = k - B::kBands[FROM + j.value].start;
        constexpr int length = B::kBands[FROM + j.value].length;
        if constexpr (at >= 0 && at < length) {
          constexpr float weight = B::kBands[FROM + j.value].weights[at];
          if constexpr (at == 0) {
            sums[j.value] = weight * bin;
          } else {
            sums[j.value] = multiply_add(weight, bin, sums[j.value]);
          }
          if constexpr (at == length - 1) finish(Index<FROM + j.value>{}, sums[j.value]);
        }
      });
    });
  }
}

// body(Index<warp>) for this warp, found by halving.
template <int FROM, int TO, class Body>
DEVICE void as_constant(int warp, Body&& body) {
  if constexpr (TO - FROM == 1) {
    body(Index<FROM>{});
  } else {
    constexpr int kMiddle = (FROM + TO) / 2;
    if (warp < kMiddle) {
      as_constant<FROM, kMiddle>(warp, body);
    } else {
      as_constant<kMiddle, TO>(warp, body);
    }
  }
}

// A bank of frontend.banks, with a logarithm of one KIND behind it. Whatever else is asked for, and
// incomplete tiles, are computed with the tables, which give the same bits.
template <class B, int KIND>
struct CompiledBank {
  template <class P>
  DEVICE static bool fits(const FrontendParams& p, const Tile& tile) {
    static_assert(P::F == 32 && B::kBins == P::kBins);
    const Pointwise& step = p.chain.steps[0];
    return p.chain.count == 1 && step.kind == KIND && step.b >= kLeastNormal &&
           is_plain(p, tile, P::F);
  }

  // power: bin 0.
  template <class P>
  DEVICE static void run(const FrontendParams& p, const Tile& tile, const float* power) {
    constexpr int kWarps = P::THREADS / 32;
    const int lane = static_cast<int>(threadIdx.x) % 32;
    const int warp = static_cast<int>(threadIdx.x) / 32;
    float* const first =
        static_cast<float*>(p.out) + (tile.row_number * p.out_row + tile.frame + lane);
    char* const out = reinterpret_cast<char*>(first);
    const float a = p.chain.steps[0].a;
    const float b = p.chain.steps[0].b;
    const float c = p.chain.steps[0].c;
    const int bin = 4 * static_cast<int>(p.out_bin);
    as_constant<0, kWarps>(warp, [&](auto w) {
      constexpr int kFrom = first_output<B>(w.value, kWarps);
      constexpr int kTo = first_output<B>(w.value + 1, kWarps);
      compute_outputs<B, kFrom, kTo, P::F>(power + lane, [&](auto output, float sum) {
        const float x = KIND == kLogAdd ? sum + b : at_least(sum, b);
        store(out + static_cast<int64_t>(bin) * output.value,
              multiply_add(a, log2_of_normal(x), c));
      });
    });
  }
};

}  // namespace cochlea
