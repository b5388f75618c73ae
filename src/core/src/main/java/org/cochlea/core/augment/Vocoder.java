package org.cochlea.core.augment;

import java.util.Arrays;

/**
 * A phase vocoder, frame by frame: Flanagan and Golden, 1966, as librosa and torchaudio have it.
 * Keeps the magnitudes and directions of the two frames that are interpolated between.
 *
 * <p>Angles are kept as unit vectors, as what is made of them is a turn by the difference of two:
 * {@code φ + d - 2π round(d / 2π)}, {@code d} being the difference less φ, is that difference but
 * for whole turns. So there is no arctangent, sine or cosine, and the hop has no influence.
 */
final class Vocoder {
  /** Of a frame: for every bin its magnitude, and its direction as cosine and sine. */
  private static final class Frame {
    private double[] magnitude = {};
    private double[] cosine = {};
    private double[] sine = {};

    void room(int bins) {
      if (magnitude.length < bins) {
        magnitude = new double[bins];
        cosine = new double[bins];
        sine = new double[bins];
      }
    }

    void silence(int bins) {
      Arrays.fill(magnitude, 0, bins, 0);
      Arrays.fill(cosine, 0, bins, 1);
      Arrays.fill(sine, 0, bins, 0);
    }
  }

  private final Frame phase = new Frame();
  private Frame earlier = new Frame();
  private Frame later = new Frame();
  private int bins;

  /** The window of the signal before: sizes hardly ever change. */
  private float[] window = {};

  private double[] weights = {};
  private double[] padded = {};

  /** Begins a signal of so many bins. */
  void begin(int count) {
    bins = count;
    phase.room(count);
    earlier.room(count);
    later.room(count);
    later.silence(count);
  }

  /** Takes the next frame; the one taken last becomes the earlier of the two. */
  void take(float[] values, int at, int stride) {
    shift();
    double[] cosine = later.cosine;
    double[] sine = later.sine;
    for (int k = 0; k < bins; k++) {
      cosine[k] = values[at + k * stride];
      sine[k] = values[at + k * stride + 1];
    }
    polar(later.magnitude, cosine, sine, bins);
  }

  /** Makes magnitudes and directions of real and imaginary parts; that of zero is the real axis. */
  private static void polar(double[] magnitude, double[] cosine, double[] sine, int bins) {
    for (int k = 0; k < bins; k++) {
      magnitude[k] = Math.sqrt(cosine[k] * cosine[k] + sine[k] * sine[k]);
    }
    // No branches, so that the JIT makes vectors of it. Parts are floats, none below 1e-46.
    for (int k = 0; k < bins; k++) {
      double over = 1 / Math.max(magnitude[k], 1e-100);
      double isZero = 1 - Math.min(1, magnitude[k] * 1e100);
      cosine[k] = cosine[k] * over + isZero;
      sine[k] *= over;
    }
  }

  /** Takes a frame of zeros, as beyond the end. */
  void takeSilence() {
    shift();
    later.silence(bins);
  }

  private void shift() {
    Frame frame = earlier;
    earlier = later;
    later = frame;
  }

  /** Starts from the angles of the earlier frame. */
  void startPhase() {
    System.arraycopy(earlier.cosine, 0, phase.cosine, 0, bins);
    System.arraycopy(earlier.sine, 0, phase.sine, 0, bins);
  }

  /** Writes the frame that lies {@code fraction} after the earlier one, and moves the phase on. */
  void frame(double fraction, float[] out, int at, int stride) {
    double[] magnitude = phase.magnitude;
    mix(magnitude, earlier.magnitude, later.magnitude, fraction, bins);
    double[] c = phase.cosine;
    double[] s = phase.sine;
    for (int k = 0; k < bins; k++) {
      out[at + k * stride] = (float) (magnitude[k] * c[k]);
      out[at + k * stride + 1] = (float) (magnitude[k] * s[k]);
    }
    turn(c, s, earlier.cosine, earlier.sine, later.cosine, later.sine, bins);
  }

  private static void mix(
      double[] magnitude, double[] earlier, double[] later, double fraction, int bins) {
    for (int k = 0; k < bins; k++) {
      magnitude[k] = (1 - fraction) * earlier[k] + fraction * later[k];
    }
  }

  /** Turns directions by what lies between two others. */
  private static void turn(
      double[] c, double[] s, double[] c0, double[] s0, double[] c1, double[] s1, int bins) {
    for (int k = 0; k < bins; k++) {
      double cosine = c[k];
      double sine = s[k];
      double turnCosine = c1[k] * c0[k] + s1[k] * s0[k];
      double turnSine = s1[k] * c0[k] - c1[k] * s0[k];
      c[k] = cosine * turnCosine - sine * turnSine;
      s[k] = cosine * turnSine + sine * turnCosine;
    }
  }

  /**
   * Stretches a signal: {@code round(n / rate)} samples.
   *
   * @param n samples of {@code x}
   * @param y where they go, another array
   * @param count how many to write; beyond the stretched signal there is silence
   */
  static void stretch(
      float[] x, int n, double rate, int fftSize, float[] y, int count, Scratch scratch) {
    if (n == 0) {
      Arrays.fill(y, 0, count, 0);
      return;
    }
    int hop = fftSize / 4;
    int half = fftSize / 2;
    int frames = 1 + n / hop;
    int made = (int) Math.ceil(frames / rate);
    int whole = Math.toIntExact((long) hop * (made - 1) + fftSize);
    double[] sum = scratch.sums(whole);
    Arrays.fill(sum, 0, whole, 0);
    Fft fft = Fft.of(fftSize);
    float[] block = scratch.block(fftSize + 2);
    Vocoder v = scratch.vocoder();
    float[] window = v.window(fftSize);
    v.begin(half + 1);
    v.pad(x, n, half, (frames - 1) * hop + fftSize);
    v.analyse(0, frames, hop, fft, window, block);
    v.analyse(1, frames, hop, fft, window, block);
    v.startPhase();
    int taken = 1;
    for (int j = 0; j < made; j++) {
      double t = j * rate;
      int i = (int) t;
      for (; taken < i + 1; ) {
        taken++;
        v.analyse(taken, frames, hop, fft, window, block);
      }
      v.frame(t - i, block, 0, 2);
      block[1] = block[fftSize];
      fft.inverse(block);
      add(sum, j * hop, window, block, fftSize);
    }
    int length = (int) Math.min(Math.min(count, Math.round(n / rate)), whole - half);
    // Where four windows overlap their squares repeat from hop to hop.
    double[] weights = v.weights(hop);
    int from = Math.min(length, fftSize - half);
    int to = Math.clamp(hop * (made - 1L) + hop - half, from, length);
    for (int i = 0; i < hop && from < to; i++) {
      weights[i] = weight(window, fftSize, hop, made, fftSize + i);
    }
    int t = 0;
    for (; t < from; t++) {
      y[t] = (float) (sum[t + half] / weight(window, fftSize, hop, made, t + half));
    }
    for (int i = 0; t < to; t++, i++) {
      i = i == hop ? 0 : i;
      y[t] = (float) (sum[t + half] / weights[i]);
    }
    for (; t < length; t++) {
      y[t] = (float) (sum[t + half] / weight(window, fftSize, hop, made, t + half));
    }
    Arrays.fill(y, Math.max(0, length), count, 0);
  }

  private static void cut(double[] x, int from, float[] window, float[] block, int size) {
    for (int k = 0; k < size; k++) {
      block[k] = (float) (window[k] * x[from + k]);
    }
  }

  /** What is read and what is written are of two types, or the JIT would not make vectors of it. */
  private static void add(double[] sum, int at, float[] window, float[] block, int size) {
    for (int k = 0; k < size; k++) {
      sum[at + k] += window[k] * block[k];
    }
  }

  private float[] window(int size) {
    if (window.length != size) {
      window = new float[size];
      for (int i = 0; i < size; i++) {
        window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / size));
      }
    }
    return window;
  }

  private double[] weights(int hop) {
    if (weights.length < hop) {
      weights = new double[hop];
    }
    return weights;
  }

  /** Keeps a signal with zeros before and after. */
  private void pad(float[] x, int n, int before, int length) {
    if (padded.length < length) {
      padded = new double[length];
    }
    int count = Math.min(n, length - before);
    Arrays.fill(padded, 0, before, 0);
    for (int i = 0; i < count; i++) {
      padded[before + i] = x[i];
    }
    Arrays.fill(padded, before + count, length, 0);
  }

  private static double weight(float[] window, int size, int hop, int frames, int at) {
    int first = Math.max(0, (at - size) / hop + (at < size ? 0 : 1));
    int last = Math.min(frames - 1, at / hop);
    double sum = 0;
    for (int j = first; j <= last; j++) {
      double w = window[at - j * hop];
      sum += w * w;
    }
    return sum > 1e-10 ? sum : 1;
  }

  /** Takes frame {@code i} of the padded signal. */
  private void analyse(int i, int frames, int hop, Fft fft, float[] window, float[] block) {
    if (i >= frames) {
      takeSilence();
      return;
    }
    int size = fft.size();
    cut(padded, i * hop, window, block, size);
    fft.forward(block);
    block[size] = block[1];
    block[size + 1] = 0;
    block[1] = 0;
    take(block, 0, 2);
  }
}
