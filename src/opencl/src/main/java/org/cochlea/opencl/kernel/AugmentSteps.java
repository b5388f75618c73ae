package org.cochlea.opencl.kernel;

/**
 * Augmentation of rows of samples, or of features, in global memory.
 *
 * <p>A value is computed from its end: the steps that move values are walked backwards from the
 * place where it comes out to the place where it was, or to what it was filled with; then those
 * that change values are walked forwards. So a chain of any steps reads and writes a value once.
 * What a step must know of the whole row (a peak, a mean) comes from a pass before, as one sum for
 * every block.
 *
 * <p>Where the host works in double and a result is rounded to a whole number, a factor is the sum
 * of two floats, and {@code fma} gives what a product loses.
 */
abstract class AugmentSteps extends StatisticSteps {

  /** Works out what the steps of a row must know: two numbers for each. */
  void augmentKnow(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    int count = rows[entry + 7];
    for (int s = getLocalId(0); s < count; s += getLocalSize(0)) {
      int step = rows[entry + 6] + Op.STEP * s;
      if (rows[step + Op.STEP_PARTIALS] > 0) {
        know(step, s);
      }
    }
  }

  float sumOf(int from, int partials) {
    float sum = 0f;
    for (int i = 0; i < partials; i++) {
      sum = sum + memory[from + 3 * i];
    }
    return sum;
  }

  // Aparapi does not read an `if` that ends a branch of another: hence functions this small. And it
  // writes a function before what calls it only if calls are as deep elsewhere: padded() is one
  // call
  // less deep than muLaw().

  float overPeak(float peak, int loud) {
    float y = 1f;
    if (peak > 0f && (loud == 0 || peak > 1f)) {
      y = 1f / peak;
    }
    return y;
  }

  float ratio(float x, float by, float otherwise) {
    float y = otherwise;
    if (by > 0f) {
      y = x / by;
    }
    return y;
  }

  float restored(float before, float after) {
    float y = 1f;
    if (before > 1e-9f) {
      y = before / after;
    }
    return y;
  }

  /** The root mean square of the other row of a step. */
  float otherLevel(int step) {
    int length = rows[step + 2];
    int partials = (length + code[Op.BLOCK] - 1) / code[Op.BLOCK];
    return sqrt(sumOf(rows[step + Op.STEP_OTHER], partials) / length);
  }

  void know(int step, int s) {
    int kind = rows[step];
    int from = rows[step + Op.STEP_PARTIAL];
    int partials = rows[step + Op.STEP_PARTIALS];
    float factor = drawn[rows[step + Op.STEP_NUMBERS]];
    float mean = sumOf(from, partials) / rows[step + Op.STEP_COUNT];
    float least = memory[from + 1];
    float greatest = memory[from + 2];
    for (int i = 1; i < partials; i++) {
      if (memory[from + 3 * i + 1] < least) {
        least = memory[from + 3 * i + 1];
      }
      if (memory[from + 3 * i + 2] > greatest) {
        greatest = memory[from + 3 * i + 2];
      }
    }
    // Of samples the mean is that of their squares.
    float level = sqrt(mean);
    float known = mean;
    if (kind == Op.WAVE_PEAK) {
      known = overPeak(max(greatest, -least), rows[step + 2]);
    } else if (kind == Op.WAVE_RMS) {
      known = ratio(factor, level, 1f);
    } else if (kind == Op.WAVE_ADD) {
      known = level * factor;
    } else if (kind == Op.WAVE_MIX) {
      known = ratio(level * factor, otherLevel(step), 0f);
    } else if (kind == Op.WAVE_RESTORE) {
      known = restored(otherLevel(step), level);
    } else if (kind == Op.PICTURE_NOISE) {
      known = mean * factor;
    } else if (kind == Op.PICTURE_OVER_GREATEST) {
      known = greatest;
    } else if (kind == Op.PICTURE_POWER || rows[step + 4] == Op.FILL_LEAST) {
      known = least;
    }
    area[2 * s] = known;
    area[2 * s + 1] = greatest - least;
  }

  // ---- samples
  // -----------------------------------------------------------------------------------

  void augmentWave(int op, int row, int first) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    int steps = rows[entry + 6];
    int count = rows[entry + 7];
    int last = min(first + code[Op.BLOCK], rows[entry + 5]);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int at = waveBack(steps, count, 0, i);
      int s = 0;
      float x = 0f;
      if (at < 0) {
        s = -at;
      } else {
        x = fetch(rows[entry], rows[entry + 1] + at);
      }
      while (s < count) {
        x = waveStep(steps, s, count, i, x);
        s = s + 1;
      }
      area[Op.VALUES_AT + i - first] = x;
      store(rows[entry + 3], rows[entry + 4] + i, x);
    }
  }

  int inside(int i, int from, int to) {
    int y = 0;
    if (i >= from && i < to) {
      y = 1;
    }
    return y;
  }

  /** The place, or -1 - s where step s has filled it. */
  int unless(int filled, int place, int s) {
    int y = place;
    if (filled == 1) {
      y = -1 - s;
    }
    return y;
  }

  int rolled(int place, int length) {
    int y = place;
    if (place < 0) {
      y = place + length;
    }
    return y;
  }

  int extended(int padding, int place, int length, int s) {
    int at = place;
    if (inside(place, 0, length) == 0) {
      at = padded(padding, place, length);
    }
    if (at < 0) {
      at = -1 - s;
    }
    return at;
  }

  /** Walks back over the steps [to, from): a place, or -1 - s where step s made it silence. */
  int waveBack(int steps, int from, int to, int place) {
    int at = place;
    int s = from - 1;
    while (s >= to && at >= 0) {
      int step = steps + Op.STEP * s;
      int kind = rows[step];
      int length = rows[step + 1];
      int first = rows[step + 2];
      if (kind == Op.WAVE_ROLL) {
        at = rolled(at - first, length);
      } else if (kind == Op.WAVE_MOVE) {
        at = unless(1 - inside(at - first, 0, length), at - first, s);
      } else if (kind == Op.WAVE_REVERSE) {
        at = length - 1 - at;
      } else if (kind == Op.WAVE_SILENCE) {
        at = unless(inside(at, first, rows[step + 3]), at, s);
      } else if (kind == Op.WAVE_CROP) {
        at = at + first;
      } else if (kind == Op.WAVE_EXTEND) {
        at = extended(rows[step + 3], at - first, length, s);
      }
      s = s - 1;
    }
    return at;
  }

  float waveStep(int steps, int s, int count, int i, float x) {
    int step = steps + Op.STEP * s;
    int kind = rows[step];
    int first = rows[step + 2];
    int second = rows[step + 3];
    int numbers = rows[step + Op.STEP_NUMBERS];
    float y = x;
    if (kind == Op.WAVE_SCALE) {
      y = product(x, numbers);
    } else if (kind == Op.WAVE_PEAK || kind == Op.WAVE_RMS || kind == Op.WAVE_RESTORE) {
      y = x * area[2 * s];
    } else if (kind == Op.WAVE_NOISE) {
      int at = waveBack(steps, count, s + 1, i);
      y = x + drawn[numbers] * normal(rows[step + 4], rows[step + 5], first, (long) at);
    } else if (kind == Op.WAVE_ADD) {
      int at = waveBack(steps, count, s + 1, i);
      y = sum(x, area[2 * s], drawn[first + (rows[step + 4] + at) % second]);
    } else if (kind == Op.WAVE_MIX) {
      int at = waveBack(steps, count, s + 1, i);
      y = sum(x, area[2 * s], fetch(rows[step + 6], rows[step + 7] + at % first));
    } else if (kind == Op.WAVE_CRUSH) {
      y = wholeProduct(x, numbers) / drawn[numbers + 2];
    } else if (kind == Op.WAVE_CODEC) {
      y = coded(first, wholeProduct(x, numbers)) / 32768f;
    } else if (kind == Op.WAVE_CLIP) {
      y = min(max(x, memory[second]), memory[second + 1]);
    } else if (kind == Op.WAVE_TANH) {
      y = tanh(x * (0.5f / (memory[second] + 1e-6f)));
    }
    return y;
  }

  float sum(float x, float amount, float more) {
    float y = x;
    if (amount > 0f) {
      y = x + amount * more;
    }
    return y;
  }

  /** The product with a sum of two floats. */
  float product(float x, int numbers) {
    float y = x * drawn[numbers];
    float lost = fma(x, drawn[numbers], -y) + x * drawn[numbers + 1];
    if (notANumber(lost) == 0) {
      y = y + lost;
    }
    return y;
  }

  /** The product with a sum of two floats, rounded to a whole number, halves to even. */
  float wholeProduct(float x, int numbers) {
    float product = x * drawn[numbers];
    float lost = fma(x, drawn[numbers], -product) + x * drawn[numbers + 1];
    float whole = rint(product);
    float rest = (product - whole) + lost;
    if (rest > 0.5f) {
      whole = whole + 1f;
    }
    if (rest < -0.5f) {
      whole = whole - 1f;
    }
    return whole;
  }

  /** A sample there and back through G.711. */
  float coded(int law, float whole) {
    int sample = (int) min(max(whole, -32768f), 32767f);
    int back = 0;
    if (law == 0) {
      back = muLaw(sample >> 2);
    } else {
      back = aLaw(sample >> 3);
    }
    return (float) back;
  }

  int muLaw(int value) {
    int magnitude = value;
    if (value < 0) {
      magnitude = -value;
    }
    magnitude = min(magnitude, 8158) + 33;
    int exponent = 0;
    while ((magnitude >> (exponent + 6)) != 0) {
      exponent = exponent + 1;
    }
    int mantissa = (magnitude >> (exponent + 1)) & 15;
    int back = (((mantissa << 3) + 132) << exponent) - 132;
    if (value < 0) {
      back = -back;
    }
    return back;
  }

  int aLaw(int value) {
    int magnitude = value;
    if (value < 0) {
      magnitude = -value - 1;
    }
    int exponent = 0;
    while ((magnitude >> (exponent + 5)) != 0) {
      exponent = exponent + 1;
    }
    int level = ((magnitude >> max(exponent, 1)) & 15) << 4;
    int back = level + 8;
    if (exponent > 0) {
      back = (level + 264) << (exponent - 1);
    }
    if (value < 0) {
      back = -back;
    }
    return back;
  }

  // ---- percentiles
  // -------------------------------------------------------------------------------

  // What is left of the range lies in local memory: above the first number, up to the second; then
  // how many values are up to the first, and up to the second, and 1 where nothing is left to
  // halve.

  float ranked(int entry, int i) {
    float x = fetch(rows[entry], rows[entry + 1] + i);
    if (rows[entry + 7] == 1) {
      x = abs(x);
    }
    return x;
  }

  void percentileRange(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    float least = ranked(entry, 0);
    float greatest = least;
    for (int i = getLocalId(0); i < rows[entry + 2]; i += getLocalSize(0)) {
      float x = ranked(entry, i);
      least = min(least, x);
      greatest = max(greatest, x);
    }
    area[Op.VALUES_AT + 2 * getLocalId(0)] = least;
    area[Op.VALUES_AT + 2 * getLocalId(0) + 1] = greatest;
  }

  void percentileStart(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    if (getLocalId(0) == 0) {
      float least = area[Op.VALUES_AT];
      float greatest = area[Op.VALUES_AT + 1];
      for (int i = 1; i < getLocalSize(0); i++) {
        least = min(least, area[Op.VALUES_AT + 2 * i]);
        greatest = max(greatest, area[Op.VALUES_AT + 2 * i + 1]);
      }
      area[0] = least - 1f - abs(least);
      area[1] = greatest;
      area[2] = 0f;
      area[3] = (float) rows[entry + 2];
      area[4] = 0f;
    }
  }

  void percentileCount(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    if (area[4] == 0f) {
      float middle = 0.5f * area[0] + 0.5f * area[1];
      int count = 0;
      for (int i = getLocalId(0); i < rows[entry + 2]; i += getLocalSize(0)) {
        if (ranked(entry, i) <= middle) {
          count = count + 1;
        }
      }
      area[Op.VALUES_AT + getLocalId(0)] = (float) count;
    }
  }

  void percentileHalve(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    if (area[4] == 0f && getLocalId(0) == 0) {
      int count = 0;
      for (int i = 0; i < getLocalSize(0); i++) {
        count = count + (int) area[Op.VALUES_AT + i];
      }
      float middle = 0.5f * area[0] + 0.5f * area[1];
      int side = 0;
      if (count > rows[entry + 3]) {
        side = 1;
      }
      area[side] = middle;
      area[2 + side] = (float) count;
      float next = 0.5f * area[0] + 0.5f * area[1];
      if (area[3] - area[2] <= 1f || next <= area[0] || next >= area[1]) {
        area[4] = 1f;
      }
    }
  }

  void percentileNext(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    float low = area[0];
    float high = area[1];
    float first = high;
    float second = 3.4e38f;
    for (int i = getLocalId(0); i < rows[entry + 2]; i += getLocalSize(0)) {
      float x = ranked(entry, i);
      if (x > low && x < first) {
        first = x;
      }
      if (x > high && x < second) {
        second = x;
      }
    }
    area[Op.VALUES_AT + 2 * getLocalId(0)] = first;
    area[Op.VALUES_AT + 2 * getLocalId(0) + 1] = second;
  }

  void percentileStore(int op, int row) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    if (getLocalId(0) == 0) {
      float first = area[Op.VALUES_AT];
      float second = area[Op.VALUES_AT + 1];
      for (int i = 1; i < getLocalSize(0); i++) {
        first = min(first, area[Op.VALUES_AT + 2 * i]);
        second = min(second, area[Op.VALUES_AT + 2 * i + 1]);
      }
      float fraction = drawn[rows[entry + 8]];
      float y = first;
      // The next rank is another value where no more are up to this one.
      if (fraction > 0f && (int) area[3] <= rows[entry + 3] + 1) {
        y = first + fraction * (second - first);
      }
      memory[rows[entry + 4]] = y;
    }
  }

  // ---- features
  // ----------------------------------------------------------------------------------

  void augmentPicture(int op, int row, int first) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    int bins = code[op + 3];
    int parts = code[op + 4];
    int place = rows[entry];
    int from = rows[entry + 1];
    int frames = rows[entry + 2];
    int steps = rows[entry + 6];
    int count = rows[entry + 7];
    int width = frames * parts;
    int last = min(first + code[Op.BLOCK], rows[entry + 5]);
    int begin = 0;
    if (count > 0 && rows[steps] == Op.PICTURE_STRETCH) {
      begin = 1;
    }
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      int k = i / width;
      int t = (i - k * width) / parts;
      int at = pictureBack(steps, count, begin, k, t, frames);
      int s = begin;
      float x = 0f;
      if (at < 0) {
        s = -1 - at;
        int step = steps + Op.STEP * s;
        x = drawn[rows[step + Op.STEP_NUMBERS]];
        if (rows[step + Op.STEP_PARTIALS] > 0) {
          x = area[2 * s];
        }
        s = s + 1;
      } else if (begin == 1) {
        x = stretched(steps, place, from, bins, frames, k, at);
      } else {
        x = fetch(place, from + i + (at - t) * parts);
      }
      while (s < count) {
        x = pictureStep(steps, s, count, frames, k, t, x);
        s = s + 1;
      }
      area[Op.VALUES_AT + i - first] = x;
      store(rows[entry + 3], rows[entry + 4] + i, x);
    }
  }

  /** Whether a value is in the box of a step. */
  int box(int step, int k, int t) {
    return inside(k, rows[step + 2], rows[step + 3]) * inside(t, rows[step + 4], rows[step + 5]);
  }

  /** Walks back over the steps [to, from): a frame, or -1 - s where step s filled it. */
  int pictureBack(int steps, int from, int to, int k, int frame, int frames) {
    int t = frame;
    int s = from - 1;
    while (s >= to && t >= 0) {
      int step = steps + Op.STEP * s;
      int kind = rows[step];
      int first = rows[step + 2];
      int second = rows[step + 3];
      if (kind == Op.PICTURE_FILL_FRAMES) {
        t = unless(inside(t, first, second), t, s);
      } else if (kind == Op.PICTURE_FILL_BINS) {
        t = unless(inside(k, first, second), t, s);
      } else if (kind == Op.PICTURE_FILL_BOX) {
        t = unless(box(step, k, t), t, s);
      } else if (kind == Op.PICTURE_ROLL) {
        t = rolled(t - first, frames);
      } else if (kind == Op.PICTURE_FLIP) {
        t = frames - 1 - t;
      }
      s = s - 1;
    }
    return t;
  }

  /** Between two frames, and between two bins: tables of whole parts and fractions. */
  float stretched(int step, int place, int from, int bins, int frames, int k, int t) {
    int alongTable = rows[step + 2];
    int upTable = rows[step + 3];
    int left = t;
    int right = t;
    float along = 0f;
    if (alongTable >= 0) {
      left = (int) drawn[alongTable + 2 * t];
      right = min(left + 1, frames - 1);
      along = drawn[alongTable + 2 * t + 1];
    }
    int low = k;
    int high = k;
    float up = 0f;
    if (upTable >= 0) {
      low = (int) drawn[upTable + 2 * k];
      high = min(low + 1, bins - 1);
      up = drawn[upTable + 2 * k + 1];
    }
    float a = fetch(place, from + low * frames + left);
    float below = a + along * (fetch(place, from + low * frames + right) - a);
    float y = below;
    if (upTable >= 0) {
      float b = fetch(place, from + high * frames + left);
      float above = b + along * (fetch(place, from + high * frames + right) - b);
      y = below + up * (above - below);
    }
    return y;
  }

  float pictureStep(int steps, int s, int count, int frames, int k, int frame, float x) {
    int step = steps + Op.STEP * s;
    int kind = rows[step];
    int first = rows[step + 2];
    int second = rows[step + 3];
    int numbers = rows[step + Op.STEP_NUMBERS];
    int t = pictureBack(steps, count, s + 1, k, frame, frames);
    float known = area[2 * s];
    float y = x;
    if (kind == Op.PICTURE_AFFINE) {
      y = drawn[numbers] * x + drawn[numbers + 1];
    } else if (kind == Op.PICTURE_POWER) {
      y = raised(x - known, area[2 * s + 1], drawn[numbers]);
    } else if (kind == Op.PICTURE_NOISE) {
      float more = uniform(rows[step + 4], rows[step + 5], rows[step + 6], (long) k * frames + t);
      y = x + inside(k, first, second) * ((more + 9f) * known);
    } else if (kind == Op.PICTURE_ATTENUATE) {
      y = x * (1f - drawn[numbers] * min((float) k / first, 1f));
    } else if (kind == Op.PICTURE_OVER_GREATEST) {
      y = ratio(x, known, x);
    } else if (kind == Op.PICTURE_MIXUP) {
      y = drawn[numbers] * x + drawn[numbers + 1] * other(step, k, t);
    } else if (kind == Op.PICTURE_PASTE) {
      y = pasted(box(step, k, t), other(step, k, t), x);
    }
    return y;
  }

  /** Another clip's value: where it is shorter it is repeated. */
  float other(int step, int k, int t) {
    int length = rows[step + 1];
    return fetch(rows[step + 6], rows[step + 7] + k * length + t % length);
  }

  float pasted(int in, float other, float x) {
    float y = x;
    if (in == 1) {
      y = other;
    }
    return y;
  }

  /** A power of the part of a range. */
  float raised(float x, float range, float exponent) {
    float y = 0f;
    if (range > 0f) {
      y = pow(x / range, exponent);
    }
    return y;
  }

  // ---- what later passes must know
  // ---------------------------------------------------------------

  /** Sums of values (or of their squares), least and greatest, in parts of a block. */
  void augmentParts(int op, int row, int first) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    int squares = code[op + 3];
    int n = min(code[Op.BLOCK], rows[entry + 5] - first);
    if (rows[entry + 8] >= 0) {
      for (int part = getLocalId(0); part < Op.PARTS; part += getLocalSize(0)) {
        float sum = 0f;
        float least = area[Op.VALUES_AT + min(part, n - 1)];
        float greatest = least;
        for (int i = part; i < n; i += Op.PARTS) {
          float x = area[Op.VALUES_AT + i];
          if (x < least) {
            least = x;
          }
          if (x > greatest) {
            greatest = x;
          }
          if (squares == 1) {
            x = x * x;
          }
          sum = sum + x;
        }
        int to = Op.PARTS_AT + 3 * part;
        area[to] = sum;
        area[to + 1] = least;
        area[to + 2] = greatest;
      }
    }
  }

  void augmentStore(int op, int row, int first) {
    int entry = rows[code[op + 2]] + Op.ENTRY * row;
    if (rows[entry + 8] >= 0 && getLocalId(0) == 0) {
      float sum = 0f;
      float least = area[Op.PARTS_AT + 1];
      float greatest = area[Op.PARTS_AT + 2];
      for (int part = 0; part < Op.PARTS; part++) {
        int from = Op.PARTS_AT + 3 * part;
        sum = sum + area[from];
        if (area[from + 1] < least) {
          least = area[from + 1];
        }
        if (area[from + 2] > greatest) {
          greatest = area[from + 2];
        }
      }
      int to = rows[entry + 8] + 3 * (first / code[Op.BLOCK]);
      memory[to] = sum;
      memory[to + 1] = least;
      memory[to + 2] = greatest;
    }
  }
}
