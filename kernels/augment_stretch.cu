// Complex spectrograms faster or slower, every row at a rate of its own: torchaudio's TimeStretch.
//
//   augment_stretch  frame j of the result lies at s = j rate, i = floor(s) frames and a fraction f:
//                    its modulus is (1 - f) |x[i]| + f |x[i + 1]|, its angle that of the frame
//                    before, plus what the bin turns by from frame i to frame i + 1; the first frame
//                    has the angles of the input's first; beyond the input there are zeros
//
// Rows are [bin][frame], pairs of float32. A thread walks along the frames of a bin. Angles are unit
// vectors and a turn is their product, in double: the arithmetic of augment.Vocoder, to the bit.
//
// Grid: rows x tiles, tiles = ceil(bins / 256). Block: 256. Shared bytes: 0.
#include "matrix.cuh"

namespace cochlea {

// 40 bytes.
struct StretchRow {
  int64_t in;   // addresses of float32 pairs
  int64_t out;
  double rate;
  int32_t in_pitch;  // floats from one bin to the next
  int32_t out_pitch;
  int32_t frames;
  int32_t made;  // frames that come out
};

struct StretchParams {
  const StretchRow* rows;
  int32_t bins;
  int32_t tiles;
};

// A value of a frame: its modulus, and its direction.
struct Polar {
  double modulus;
  double cosine;
  double sine;
};

DEVICE Polar polar(const float* in, int frame, int frames) {
  if (frame >= frames) return {0.0, 1.0, 0.0};
  const double re = in[2 * static_cast<int64_t>(frame)];
  const double im = in[2 * static_cast<int64_t>(frame) + 1];
  const double m = sqrt(re * re + im * im);
  const double over = m > 0.0 ? 1.0 / m : 0.0;
  return {m, m > 0.0 ? re * over : 1.0, im * over};
}

}  // namespace cochlea

KERNEL(augment_stretch, cochlea::StretchParams, cochlea::kMatrixThreads, 4) {
  using namespace cochlea;
  const Part part = part_of(p.tiles, 1);
  const int k = part.first;
  if (k >= p.bins) return;
  const StretchRow row = p.rows[part.row];
  const float* in =
      reinterpret_cast<const float*>(row.in) + static_cast<int64_t>(k) * row.in_pitch;
  float* out = reinterpret_cast<float*>(row.out) + static_cast<int64_t>(k) * row.out_pitch;
  Polar earlier = polar(in, 0, row.frames);
  Polar later = polar(in, 1, row.frames);
  double cosine = earlier.cosine;
  double sine = earlier.sine;
  int at = 0;
  ROLLED for (int j = 0; j < row.made; j++) {
    const double s = j * row.rate;
    const int i = static_cast<int>(s);
    ROLLED for (; at < i; at++) {
      earlier = later;
      later = polar(in, at + 2, row.frames);
    }
    const double f = s - i;
    const double m = (1.0 - f) * earlier.modulus + f * later.modulus;
    out[2 * static_cast<int64_t>(j)] = static_cast<float>(m * cosine);
    out[2 * static_cast<int64_t>(j) + 1] = static_cast<float>(m * sine);
    const double turn_cosine = later.cosine * earlier.cosine + later.sine * earlier.sine;
    const double turn_sine = later.sine * earlier.cosine - later.cosine * earlier.sine;
    const double c = cosine * turn_cosine - sine * turn_sine;
    sine = cosine * turn_sine + sine * turn_cosine;
    cosine = c;
  }
}
