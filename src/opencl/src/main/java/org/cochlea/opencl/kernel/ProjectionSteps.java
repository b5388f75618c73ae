package org.cochlea.opencl.kernel;

/** Products of a tile's frames with matrices, of which only the band of every row is kept. */
abstract class ProjectionSteps extends FourierSteps {

  /** Bands are triples: first column, columns, where the weights are. */
  void project(int op, int frames) {
    int count = code[op + 2];
    int from = code[op + 3];
    int result = code[op + 4];
    int bands = code[op + 5];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int r = team(); r < count; r += teams) {
      int first = from + code[bands + 3 * r];
      int columns = code[bands + 3 * r + 1];
      int weights = code[bands + 3 * r + 2];
      for (int f = lane; f < frames; f += lanes) {
        float sum = 0f;
        for (int k = 0; k < columns; k++) {
          sum = sum + tables[weights + k] * area[(first + k) * width + f];
        }
        area[(result + r) * width + f] = sum;
      }
    }
  }

  float band(int bands, int r, int from, int width, int f) {
    int first = from + code[bands + 3 * r];
    int columns = code[bands + 3 * r + 1];
    int weights = code[bands + 3 * r + 2];
    float sum = 0f;
    for (int k = 0; k < columns; k++) {
      sum = sum + tables[weights + k] * area[(first + k) * width + f];
    }
    return sum;
  }

  void complexProject(int op, int frames) {
    int count = code[op + 2];
    int fromRe = code[op + 3];
    int fromIm = code[op + 4];
    int toRe = code[op + 5];
    int toIm = code[op + 6];
    int real = code[op + 7];
    int imaginary = code[op + 8];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int r = team(); r < count; r += teams) {
      for (int f = lane; f < frames; f += lanes) {
        float re = band(real, r, fromRe, width, f);
        float im = band(imaginary, r, fromRe, width, f);
        if (fromIm >= 0) {
          re = re - band(imaginary, r, fromIm, width, f);
          im = im + band(real, r, fromIm, width, f);
        }
        area[(toRe + r) * width + f] = re;
        area[(toIm + r) * width + f] = im;
      }
    }
  }
}
