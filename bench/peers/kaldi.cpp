// Kaldi's fbank and mfcc by kaldi-native-fbank, as its users call it: one OnlineFbank per clip,
// all samples at once, then frame by frame.
//
//   kaldi-native-fbank FOLDER SAMPLE_RATE fbank|mfcc
//
// FOLDER has audio.npy, as `cochlea-bench.jar features` writes it. The options are the defaults
// without dither and, as in torchaudio, without the energy; the samples are on Kaldi's 16-bit scale
// before anything is timed.

#include <algorithm>
#include <string>
#include <vector>

#include "kaldi-native-fbank/csrc/online-feature.h"
#include "worker.h"

static Matrix audio;
static int rate, dimension;
static bool cepstra;
static std::vector<std::vector<float>> results;  // of every clip, [frames][dimension]

template <class Online, class Options>
static void one_clip(const Options &options, const float *samples, std::vector<float> *result) {
  Online online(options);
  online.AcceptWaveform(rate, samples, audio.columns);
  online.InputFinished();
  int frames = online.NumFramesReady();
  dimension = online.Dim();
  result->resize((size_t)frames * dimension);
  for (int t = 0; t < frames; t++) {
    const float *frame = online.GetFrame(t);
    std::copy(frame, frame + dimension, result->data() + (size_t)t * dimension);
  }
}

static void run() {
  for (long c = 0; c < audio.rows; c++) {
    const float *samples = audio.values + c * audio.columns;
    if (cepstra) {
      knf::MfccOptions options;
      options.frame_opts.samp_freq = rate;
      options.frame_opts.dither = 0;
      options.use_energy = false;
      one_clip<knf::OnlineMfcc>(options, samples, &results[c]);
    } else {
      knf::FbankOptions options;
      options.frame_opts.samp_freq = rate;
      options.frame_opts.dither = 0;
      one_clip<knf::OnlineFbank>(options, samples, &results[c]);
    }
  }
}

// Frames last, as everywhere here.
static void output(const char *path) {
  size_t size = results[0].size();
  size_t frames = size / dimension;
  std::vector<float> all(audio.rows * size);
  for (long c = 0; c < audio.rows; c++) {
    for (size_t i = 0; i < size; i++) {
      all[c * size + i % dimension * frames + i / dimension] = results[c][i];
    }
  }
  write_npy(path, all.data(), audio.rows, size);
}

int main(int argc, char **argv) {
  std::string feature = argc == 4 ? argv[3] : "";
  if (feature != "fbank" && feature != "mfcc") {
    fprintf(stderr, "usage: kaldi-native-fbank FOLDER SAMPLE_RATE fbank|mfcc\n");
    return 2;
  }
  cepstra = feature == "mfcc";
  rate = atoi(argv[2]);
  audio = read_npy(argv[1], "audio");
  for (long i = 0; i < audio.rows * audio.columns; i++) audio.values[i] *= 32768;
  results.resize(audio.rows);
  serve("C++, kaldi-native-fbank " VERSION, run, output);
  return 0;
}
