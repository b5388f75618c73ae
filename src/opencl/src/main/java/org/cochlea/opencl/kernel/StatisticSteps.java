package org.cochlea.opencl.kernel;

/**
 * Statistics of lines (a bin of a row), joined to those of a scope, and what is done with them.
 * Every sum is cut in {@link Op#PARTS} parts, so that a group of any size gives the same bits.
 */
abstract class StatisticSteps extends ClipSteps {

  /** Sums, least and largest values of the parts of a line: three times PARTS elements. */
  void lineSums(int op, int row, int k) {
    int value = code[op + 2];
    int place = code[op + 3];
    int n = count(value, row);
    int from = offset(value, row) + k * n;
    for (int part = getLocalId(0); part < Op.PARTS; part += getLocalSize(0)) {
      float sum = 0f;
      float least = 0f;
      float largest = 0f;
      if (part < n) {
        least = fetch(place, from + part);
        largest = least;
      }
      for (int t = part; t < n; t += Op.PARTS) {
        float x = fetch(place, from + t);
        sum = sum + x;
        if (x < least) {
          least = x;
        }
        if (x > largest) {
          largest = x;
        }
      }
      area[part] = sum;
      area[Op.PARTS + part] = least;
      area[2 * Op.PARTS + part] = largest;
    }
  }

  /** The sums of squares of the parts of a line, around its mean. */
  void lineSquares(int op, int row, int k) {
    int value = code[op + 2];
    int place = code[op + 3];
    int n = count(value, row);
    int from = offset(value, row) + k * n;
    for (int part = getLocalId(0); part < Op.PARTS; part += getLocalSize(0)) {
      float mean = totalOf(0, 1, 0) / n;
      float squares = 0f;
      for (int t = part; t < n; t += Op.PARTS) {
        float d = fetch(place, from + t) - mean;
        squares = squares + d * d;
      }
      area[3 * Op.PARTS + part] = squares;
    }
  }

  void lineStore(int op, int row, int k) {
    int value = code[op + 2];
    int statistics = code[op + 4];
    int bins = code[op + 5];
    int n = count(value, row);
    int to = offset(statistics, 0) + (row * bins + k) * Op.STATISTICS;
    if (getLocalId(0) == 0) {
      float least = area[Op.PARTS];
      float largest = area[2 * Op.PARTS];
      for (int part = 1; part < min(n, Op.PARTS); part++) {
        if (area[Op.PARTS + part] < least) {
          least = area[Op.PARTS + part];
        }
        if (area[2 * Op.PARTS + part] > largest) {
          largest = area[2 * Op.PARTS + part];
        }
      }
      float mean = 0f;
      float squares = 0f;
      if (n > 0) {
        mean = totalOf(0, 1, 0) / n;
        squares = totalOf(3 * Op.PARTS, 1, 0);
      }
      if (notANumber(mean) == 1) {
        // Comparisons pass over what is not a number.
        least = mean;
        largest = mean;
      }
      memory[to] = n;
      memory[to + 1] = mean;
      memory[to + 2] = squares;
      memory[to + 3] = least;
      memory[to + 4] = largest;
    }
  }

  /** Joins statistics to those in local memory, after Chan, Golub and LeVeque. */
  void merge(int into, float more, float mean, float squares, float least, float largest) {
    if (more > 0f) {
      float n = area[into];
      float all = n + more;
      float difference = mean - area[into + 1];
      area[into] = all;
      area[into + 1] = area[into + 1] + difference * more / all;
      area[into + 2] = area[into + 2] + squares + difference * difference * n * more / all;
      if (n == 0f || least < area[into + 3]) {
        area[into + 3] = least;
      }
      if (n == 0f || largest > area[into + 4]) {
        area[into + 4] = largest;
      }
    }
  }

  /** Which scope an item belongs to: its line, its row, its clip, or one for all. */
  int scopeOf(int which, int row, int line) {
    int scope = 0;
    if (which == 0) {
      scope = line;
    } else if (which == 1) {
      scope = row;
    } else if (which == 2) {
      scope = row / rows[Op.CHANNELS];
    }
    return scope;
  }

  /** Joins the statistics of a scope's lines, in parts. */
  void scopeParts(int op, int row, int line) {
    int statistics = code[op + 2];
    int which = code[op + 3];
    int bins = code[op + 4];
    int lines = 1;
    if (which == 1) {
      lines = bins;
    } else if (which == 2) {
      lines = bins * rows[Op.CHANNELS];
    } else if (which == 3) {
      lines = bins * rows[Op.ROWS];
    }
    int from = offset(statistics, 0) + scopeOf(which, row, line) * lines * Op.STATISTICS;
    for (int part = getLocalId(0); part < Op.PARTS; part += getLocalSize(0)) {
      int into = Op.STATISTICS * part;
      for (int i = 0; i < Op.STATISTICS; i++) {
        area[into + i] = 0f;
      }
      for (int i = part; i < lines; i += Op.PARTS) {
        int at = from + i * Op.STATISTICS;
        merge(into, memory[at], memory[at + 1], memory[at + 2], memory[at + 3], memory[at + 4]);
      }
    }
  }

  /** Joins the parts to what a scope is normalised by: in memory, or for this group alone. */
  void scope(int op, int line) {
    int result = code[op + 2];
    int centre = code[op + 3];
    int spread = code[op + 4];
    float epsilon = tables[code[op + 5]];
    if (getLocalId(0) == 0) {
      for (int part = 1; part < Op.PARTS; part++) {
        int at = Op.STATISTICS * part;
        merge(0, area[at], area[at + 1], area[at + 2], area[at + 3], area[at + 4]);
      }
      float mean = area[1];
      float least = area[3];
      float largest = area[4];
      if (notANumber(mean) == 1) {
        least = mean;
        largest = mean;
      }
      float middle = centreOf(centre, mean, least, largest);
      float by = divisor(spread, area[0], area[2], least, largest, middle, epsilon);
      if (result < 0) {
        area[Op.STATISTICS * Op.PARTS] = middle;
        area[Op.STATISTICS * Op.PARTS + 1] = by;
      } else {
        int to = offset(result, 0) + 2 * line;
        memory[to] = middle;
        memory[to + 1] = by;
      }
    }
  }

  float centreOf(int centre, float mean, float least, float largest) {
    float result = 0f;
    if (centre == 1) {
      result = mean;
    } else if (centre == 2) {
      result = least;
    } else if (centre == 3) {
      result = largest;
    }
    return result;
  }

  float divisor(
      int spread, float n, float squares, float least, float largest, float middle, float epsilon) {
    float result = 1f;
    if (spread == 1) {
      result = sqrt(squares / n) + epsilon;
    } else if (spread == 2) {
      result = epsilon;
      if (n > 1f) {
        result = sqrt(squares / (n - 1f)) + epsilon;
      }
    } else if (spread == 3) {
      result = sqrt(squares / n + epsilon);
    } else if (spread == 4) {
      result = largest - least + epsilon;
    } else if (spread == 5) {
      float up = abs(largest - middle);
      float down = abs(least - middle);
      if (down > up) {
        up = down;
      }
      result = up + epsilon;
    }
    return result;
  }

  float normalized(float x, float middle, float by) {
    float y = 0f;
    if (by != 0f) {
      y = (x - middle) / by;
    }
    return y;
  }

  /** Normalises by a scope, or limits the range from below by its maximum. */
  void applyScope(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int scopes = code[op + 8];
    int which = code[op + 9];
    int range = code[op + 10];
    int from = offset(value, row);
    int n = count(value, row);
    int to = offset(result, row) + bin * n;
    int last = min(first + code[Op.BLOCK], n * bins);
    for (int i = first + getLocalId(0); i < last; i += getLocalSize(0)) {
      float middle = 0f;
      float by = 0f;
      if (scopes < 0) {
        middle = area[Op.STATISTICS * Op.PARTS];
        by = area[Op.STATISTICS * Op.PARTS + 1];
      } else {
        int at = offset(scopes, 0) + 2 * scopeOf(which, row, row * bins + i / n);
        middle = memory[at];
        by = memory[at + 1];
      }
      float x = fetch(place, from + i);
      float y = x;
      if (range >= 0) {
        float bottom = middle - tables[range];
        if (x < bottom || notANumber(bottom) == 1) {
          y = bottom;
        }
      } else {
        y = normalized(x, middle, by);
      }
      store(resultPlace, to + i, y);
    }
  }

  /** The same where every frame is a scope. */
  void frameStatistics(int op, int row, int first) {
    int value = code[op + 2];
    int place = code[op + 3];
    int result = code[op + 4];
    int resultPlace = code[op + 5];
    int bins = code[op + 6];
    int bin = code[op + 7];
    int centre = code[op + 8];
    int spread = code[op + 9];
    float parameter = tables[code[op + 10]];
    int from = offset(value, row);
    int n = count(value, row);
    int to = offset(result, row) + bin * n;
    int last = min(first + code[Op.BLOCK], n);
    for (int t = first + getLocalId(0); t < last; t += getLocalSize(0)) {
      float least = fetch(place, from + t);
      float largest = least;
      float sum = 0f;
      for (int k = 0; k < bins; k++) {
        float x = fetch(place, from + k * n + t);
        sum = sum + x;
        if (x < least) {
          least = x;
        }
        if (x > largest) {
          largest = x;
        }
      }
      float mean = sum / bins;
      if (notANumber(mean) == 1) {
        least = mean;
        largest = mean;
      }
      float squares = 0f;
      for (int k = 0; k < bins; k++) {
        float d = fetch(place, from + k * n + t) - mean;
        squares = squares + d * d;
      }
      float middle = centreOf(centre, mean, least, largest);
      float by = divisor(spread, (float) bins, squares, least, largest, middle, parameter);
      for (int k = 0; k < bins; k++) {
        float x = fetch(place, from + k * n + t);
        float y = x;
        if (spread < 0) {
          if (x < largest - parameter) {
            y = largest - parameter;
          }
        } else {
          y = normalized(x, middle, by);
        }
        store(resultPlace, to + k * n + t, y);
      }
    }
  }
}
