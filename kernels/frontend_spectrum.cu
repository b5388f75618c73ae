// Waveform to complex spectrum, modulus or angle, one launch: see frontend.cuh.
//
// Grid: rows x tiles blocks, tiles = ceil(frames of out / F). Block: THREADS, of frontend.instances.
// Shared bytes: 4 (Plan::kGridWords + words of staged audio).
//
// Entries: frontend_spectrum_<N>_<F>.
#include "frontend.cuh"

#define FRONTEND(N, R1, R2, F, T, BLOCKS)                                       \
  KERNEL(frontend_spectrum_##N##_##F, cochlea::FrontendParams, T, BLOCKS) {     \
    cochlea::run_spectrum<cochlea::Plan<N, R1, R2, F, T>>(p);              \
  }
#define FRONTEND_HOP(...)
#define FRONTEND_BANK(...)
#define FRONTEND_HOP_BANK(...)
#include "frontend.instances"
