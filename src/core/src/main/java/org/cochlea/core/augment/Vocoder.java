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
    double[] magnitude = later.magnitude;
    double[] cosine = later.cosine;
    double[] sine = later.sine;
    for (int k = 0; k < bins; k++) {
      double re = values[at + k * stride];
      double im = values[at + k * stride + 1];
      double m = Math.sqrt(re * re + im * im);
      double over = m > 0 ? 1 / m : 0;
      magnitude[k] = m;
      cosine[k] = m > 0 ? re * over : 1;
      sine[k] = im * over;
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
    double[] c = phase.cosine;
    double[] s = phase.sine;
    double[] c0 = earlier.cosine;
    double[] s0 = earlier.sine;
    double[] c1 = later.cosine;
    double[] s1 = later.sine;
    for (int k = 0; k < bins; k++) {
      double m = (1 - fraction) * earlier.magnitude[k] + fraction * later.magnitude[k];
      double cosine = c[k];
      double sine = s[k];
      out[at + k * stride] = (float) (m * cosine);
      out[at + k * stride + 1] = (float) (m * sine);
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
    float[] sum = scratch.padded(whole);
    Arrays.fill(sum, 0, whole, 0);
    Fft fft = Fft.of(fftSize);
    float[] block = scratch.block(fftSize + 2);
    float[] window = scratch.kernel(fftSize);
    for (int i = 0; i < fftSize; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / fftSize));
    }
    Vocoder v = scratch.vocoder();
    v.begin(half + 1);
    v.analyse(x, n, 0, frames, hop, fft, window, block);
    v.analyse(x, n, 1, frames, hop, fft, window, block);
    v.startPhase();
    int taken = 1;
    for (int j = 0; j < made; j++) {
      double t = j * rate;
      int i = (int) t;
      for (; taken < i + 1; ) {
        taken++;
        v.analyse(x, n, taken, frames, hop, fft, window, block);
      }
      v.frame(t - i, block, 0, 2);
      block[1] = block[fftSize];
      fft.inverse(block);
      int at = j * hop;
      for (int k = 0; k < fftSize; k++) {
        sum[at + k] += window[k] * block[k];
      }
    }
    int length = (int) Math.min(count, Math.round(n / rate));
    for (int t = 0; t < count; t++) {
      int at = t + half;
      y[t] = t < length && at < whole ? sum[at] / weight(window, fftSize, hop, made, at) : 0;
    }
  }

  private static float weight(float[] window, int size, int hop, int frames, int at) {
    int first = Math.max(0, (at - size) / hop + (at < size ? 0 : 1));
    int last = Math.min(frames - 1, at / hop);
    float sum = 0;
    for (int j = first; j <= last; j++) {
      float w = window[at - j * hop];
      sum += w * w;
    }
    return sum > 1e-10f ? sum : 1;
  }

  /** Takes frame {@code i} of a signal, centred, zeros beyond its ends. */
  private void analyse(
      float[] x, int n, int i, int frames, int hop, Fft fft, float[] window, float[] block) {
    if (i >= frames) {
      takeSilence();
      return;
    }
    int size = fft.size();
    int start = i * hop - size / 2;
    for (int k = 0; k < size; k++) {
      int at = start + k;
      block[k] = at >= 0 && at < n ? window[k] * x[at] : 0;
    }
    fft.forward(block);
    block[size] = block[1];
    block[size + 1] = 0;
    block[1] = 0;
    take(block, 0, 2);
  }
}
