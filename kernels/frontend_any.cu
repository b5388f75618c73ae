// The frontend for every other transform length: see frontend_any.cuh and frontend.cuh.
//
// Grid: rows x tiles blocks, tiles = ceil(frames of out / F). Block: 256.
// Shared bytes: 4 (2 F place(count + 15) + max(words of staged audio, F (lead + N/2 + 13))), where
// lead = 32/F - 1 for F >= 4, else 0,
// place(i) = i + i/16 and count = (r0/2 + 1) N/r0 (smooth) or the convolution's length (Bluestein).
//
// Entries: frontend_smooth, frontend_bluestein; both give a spectrum when there is no bank.
#include "frontend_any.cuh"

KERNEL(frontend_smooth, cochlea::FrontendParams, cochlea::kAnyThreads, 2) {
  cochlea::run_smooth(p);
}

KERNEL(frontend_bluestein, cochlea::FrontendParams, cochlea::kAnyThreads, 2) {
  cochlea::run_bluestein(p);
}
