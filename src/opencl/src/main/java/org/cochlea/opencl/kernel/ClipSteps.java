package org.cochlea.opencl.kernel;

/** What looks along the frames of a clip, in global memory. */
abstract class ClipSteps extends SignalSteps {

  void shiftFrames(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int shift = code[op + 8];
    int parts = code[op + 9];
    float added = tables[code[op + 10]];
    int from = offset(value, row);
    int n = count(value, row) * parts;
    int m = count(result, row) * parts;
    int to = offset(result, row) + bin * m;
    int last = min(first + code[Op.BLOCK], m * bins);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int k = i / m;
      int t = i - k * m + shift * parts;
      float x = added;
      if (t < n) {
        x = fetch(place, from + k * n + t);
      }
      store(resultPlace, to + i, x);
    }
  }

  void delta(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int taps = code[op + 8];
    int table = code[op + 9];
    int padding = code[op + 10];
    int from = offset(value, row);
    int n = count(value, row);
    int to = offset(result, row) + bin * n;
    int last = min(first + code[Op.BLOCK], n * bins);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int k = i / n;
      int start = i - k * n - taps / 2;
      if (padding < 0) {
        // The polynomial of the first or last whole window goes on.
        start = max(0, min(start, n - taps));
      }
      float sum = 0f;
      for (int j = 0; j < taps; j++) {
        int at = start + j;
        if (at < 0 || at >= n) {
          at = padded(padding, at, n);
        }
        if (at >= 0) {
          sum = sum + tables[table + j] * fetch(place, from + k * n + at);
        }
      }
      store(resultPlace, to + i, sum);
    }
  }

  void sliding(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int span = code[op + 8];
    int least = code[op + 9];
    int centred = code[op + 10];
    int variance = code[op + 11];
    int from = offset(value, row);
    int n = count(value, row);
    int to = offset(result, row) + bin * n;
    int last = min(first + code[Op.BLOCK], n * bins);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int k = i / n;
      int t = i - k * n;
      int start = t - span;
      int end = t + 1;
      if (centred == 1) {
        start = t - span / 2;
        end = start + span;
      }
      int moved = max(0, -start);
      end = end + moved;
      if (centred == 0 && end > t) {
        end = max(t + 1, least);
      }
      start = max(0, max(0, start) - max(0, end - n));
      end = min(end, n);
      float mean = 0f;
      for (int j = start; j < end; j++) {
        mean = mean + fetch(place, from + k * n + j);
      }
      mean = mean / (end - start);
      float x = fetch(place, from + i);
      float y = x - mean;
      if (variance == 1) {
        float squares = 0f;
        for (int j = start; j < end; j++) {
          float d = fetch(place, from + k * n + j) - mean;
          squares = squares + d * d;
        }
        if (end - start == 1) {
          y = 0f;
        } else {
          y = y / sqrt(squares / (end - start));
        }
      }
      store(resultPlace, to + i, y);
    }
  }

  /** An item is a bin: frame by frame, so that only one of a group works on it. */
  void pcen(int op, int row, int k) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int table = code[op + 8];
    int span = code[op + 9];
    float smoothing = tables[table];
    float gain = tables[table + 1];
    float bias = tables[table + 2];
    float power = tables[table + 3];
    float epsilon = tables[table + 4];
    float biased = tables[table + 5];
    float logEpsilon = tables[table + 6];
    int from = offset(value, row);
    int n = count(value, row);
    int to = offset(result, row) + (bin + k) * n;
    if (getLocalId(0) == 0) {
      float state = 1f;
      for (int t = 0; t < n; t++) {
        float x = fetch(place, from + k * n + t);
        float peak = x;
        if (span > 1) {
          int end = min(k - span / 2 + span, bins);
          for (int j = max(0, k - span / 2); j < end; j++) {
            float other = fetch(place, from + j * n + t);
            if (other > peak) {
              peak = other;
            }
          }
        }
        state = (1f - smoothing) * state + smoothing * peak;
        float smooth = exp(-gain * (logEpsilon + log1p(state / epsilon)));
        float y = x * smooth;
        if (power == 0f) {
          y = log1p(y);
        } else if (bias == 0f) {
          y = pow(y, power);
        } else {
          y = biased * expm1(power * log1p(y / bias));
        }
        store(resultPlace, to + t, y);
      }
    }
  }

  void join(int op, int row, int first) {
    int value = code[op + 2];
    int other = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int divide = code[op + 8];
    int from = offset(value, row);
    int by = offset(other, row);
    int n = count(result, row);
    int to = offset(result, row) + bin * n;
    int last = min(first + code[Op.BLOCK], n * bins);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      float x = memory[from + i];
      float y = memory[by + i];
      if (divide == 1) {
        x = x / y;
      } else {
        x = x * y;
      }
      store(resultPlace, to + i, x);
    }
  }
}
