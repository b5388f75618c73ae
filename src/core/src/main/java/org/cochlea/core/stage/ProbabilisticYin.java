package org.cochlea.core.stage;

import java.util.Arrays;

/**
 * The fundamental frequency of every frame in Hz, whether it is voiced (1 or 0), and how likely
 * that is: three bins. The troughs of YIN's normalised difference are weighted by how many of many
 * thresholds choose them, and a hidden Markov model of pitch bins, each voiced and unvoiced, finds
 * the likeliest path. Mauch and Dixon, "pYIN: a fundamental frequency estimator using probabilistic
 * threshold distributions", 2014; librosa.pyin.
 *
 * @param sampleRate in Hz, above 0
 * @param minHz above 0
 * @param maxHz above {@code minHz}, at most half the sample rate
 * @param hopLength samples from one frame to the next, at least 1
 * @param thresholds how many, at least 1; 100
 * @param alpha of their beta distribution, above 0; 2
 * @param beta of their beta distribution, above 0; 18
 * @param boltzmann how much earlier troughs are preferred, above 0; 2
 * @param resolution of pitch bins in semitones, in (0, 1); 0.1
 * @param maxTransitionRate octaves per second that a pitch may move, above 0; 35.92
 * @param switchProbability of a change between voiced and unvoiced, in (0, 1); 0.01
 * @param noTroughProbability of the least trough where none is below a threshold, in [0, 1]; 0.01
 * @param unvoiced the frequency returned of unvoiced frames, NaN in librosa; infinite for the one
 *     that was found
 */
public record ProbabilisticYin(
    double sampleRate,
    double minHz,
    double maxHz,
    int hopLength,
    int thresholds,
    double alpha,
    double beta,
    double boltzmann,
    double resolution,
    double maxTransitionRate,
    double switchProbability,
    double noTroughProbability,
    double unvoiced)
    implements Stage.Analysis {
  private static final int BINS = 3;
  private static final double NOTHING = Math.log(Double.MIN_NORMAL);

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public ProbabilisticYin {
    Yin.Difference.requireBand(sampleRate, minHz, maxHz);
    Require.atLeast("hopLength", hopLength, 1);
    Require.atLeast("thresholds", thresholds, 1);
    Require.positive("alpha", alpha);
    Require.positive("beta", beta);
    Require.positive("boltzmann", boltzmann);
    Require.between("resolution", resolution, 0, 1);
    Require.positive("maxTransitionRate", maxTransitionRate);
    Require.between("switchProbability", switchProbability, 0, 1);
    Require.notNegative("noTroughProbability", noTroughProbability);
  }

  @Override
  public Layout apply(Layout in) {
    Require.realFrames(this, in);
    Yin.Difference.requireLength(in.bins(), sampleRate, minHz);
    return Layout.real(BINS);
  }

  @Override
  public double[][] compute(double[][] x, Layout in) {
    int perSemitone = (int) Math.ceil(1 / resolution);
    int pitches = (int) Math.floor(12 * perSemitone * log2(maxHz / minHz)) + 1;
    double[] weights = new double[thresholds];
    for (int i = 0; i < thresholds; i++) {
      weights[i] =
          Beta.cumulative((i + 1.0) / thresholds, alpha, beta)
              - Beta.cumulative((double) i / thresholds, alpha, beta);
    }
    Yin.Difference difference = new Yin.Difference(sampleRate, minHz, maxHz, in.bins());
    double[][] observed = new double[x.length][];
    double[][] y = new double[x.length][BINS];
    for (int t = 0; t < x.length; t++) {
      observed[t] = observe(x[t], difference, weights, perSemitone, pitches);
      y[t][2] = Math.clamp(Arrays.stream(observed[t]).sum(), 0, 1);
    }
    int[] states = path(observed, y, perSemitone, pitches);
    for (int t = 0; t < x.length; t++) {
      boolean voiced = states[t] < pitches;
      double hz = minHz * Math.pow(2, states[t] % pitches / (12.0 * perSemitone));
      y[t][0] = voiced || Double.isInfinite(unvoiced) ? hz : unvoiced;
      y[t][1] = voiced ? 1 : 0;
    }
    return y;
  }

  /** Returns the probability of every pitch bin. */
  private double[] observe(
      double[] frame, Yin.Difference difference, double[] weights, int perSemitone, int pitches) {
    double[] d = difference.normalized(frame);
    int[] troughs = new int[d.length];
    int count = 0;
    int least = 0;
    for (int i = 0; i < d.length; i++) {
      if (Yin.Difference.isTrough(d, i)) {
        least = count == 0 || d[i] < d[troughs[least]] ? count : least;
        troughs[count++] = i;
      }
    }
    double[] probability = new double[count];
    for (int i = 0; i < thresholds && count > 0; i++) {
      double threshold = (i + 1.0) / thresholds;
      int below = 0;
      for (int k = 0; k < count; k++) {
        below += d[troughs[k]] < threshold ? 1 : 0;
      }
      int place = 0;
      for (int k = 0; k < count; k++) {
        if (d[troughs[k]] < threshold) {
          double prior =
              -Math.expm1(-boltzmann)
                  * Math.exp(-boltzmann * place)
                  / -Math.expm1(-boltzmann * below);
          probability[k] += prior * weights[i];
          place++;
        }
      }
      if (!(d[troughs[least]] < threshold)) {
        probability[least] += noTroughProbability * weights[i];
      }
    }
    double[] observed = new double[pitches];
    for (int k = 0; k < count; k++) {
      if (probability[k] != 0) {
        double period =
            difference.shortest() + troughs[k] + PitchTracks.parabolicShift(d, troughs[k]);
        double bin = Math.rint(12 * perSemitone * log2(sampleRate / period / minHz));
        if (bin < pitches) {
          observed[(int) Math.max(0, bin)] = probability[k];
        }
      }
    }
    return observed;
  }

  /** Returns the likeliest states: bin k voiced is k, unvoiced {@code pitches + k}. */
  private int[] path(double[][] observed, double[][] y, int perSemitone, int pitches) {
    int frames = observed.length;
    int[] states = new int[frames];
    if (frames == 0) {
      return states;
    }
    int reach = (int) Math.rint(maxTransitionRate * 12 * hopLength / sampleRate);
    int half = (reach * perSemitone + 1) / 2;
    double[][] transitions = transitions(reach * perSemitone + 1, pitches);
    double[][] staying = ways(transitions, 1 - switchProbability);
    double[][] switching = ways(transitions, switchProbability);
    double[] value = new double[2 * pitches];
    char[][] from = new char[frames][2 * pitches];
    for (int s = 0; s < value.length; s++) {
      value[s] = emission(observed, y, 0, s, pitches) + Math.log(0.5 / pitches + Double.MIN_NORMAL);
    }
    for (int t = 1; t < frames; t++) {
      double[] next = new double[value.length];
      int highest = 0;
      for (int s = 1; s < value.length; s++) {
        highest = value[s] > value[highest] ? s : highest;
      }
      for (int s = 0; s < value.length; s++) {
        int pitch = s % pitches;
        // From afar every way is as unlikely: the likeliest start is the best.
        int best = highest;
        double most = value[highest] + NOTHING;
        for (int other = 0; other < 2; other++) {
          double[] ways = (other == s / pitches ? staying : switching)[pitch];
          int last = Math.min(pitches - 1, pitch + half);
          for (int p = Math.max(0, pitch - half); p <= last; p++) {
            double v = value[other * pitches + p] + ways[p - pitch + half];
            int state = other * pitches + p;
            if (v > most || (v == most && state < best)) {
              most = v;
              best = state;
            }
          }
        }
        next[s] = most + emission(observed, y, t, s, pitches);
        from[t][s] = (char) best;
      }
      value = next;
    }
    int state = 0;
    for (int s = 1; s < value.length; s++) {
      state = value[s] > value[state] ? s : state;
    }
    for (int t = frames - 1; t >= 0; t--) {
      states[t] = state;
      state = from[t][state];
    }
    return states;
  }

  private static double emission(double[][] observed, double[][] y, int t, int s, int pitches) {
    double probability = s < pitches ? observed[t][s] : (1 - y[t][2]) / pitches;
    return Math.log(probability + Double.MIN_NORMAL);
  }

  /** Returns a triangle around every pitch, {@code [pitch][distance + half]}, of sum 1. */
  private static double[][] transitions(int width, int pitches) {
    int half = width / 2;
    double[][] rows = new double[pitches][2 * half + 1];
    for (int i = 0; i < pitches; i++) {
      double sum = 0;
      for (int k = 0; k < width; k++) {
        // Where librosa's centring of an even width puts it.
        int to = (pitches - width) / 2 + k + pitches / 2 + 1 - pitches;
        int n = Math.min(k, width - 1 - k) + 1;
        double w = width % 2 == 1 ? 2.0 * n / (width + 1) : (2.0 * n - 1) / width;
        if (i + to >= 0 && i + to < pitches && Math.abs(to) <= half) {
          rows[i][to + half] = w;
          sum += w;
        }
      }
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] /= sum;
      }
    }
    return rows;
  }

  /** Returns the logarithms of a product, {@code [to][from - to + half]}. */
  private static double[][] ways(double[][] transitions, double probability) {
    int width = transitions[0].length;
    double[][] ways = new double[transitions.length][width];
    for (int to = 0; to < ways.length; to++) {
      for (int k = 0; k < width; k++) {
        int from = to + k - width / 2;
        if (from >= 0 && from < ways.length) {
          double way = transitions[from][width - 1 - k] * probability;
          ways[to][k] = Math.log(way + Double.MIN_NORMAL);
        }
      }
    }
    return ways;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
