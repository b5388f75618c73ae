package org.cochlea.opencl.kernel;

/** Frames of a tile: cut of a signal or read, changed sample by sample, reduced, written. */
abstract class FrameSteps extends DeviceMemory {

  void gather(int op, int row, int first, int frames) {
    int value = code[op + 2];
    int base = code[op + 3];
    int samples = code[op + 4];
    int size = code[op + 5];
    int hop = code[op + 6];
    int left = code[op + 7];
    int padding = code[op + 8];
    int window = code[op + 9];
    int place = code[op + 10];
    int shift = code[op + 11];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int from = offset(value, row);
    int n = count(value, row);
    for (int k = team(); k < size; k += teams) {
      float weight = 1f;
      if (window >= 0 && k < samples) {
        weight = tables[window + k];
      }
      int start = (first + shift) * hop - left + k;
      for (int f = lane; f < frames; f += lanes) {
        float x = 0f;
        if (k < samples) {
          int at = start + f * hop;
          if (at < 0 || at >= n) {
            at = padded(padding, at, n);
          }
          if (at >= 0) {
            x = weight * fetch(place, from + at);
          }
        }
        area[(base + k) * width + f] = x;
      }
    }
  }

  void readFrames(int op, int row, int first, int frames) {
    int value = code[op + 2];
    int base = code[op + 3];
    int bins = code[op + 4];
    int imaginary = code[op + 5];
    int bin = code[op + 6];
    int place = code[op + 7];
    int shift = code[op + 8];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int n = count(value, row);
    int from = offset(value, row) + first + shift;
    for (int k = team(); k < bins; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        if (imaginary < 0) {
          area[(base + k) * width + f] = fetch(place, from + (bin + k) * n + f);
        } else {
          int at = offset(value, row) + 2 * ((bin + k) * n + first + shift + f);
          area[(base + k) * width + f] = fetch(place, at);
          area[(imaginary + k) * width + f] = fetch(place, at + 1);
        }
      }
    }
  }

  void writeFrames(int op, int row, int first, int frames) {
    int value = code[op + 2];
    int base = code[op + 3];
    int bins = code[op + 4];
    int imaginary = code[op + 5];
    int bin = code[op + 6];
    int place = code[op + 7];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    int n = count(value, row);
    int from = offset(value, row);
    for (int k = team(); k < bins; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        if (imaginary < 0) {
          store(place, from + (bin + k) * n + first + f, area[(base + k) * width + f]);
        } else {
          int at = from + 2 * ((bin + k) * n + first + f);
          store(place, at, area[(base + k) * width + f]);
          store(place, at + 1, area[(imaginary + k) * width + f]);
        }
      }
    }
  }

  void pointwise(int op, int frames) {
    int base = code[op + 2];
    int count = code[op + 3];
    int function = code[op + 4];
    int table = code[op + 5];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < count; k += teams) {
      if (function == Op.WEIGHTS) {
        float weight = tables[table + k];
        for (int f = lane; f < frames; f += lanes) {
          area[(base + k) * width + f] = weight * area[(base + k) * width + f];
        }
      } else {
        float a = tables[table];
        float b = tables[table + 1];
        for (int f = lane; f < frames; f += lanes) {
          area[(base + k) * width + f] = apply(function, area[(base + k) * width + f], a, b);
        }
      }
    }
  }

  /** The table has the coefficient, and what the first sample takes of itself and of the second. */
  void emphasis(int op, int frames) {
    int base = code[op + 2];
    int count = code[op + 3];
    int result = code[op + 4];
    int table = code[op + 5];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    float coefficient = tables[table];
    float own = tables[table + 1];
    float next = tables[table + 2];
    for (int k = team(); k < count; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        float x = area[(base + k) * width + f];
        float y = 0f;
        if (k == 0) {
          float after = x;
          if (count > 1) {
            after = area[(base + 1) * width + f];
          }
          y = own * x + next * after;
        } else {
          y = x - coefficient * area[(base + k - 1) * width + f];
        }
        area[(result + k) * width + f] = y;
      }
    }
  }

  void partialSums(int op, int frames) {
    int base = code[op + 2];
    int count = code[op + 3];
    int result = code[op + 4];
    int what = code[op + 5];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int part = team(); part < Op.PARTS; part += teams) {
      for (int f = lane; f < frames; f += lanes) {
        float sum = 0f;
        for (int k = part; k < count; k += Op.PARTS) {
          float x = area[(base + k) * width + f];
          if (what == Op.SUM) {
            sum = sum + x;
          } else if (what == Op.SQUARES) {
            sum = sum + x * x;
          } else if (k > 0) {
            float before = area[(base + k - 1) * width + f];
            if ((x < -1e-10f && before >= -1e-10f) || (x >= -1e-10f && before < -1e-10f)) {
              sum = sum + 1f;
            }
          }
        }
        area[(result + part) * width + f] = sum;
      }
    }
  }

  float totalOf(int parts, int width, int f) {
    float sum = 0f;
    for (int part = 0; part < Op.PARTS; part++) {
      sum = sum + area[(parts + part) * width + f];
    }
    return sum;
  }

  void removeMean(int op, int frames) {
    int base = code[op + 2];
    int count = code[op + 3];
    int parts = code[op + 4];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int f = lane; f < frames; f += lanes) {
      float mean = totalOf(parts, width, f) / count;
      for (int k = team(); k < count; k += teams) {
        area[(base + k) * width + f] = area[(base + k) * width + f] - mean;
      }
    }
  }

  void total(int op, int frames) {
    int parts = code[op + 2];
    int result = code[op + 3];
    float factor = tables[code[op + 4]];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    if (team() == 0) {
      for (int f = lane(); f < frames; f += lanes) {
        area[result * width + f] = factor * totalOf(parts, width, f);
      }
    }
  }

  void ditherFrames(int op, int row, int first, int frames) {
    int base = code[op + 2];
    int count = code[op + 3];
    float amount = tables[code[op + 4]];
    int low = code[op + 5];
    int high = code[op + 6];
    int shift = code[op + 7];
    int channels = rows[Op.CHANNELS];
    int width = code[Op.FRAMES];
    int lanes = code[Op.LANES];
    int teams = teams();
    int lane = lane();
    for (int k = team(); k < count; k += teams) {
      for (int f = lane; f < frames; f += lanes) {
        long index = (long) (first + shift + f) * count + k;
        area[(base + k) * width + f] =
            area[(base + k) * width + f] + amount * normal(low, high, row % channels, index);
      }
    }
  }
}
