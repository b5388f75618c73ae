// Log-mel as one writes it in C around FFTW: the peer that a native library would be.
//
//   pipeline FOLDER THREADS FFT_SIZE WINDOW_LENGTH HOP_LENGTH MELS
//
// FOLDER has audio.npy, window.npy and mel.npy, as `cochlea-bench.jar data` writes them. The
// answers are those of peers.py --worker: a greeting, then one line of JSON for every line
// "run SECONDS" or "output FILE".
//
// A group of frames that stays in the cache is windowed, transformed by one plan (FFTW_MEASURE),
// squared, summed by the non-zero bands of the filter bank, and its logarithms taken, frame by
// frame: the compiler vectorises all loops (-O3 -march=native -ffast-math). Linked with oneMKL
// instead of FFTW, whose interface it has, this is the peer "mkl".

#include <fftw3.h>
#include <math.h>
#include <omp.h>

#include "worker.h"

enum { GROUP = 16 };

static const float FLOOR = 1e-10f;

typedef struct {
  float *padded, *frames, *power, *mel;
  fftwf_complex *spectra;
} Workspace;

static int size, hop, mels, bins;
static long clips, samples, frames;
static float *audio, *window, *result;
static int *start, *length;
static float *weights;  // [mels][bins], the band of every row
static fftwf_plan plan;
static Workspace *workspaces;

static void *allocate(size_t bytes) {
  void *memory = fftwf_malloc(bytes);
  if (memory == NULL) fail("no memory", "workspace");
  memset(memory, 0, bytes);
  return memory;
}

static void output(const char *path) { write_npy(path, result, clips, mels * frames); }

static void pad(const float *restrict clip, float *restrict padded) {
  int margin = size / 2;
  memcpy(padded + margin, clip, samples * sizeof(float));
  for (int i = 1; i <= margin; i++) {
    padded[margin - i] = clip[i];
    padded[margin + samples - 1 + i] = clip[samples - 1 - i];
  }
}

static void one_clip(long c, Workspace *w) {
  pad(audio + c * samples, w->padded);
  float *out = result + c * mels * frames;
  for (long first = 0; first < frames; first += GROUP) {
    int count = frames - first < GROUP ? (int)(frames - first) : GROUP;
    for (int f = 0; f < count; f++) {
      const float *restrict from = w->padded + (first + f) * hop;
      float *restrict to = w->frames + (long)f * size;
      for (int i = 0; i < size; i++) to[i] = from[i] * window[i];
    }
    // The last group transforms what an earlier one left behind, too: one plan for all.
    fftwf_execute_dft_r2c(plan, w->frames, w->spectra);
    for (int f = 0; f < count; f++) {
      const float *restrict z = (const float *)(w->spectra + (long)f * bins);
      float *restrict power = w->power;
      for (int k = 0; k < bins; k++) power[k] = z[2 * k] * z[2 * k] + z[2 * k + 1] * z[2 * k + 1];
      for (int m = 0; m < mels; m++) {
        const float *restrict row = weights + (long)m * bins;
        const float *restrict values = power + start[m];
        float sum = 0;
        for (int i = 0; i < length[m]; i++) sum += row[i] * values[i];
        w->mel[m * GROUP + f] = sum > FLOOR ? sum : FLOOR;
      }
    }
    for (int m = 0; m < mels; m++) {
      const float *restrict values = w->mel + m * GROUP;
      float *restrict row = out + m * frames + first;
      for (int f = 0; f < count; f++) row[f] = 0.43429448190325176f * logf(values[f]);
    }
  }
}

static void run(void) {
#pragma omp parallel for schedule(dynamic)
  for (long c = 0; c < clips; c++) one_clip(c, &workspaces[omp_get_thread_num()]);
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: pipeline FOLDER THREADS FFT_SIZE WINDOW_LENGTH HOP_LENGTH MELS\n");
    return 2;
  }
  // The threads are GNU's OpenMP here: within them, oneMKL on the same adds none of its own.
  setenv("MKL_THREADING_LAYER", "GNU", 0);
  int threads = atoi(argv[2]);
  size = atoi(argv[3]);
  int window_length = atoi(argv[4]);
  hop = atoi(argv[5]);
  mels = atoi(argv[6]);
  bins = size / 2 + 1;
  Matrix clip_matrix = read_npy(argv[1], "audio");
  Matrix hann = read_npy(argv[1], "window");
  Matrix mel = read_npy(argv[1], "mel");
  if (hann.columns != window_length || mel.rows != mels || mel.columns != bins) {
    fail("does not fit the job", argv[1]);
  }
  audio = clip_matrix.values;
  clips = clip_matrix.rows;
  samples = clip_matrix.columns;
  frames = 1 + samples / hop;
  window = allocate(size * sizeof(float));
  memcpy(window + (size - window_length) / 2, hann.values, window_length * sizeof(float));
  start = allocate(mels * sizeof(int));
  length = allocate(mels * sizeof(int));
  weights = allocate((size_t)mels * bins * sizeof(float));
  for (int m = 0; m < mels; m++) {
    const float *row = mel.values + (long)m * bins;
    int first = 0, last = bins;
    while (first < bins && row[first] == 0) first++;
    while (last > first && row[last - 1] == 0) last--;
    start[m] = first < bins ? first : 0;
    length[m] = last - first;
    memcpy(weights + (long)m * bins, row + start[m], length[m] * sizeof(float));
  }
  result = allocate((size_t)clips * mels * frames * sizeof(float));
  omp_set_num_threads(threads);
  workspaces = allocate(threads * sizeof(Workspace));
  for (int t = 0; t < threads; t++) {
    Workspace *w = &workspaces[t];
    w->padded = allocate((samples + size) * sizeof(float));
    w->frames = allocate((size_t)GROUP * size * sizeof(float));
    w->spectra = allocate((size_t)GROUP * bins * sizeof(fftwf_complex));
    w->power = allocate(bins * sizeof(float));
    w->mel = allocate((size_t)mels * GROUP * sizeof(float));
  }
  plan = fftwf_plan_many_dft_r2c(1, &size, GROUP, workspaces->frames, NULL, 1, size,
                                 workspaces->spectra, NULL, 1, bins,
                                 FFTW_MEASURE | FFTW_DESTROY_INPUT);
  if (plan == NULL) fail("there is no plan", "fftwf_plan_many_dft_r2c");
  char version[128];
  snprintf(version, sizeof version, "C, %s", VERSION);
  serve(version, run, output);
  return 0;
}
