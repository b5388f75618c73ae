package org.cochlea.core.augment;

import java.util.Arrays;

/**
 * A phase vocoder, frame by frame: Flanagan and Golden, 1966, with the arithmetic of librosa and
 * torchaudio. Keeps the magnitudes and angles of the two frames that are interpolated between.
 */
final class Vocoder {
  private static final double TURN = 2 * Math.PI;

  private double[] phase = {};
  private double[] magnitude0 = {};
  private double[] magnitude1 = {};
  private double[] angle0 = {};
  private double[] angle1 = {};
  private int bins;
  private double advance;

  /**
   * Begins a signal.
   *
   * @param count bins of a frame
   * @param hop samples from one frame to the next
   */
  void begin(int count, int hop) {
    bins = count;
    // The angle of bin k from one frame to the next: 2π k hop / size, size = 2 (bins - 1).
    advance = count < 2 ? 0 : Math.PI * hop / (count - 1);
    if (phase.length < count) {
      phase = new double[count];
      magnitude0 = new double[count];
      magnitude1 = new double[count];
      angle0 = new double[count];
      angle1 = new double[count];
    }
    Arrays.fill(magnitude1, 0, count, 0);
    Arrays.fill(angle1, 0, count, 0);
  }

  /** Takes the next frame; the one taken last becomes the earlier of the two. */
  void take(float[] values, int at, int stride) {
    shift();
    for (int k = 0; k < bins; k++) {
      double re = values[at + k * stride];
      double im = values[at + k * stride + 1];
      magnitude1[k] = Math.sqrt(re * re + im * im);
      angle1[k] = Math.atan2(im, re);
    }
  }

  /** Takes a frame of zeros, as beyond the end. */
  void takeSilence() {
    shift();
    Arrays.fill(magnitude1, 0, bins, 0);
    Arrays.fill(angle1, 0, bins, 0);
  }

  private void shift() {
    double[] m = magnitude0;
    magnitude0 = magnitude1;
    magnitude1 = m;
    double[] a = angle0;
    angle0 = angle1;
    angle1 = a;
  }

  /** Starts from the angles of the earlier frame. */
  void startPhase() {
    System.arraycopy(angle0, 0, phase, 0, bins);
  }

  /** Writes the frame that lies {@code fraction} after the earlier one, and moves the phase on. */
  void frame(double fraction, float[] out, int at, int stride) {
    for (int k = 0; k < bins; k++) {
      double m = (1 - fraction) * magnitude0[k] + fraction * magnitude1[k];
      out[at + k * stride] = (float) (m * Math.cos(phase[k]));
      out[at + k * stride + 1] = (float) (m * Math.sin(phase[k]));
      double expected = advance * k;
      double deviation = angle1[k] - angle0[k] - expected;
      deviation -= TURN * Math.rint(deviation / TURN);
      double next = phase[k] + expected + deviation;
      phase[k] = next - TURN * Math.rint(next / TURN);
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
      window[i] = (float) (0.5 - 0.5 * Math.cos(TURN * i / fftSize));
    }
    Vocoder v = scratch.vocoder();
    v.begin(half + 1, hop);
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
