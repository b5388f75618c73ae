package org.cochlea.opencl.kernel;

/** Signals, sample by sample, in global memory. */
abstract class SignalSteps extends ProjectionSteps {

  float sample(int place, int from, int n, int at) {
    float x = 0f;
    if (at >= 0 && at < n) {
      x = fetch(place, from + at);
    }
    return x;
  }

  void signal(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int function = code[op + 6];
    int table = code[op + 7];
    int one = code[op + 8];
    int two = code[op + 9];
    int three = code[op + 10];
    int four = code[op + 11];
    int from = offset(value, row);
    int to = offset(result, row);
    int n = count(value, row);
    int last = min(first + code[Op.BLOCK], count(result, row));
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      float y = 0f;
      if (function == Op.SIGNAL_EMPHASIS) {
        float x = fetch(place, from + i);
        if (i > 0) {
          y = x - tables[table] * fetch(place, from + i - 1);
        } else {
          float after = x;
          if (n > 1) {
            after = fetch(place, from + 1);
          }
          y = tables[table + 1] * x + tables[table + 2] * after;
        }
      } else if (function == Op.SIGNAL_PAD) {
        // one: samples before, two: padding
        int at = i - one;
        if (at < 0 || at >= n) {
          at = padded(two, at, n);
        }
        if (at >= 0) {
          y = fetch(place, from + at);
        }
      } else if (function == Op.SIGNAL_RESAMPLE) {
        // one: samples of a period, two: outputs of it, three: taps, four: reach
        int phase = i % two;
        int start = (int) ((((long) i) * one) / two) - four;
        for (int k = 0; k < three; k++) {
          y = y + tables[table + phase * three + k] * sample(place, from, n, start + k);
        }
      } else if (function == Op.SIGNAL_DITHER) {
        // one, two: the seed
        y =
            fetch(place, from + i)
                + tables[table] * normal(one, two, row % rows[Op.CHANNELS], (long) i);
      } else {
        y = apply(function, fetch(place, from + i), tables[table], tables[table + 1]);
      }
      store(resultPlace, to + i, y);
    }
  }

  /**
   * Second-order sections, one after the other. What a section remembers, and what it hands to the
   * next, is the sum of two floats: poles near the unit circle multiply rounding by thousands. A
   * sample needs the one before, so that only one of a group works.
   */
  void sections(int op, int row) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int table = code[op + 8];
    int count = code[op + 9];
    int clamped = code[op + 10];
    int from = offset(value, row);
    int to = offset(result, row);
    int n = count(value, row);
    if (getLocalId(0) == 0) {
      for (int i = 0; i < 4 * count; i++) {
        area[i] = 0f;
      }
      for (int i = 0; i < n; i++) {
        float high = fetch(place, from + i);
        float low = 0f;
        for (int s = 0; s < count; s++) {
          // y = b0 x + z0, z0 = b1 x - a1 y + z1, z1 = b2 x - a2 y
          int at = table + 10 * s;
          float x = high;
          float rest = low;
          float product = tables[at] * x;
          float state = area[4 * s];
          float sum = product + state;
          float part = sum - product;
          float lost = (product - (sum - part)) + (state - part) + area[4 * s + 1];
          lost = lost + lostOf(at, x, rest, product);
          high = sum + lost;
          low = lost - (high - sum);
          product = tables[at + 2] * x;
          float back = tables[at + 6] * high;
          sum = product - back;
          part = sum - product;
          lost = (product - (sum - part)) - (back + part);
          lost = lost + lostOf(at + 2, x, rest, product) - lostOf(at + 6, high, low, back);
          state = area[4 * s + 2];
          float all = sum + state;
          part = all - sum;
          lost = lost + (sum - (all - part)) + (state - part) + area[4 * s + 3];
          sum = all + lost;
          area[4 * s] = sum;
          area[4 * s + 1] = lost - (sum - all);
          product = tables[at + 4] * x;
          back = tables[at + 8] * high;
          sum = product - back;
          part = sum - product;
          lost = (product - (sum - part)) - (back + part);
          lost = lost + lostOf(at + 4, x, rest, product) - lostOf(at + 8, high, low, back);
          all = sum + lost;
          area[4 * s + 2] = all;
          area[4 * s + 3] = lost - (all - sum);
        }
        if (clamped == 1) {
          high = max(-1f, min(high, 1f));
        }
        store(resultPlace, to + i, high);
      }
    }
  }

  /** What a product of sums of two floats has beside that of the first ones. */
  float lostOf(int at, float high, float low, float product) {
    return fma(tables[at], high, -product) + (tables[at + 1] * high + tables[at] * low);
  }

  /** Overlapping frames become a signal. */
  void overlapAdd(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int samples = code[op + 6];
    int hop = code[op + 7];
    int trim = code[op + 8];
    int table = code[op + 9];
    int from = offset(value, row);
    int to = offset(result, row);
    int frames = count(value, row);
    int last = min(first + code[Op.BLOCK], count(result, row));
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int n = i + trim;
      int t = 0;
      if (n >= samples) {
        t = (n - samples) / hop + 1;
      }
      int end = min(n / hop, frames - 1);
      float sum = 0f;
      float weight = 0f;
      while (t <= end) {
        int k = n - t * hop;
        float w = tables[table + k];
        sum = sum + w * fetch(place, from + k * frames + t);
        weight = weight + w * w;
        t = t + 1;
      }
      if (weight > 1e-10f) {
        sum = sum / weight;
      }
      store(resultPlace, to + i, sum);
    }
  }
}
