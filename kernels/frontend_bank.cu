// Waveform to filter bank outputs (mel and its like), one launch: see frontend.cuh.
//
// Grid: rows x tiles blocks, tiles = ceil(frames of out / F). Block: THREADS, of frontend.instances.
// Shared bytes: 4 (Plan::kGridWords + max(words of staged audio, Plan::kPowerWords)).
//
// Entries: frontend_bank_<N>_<F>, frontend_bank_<N>_<F>_hop<hop> for a known hop, and
// frontend_bank_<N>_<F>_<bank>, with the hop before the bank if it is known, for a known bank.
#include "banks.cuh"

namespace cochlea {

// A staged row is as long as the hop, made an odd multiple of 32/F.
CONSTANT int pitch_of(int hop, int tasks_per_warp) {
  int pitch = hop;
  while (pitch % (2 * tasks_per_warp) != tasks_per_warp) pitch++;
  return pitch;
}

}  // namespace cochlea

#define FRONTEND(N, R1, R2, F, T, BLOCKS)                                       \
  KERNEL(frontend_bank_##N##_##F, cochlea::FrontendParams, T, BLOCKS) {         \
    cochlea::run_bank<cochlea::Plan<N, R1, R2, F, T>, 0, 0>(p);            \
  }
#define FRONTEND_HOP(N, R1, R2, F, T, BLOCKS, HOP)                              \
  KERNEL(frontend_bank_##N##_##F##_hop##HOP, cochlea::FrontendParams, T, BLOCKS) { \
    cochlea::run_bank<cochlea::Plan<N, R1, R2, F, T>, HOP,                 \
                           cochlea::pitch_of(HOP, 32 / F)>(p);                  \
  }
#define FRONTEND_BANK(N, R1, R2, F, T, BLOCKS, NAME, KIND)                     \
  KERNEL(frontend_bank_##N##_##F##_##NAME, cochlea::FrontendParams, T, BLOCKS) { \
    cochlea::run_bank<cochlea::Plan<N, R1, R2, F, T>, 0, 0,                \
                           cochlea::CompiledBank<cochlea::banks::NAME, cochlea::KIND>>(p); \
  }
#define FRONTEND_HOP_BANK(N, R1, R2, F, T, BLOCKS, HOP, NAME, KIND)            \
  KERNEL(frontend_bank_##N##_##F##_hop##HOP##_##NAME, cochlea::FrontendParams, T, BLOCKS) { \
    cochlea::run_bank<cochlea::Plan<N, R1, R2, F, T>, HOP,                 \
                           cochlea::pitch_of(HOP, 32 / F),                      \
                           cochlea::CompiledBank<cochlea::banks::NAME, cochlea::KIND>>(p); \
  }
#include "frontend.instances"
