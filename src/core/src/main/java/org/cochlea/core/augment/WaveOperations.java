package org.cochlea.core.augment;

import java.util.Arrays;
import org.cochlea.core.signal.Biquad;
import org.cochlea.core.signal.G711;
import org.cochlea.core.signal.Loudness;
import org.cochlea.core.stage.Padding;

/** What the augmentations of a waveform do: float32 samples, sums and gains in double. */
final class WaveOperations {
  private WaveOperations() {}

  /**
   * Applies a transform to one clip.
   *
   * @param slot where its draws begin
   */
  static void run(
      WaveAugmentation transform, Signal s, Draws d, int item, int slot, Scratch scratch) {
    double[] t = d.table();
    switch (transform) {
      case WaveAugmentation.PeakNormalization a
          when a.chance().mode() != Chance.Mode.PER_CHANNEL -> {
        if (t[d.row(item, 0) + slot] != 0) {
          double peak = 0;
          for (int c = 0; c < s.channels(); c++) {
            peak = Math.max(peak, peak(s, c));
          }
          normalizePeak(a, s, 0, s.channels(), peak);
        }
      }
      case WaveAugmentation.RmsNormalization a
          when a.chance().mode() != Chance.Mode.PER_CHANNEL -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          double squares = 0;
          for (int c = 0; c < s.channels(); c++) {
            double rms = rms(s, c);
            squares += rms * rms / s.channels();
          }
          normalizeRms(s, 0, s.channels(), Math.sqrt(squares), t[at + 1]);
        }
      }
      case WaveAugmentation.LoudnessNormalization _ -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          normalizeLoudness(s, t[at + 1]);
        }
      }
      case WaveAugmentation.ShuffleChannels _ -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          shuffleChannels(s, (long) t[at + 1]);
        }
      }
      case WaveAugmentation.AdjustDuration a -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          adjustDuration(a, s, t[at + 1]);
        }
      }
      case WaveAugmentation.TimeStretch a -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          timeStretch(a, s, t[at + 1], scratch);
        }
      }
      case WaveAugmentation.SpeedPerturbation _ -> {
        int at = d.row(item, 0) + slot;
        if (t[at] != 0) {
          changeSpeed(s, t[at + 1], scratch);
        }
      }
      default -> {
        for (int c = 0; c < s.channels(); c++) {
          int at = d.row(item, c) + slot;
          if (t[at] != 0) {
            run(transform, s, c, t, at + 1, scratch);
          }
        }
      }
    }
  }

  private static void run(
      WaveAugmentation transform, Signal s, int c, double[] t, int at, Scratch scratch) {
    switch (transform) {
      case WaveAugmentation.Gain _ -> s.scale(c, Math.pow(10, t[at] / 20));
      case WaveAugmentation.PolarityInversion _ -> s.scale(c, -1);
      case WaveAugmentation.PeakNormalization a -> normalizePeak(a, s, c, c + 1, peak(s, c));
      case WaveAugmentation.RmsNormalization _ -> normalizeRms(s, c, c + 1, rms(s, c), t[at]);
      case WaveAugmentation.Shift a -> shift(a, s, c, t[at]);
      case WaveAugmentation.TimeInversion _ -> reverse(s, c);
      case WaveAugmentation.PadSection a -> padSection(a, s, c, t[at]);
      case WaveAugmentation.SpliceOut a -> spliceOut(a, s, c, t, at);
      case WaveAugmentation.AddGaussianNoise _ ->
          gaussianNoise(s, c, t[at], (long) t[at + 1], scratch);
      case WaveAugmentation.AddColoredNoise _ -> colouredNoise(s, c, t, at, scratch);
      case WaveAugmentation.AddBackgroundNoise a -> backgroundNoise(a, s, c, t, at);
      case WaveAugmentation.ApplyImpulseResponse a -> impulseResponse(a, s, c, t, at, scratch);
      case WaveAugmentation.LowPassFilter _ -> {
        if (band(s, c, 0, t[at], scratch)) {
          s.swap(c);
        }
      }
      case WaveAugmentation.HighPassFilter _ -> {
        if (band(s, c, 0, t[at], scratch)) {
          subtractSpare(s, c);
        }
      }
      case WaveAugmentation.BandPassFilter _ -> {
        double half = t[at + 1] / 2;
        if (band(s, c, t[at] * (1 - half), t[at] * (1 + half), scratch)) {
          s.swap(c);
        }
      }
      case WaveAugmentation.BandStopFilter _ -> {
        double half = t[at + 1] / 2;
        if (band(s, c, t[at] * (1 - half), t[at] * (1 + half), scratch)) {
          subtractSpare(s, c);
        }
      }
      case WaveAugmentation.SevenBandParametricEq _ -> equalize(s, c, t, at, scratch);
      case WaveAugmentation.PitchShift a -> pitchShift(a, s, c, t[at], scratch);
      case WaveAugmentation.ClippingDistortion _ -> clip(s, c, t[at], scratch);
      case WaveAugmentation.TanhDistortion _ -> tanh(s, c, t[at], scratch);
      case WaveAugmentation.BitCrush _ -> bitCrush(s, c, t[at]);
      case WaveAugmentation.G711Codec a -> codec(a.law(), s, c);
      case WaveAugmentation.Mix _,
          WaveAugmentation.LoudnessNormalization _,
          WaveAugmentation.ShuffleChannels _,
          WaveAugmentation.AdjustDuration _,
          WaveAugmentation.TimeStretch _,
          WaveAugmentation.SpeedPerturbation _ ->
          throw new AssertionError("runs on all channels at once");
    }
  }

  /** Writes the sum of a clip and its partner to the spare arrays, without changing either. */
  static void mix(Signal s, Signal other, double snrDb) {
    for (int c = 0; c < s.channels(); c++) {
      float[] x = s.samples(c);
      float[] y = s.spare(c, s.length());
      float[] z = other.samples(c);
      double loud = rms(other, c);
      double scale = loud > 0 ? rms(s, c) / Math.pow(10, snrDb / 20) / loud * other.gain(c) : 0;
      double g = s.gain(c);
      for (int i = 0, j = 0; i < s.length(); i++, j++) {
        j = j == other.length() ? 0 : j;
        y[i] = (float) (g * x[i] + (scale == 0 ? 0 : scale * z[j]));
      }
    }
  }

  // ---- level ---------------------------------------------------------------------------------

  private static double peak(Signal s, int c) {
    float[] x = s.samples(c);
    float peak = 0;
    for (int i = 0; i < s.length(); i++) {
      peak = Math.max(peak, Math.abs(x[i]));
    }
    return peak * Math.abs(s.gain(c));
  }

  private static double rms(Signal s, int c) {
    return Math.abs(s.gain(c)) * rms(s.samples(c), s.length());
  }

  private static double rms(float[] x, int n) {
    return n == 0 ? 0 : Math.sqrt(squares(x, 0, n) / n);
  }

  /** Sums in four strands, which the processor can run side by side. */
  private static double squares(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * x[i];
    }
    return a + b + (c + d);
  }

  private static void normalizePeak(
      WaveAugmentation.PeakNormalization a, Signal s, int from, int to, double peak) {
    boolean wanted = a.applyTo() == WaveAugmentation.PeakNormalization.ApplyTo.ALL || peak > 1;
    if (wanted && peak > 0) {
      for (int c = from; c < to; c++) {
        s.scale(c, 1 / peak);
      }
    }
  }

  private static void normalizeRms(Signal s, int from, int to, double rms, double dbfs) {
    if (rms > 0) {
      for (int c = from; c < to; c++) {
        s.scale(c, Math.pow(10, dbfs / 20) / rms);
      }
    }
  }

  private static void normalizeLoudness(Signal s, double lufs) {
    if (Applied.loudnessBlocks(s.length(), s.channels(), s.sampleRate()) == 0) {
      return;
    }
    float[][] channels = new float[s.channels()][];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = Arrays.copyOf(s.settled(c), s.length());
    }
    double measured = Loudness.measure(channels, s.sampleRate());
    if (Double.isFinite(measured)) {
      for (int c = 0; c < channels.length; c++) {
        s.scale(c, Math.pow(10, (lufs - measured) / 20));
      }
    }
  }

  // ---- time ----------------------------------------------------------------------------------

  private static void shift(WaveAugmentation.Shift a, Signal s, int c, double drawn) {
    int n = s.length();
    if (n == 0) {
      return;
    }
    long by = Applied.shift(a, drawn, n, s.sampleRate());
    float[] x = s.samples(c);
    float[] y = s.spare(c, n);
    if (a.rollover()) {
      int right = (int) Math.floorMod(by, (long) n);
      System.arraycopy(x, 0, y, right, n - right);
      System.arraycopy(x, n - right, y, 0, right);
    } else {
      int move = Math.clamp(by, -n, n);
      int from = Math.max(0, move);
      int to = Math.min(n, n + move);
      Arrays.fill(y, 0, from, 0);
      System.arraycopy(x, from - move, y, from, to - from);
      Arrays.fill(y, to, n, 0);
    }
    s.swap(c);
  }

  private static void reverse(Signal s, int c) {
    float[] x = s.samples(c);
    for (int i = 0, j = s.length() - 1; i < j; i++, j--) {
      float v = x[i];
      x[i] = x[j];
      x[j] = v;
    }
  }

  private static void padSection(WaveAugmentation.PadSection a, Signal s, int c, double fraction) {
    int count = (int) (fraction * s.length());
    float[] x = s.samples(c);
    switch (a.padSection()) {
      case START -> Arrays.fill(x, 0, count, 0);
      case END -> Arrays.fill(x, s.length() - count, s.length(), 0);
    }
  }

  private static void adjustDuration(WaveAugmentation.AdjustDuration a, Signal s, double uniform) {
    int n = s.length();
    int length = Applied.duration(a, s.sampleRate());
    int place = Applied.place(a, uniform, n, length);
    if (length == n) {
      return;
    }
    for (int c = 0; c < s.channels(); c++) {
      float[] x = s.samples(c);
      float[] y = s.spare(c, length);
      if (length < n) {
        System.arraycopy(x, place, y, 0, length);
      } else {
        pad(a.padding(), x, n, place, y, length);
      }
      s.swap(c);
    }
    s.setLength(length);
  }

  private static void pad(Padding padding, float[] x, int n, int left, float[] y, int length) {
    System.arraycopy(x, 0, y, left, n);
    for (int i = 0; i < left; i++) {
      int at = padding.index((long) i - left, n);
      y[i] = at < 0 ? 0 : x[at];
    }
    for (int i = left + n; i < length; i++) {
      int at = padding.index((long) i - left, n);
      y[i] = at < 0 ? 0 : x[at];
    }
  }

  private static void spliceOut(WaveAugmentation.SpliceOut a, Signal s, int c, double[] t, int at) {
    float[] x = s.samples(c);
    int n = s.length();
    for (int i = 0; i < a.numTimeIntervals(); i++) {
      int half = Applied.splice(a, t[at + 2 * i], n, s.sampleRate());
      if (half == 0) {
        continue;
      }
      int start = Applied.spliceStart(t[at + 2 * i + 1], n, half);
      // The cosine of π (j + 1/2) / half, turned on from sample to sample.
      double turnCosine = Math.cos(Math.PI / half);
      double turnSine = Math.sin(Math.PI / half);
      double cosine = Math.cos(Math.PI / 2 / half);
      double sine = Math.sin(Math.PI / 2 / half);
      for (int j = 0; j < half; j++) {
        double in = 0.5 - 0.5 * cosine;
        x[start + j] = (float) ((1 - in) * x[start + j] + in * x[start + half + j]);
        double turned = cosine * turnCosine - sine * turnSine;
        sine = sine * turnCosine + cosine * turnSine;
        cosine = turned;
      }
      System.arraycopy(x, start + 2 * half, x, start + half, n - start - 2 * half);
      n -= half;
    }
    Arrays.fill(x, n, s.length(), 0);
  }

  private static void shuffleChannels(Signal s, long seed) {
    // Fisher and Yates, by exchanging channels.
    for (int c = s.channels() - 1; c > 0; c--) {
      s.exchange(c, Applied.exchange(seed, c));
    }
  }

  // ---- what is added -------------------------------------------------------------------------

  private static void gaussianNoise(Signal s, int c, double amplitude, long seed, Scratch scratch) {
    float[] x = s.settled(c);
    Normals normals = scratch.normals();
    double[] first = normals.first();
    double[] second = normals.second();
    int n = s.length();
    int pairs = (n + 1) / 2;
    for (int block = 0; block < pairs; block += Normals.BLOCK) {
      int count = Math.min(Normals.BLOCK, pairs - block);
      normals.pairs(seed, c, block, count);
      int whole = Math.min(count, n / 2 - block);
      for (int i = 0; i < whole; i++) {
        x[2 * (block + i)] += (float) (amplitude * first[i]);
        x[2 * (block + i) + 1] += (float) (amplitude * second[i]);
      }
      if (whole < count) {
        x[n - 1] += (float) (amplitude * first[whole]);
      }
    }
  }

  private static void colouredNoise(Signal s, int c, double[] t, int at, Scratch scratch) {
    int n = s.length();
    double loud = rms(s, c);
    if (!(loud > 0)) {
      return;
    }
    Fft fft = Fft.of(Applied.noisePeriod(n, s.sampleRate()));
    int size = fft.size();
    float[] noise = scratch.block(size);
    double slope = 2 * (Math.sqrt(s.sampleRate() / 2.0) - 1) / size;
    double decay = t[at + 1];
    long seed = (long) t[at + 2];
    Normals normals = scratch.normals();
    double[] first = normals.first();
    double[] second = normals.second();
    int half = size / 2;
    for (int k = 0; k < half; k += Normals.BLOCK) {
      int count = Math.min(Normals.BLOCK, half - k);
      normals.pairs(seed, c, k, count);
      normals.weigh(slope, k, decay, count);
      for (int i = 0; i < count; i++) {
        noise[2 * (k + i)] = (float) first[i];
        noise[2 * (k + i) + 1] = (float) second[i];
      }
      if (k == 0) {
        // Real; as much power as a pair of normal numbers has.
        noise[0] = (float) (Math.sqrt(2) * first[0]);
      }
    }
    normals.pairs(seed, c, half, 1);
    normals.weigh(slope, half, decay, 1);
    noise[1] = (float) (Math.sqrt(2) * first[0]);
    fft.inverse(noise);
    addNoise(s, c, loud, t[at], noise, size, 0);
  }

  private static void backgroundNoise(
      WaveAugmentation.AddBackgroundNoise a, Signal s, int c, double[] t, int at) {
    double loud = rms(s, c);
    if (!(loud > 0)) {
      return;
    }
    float[] noise = a.noise().clip((int) t[at + 1], s.sampleRate());
    if (noise.length > 0) {
      int start = Applied.noiseStart(t[at + 2], noise.length, s.length());
      addNoise(s, c, loud, t[at], noise, noise.length, start);
    }
  }

  /** Adds noise of a period, as loud as the ratio says over the clip. */
  private static void addNoise(
      Signal s, int c, double loud, double snrDb, float[] noise, int period, int start) {
    int n = s.length();
    double sum = 0;
    for (int done = 0, at = start; done < n; at = 0) {
      int part = Math.min(n - done, period - at);
      sum += squares(noise, at, at + part);
      done += part;
    }
    double noiseRms = Math.sqrt(sum / n);
    if (!(noiseRms > 0)) {
      return;
    }
    double scale = loud / Math.pow(10, snrDb / 20) / noiseRms;
    double g = s.gain(c);
    float[] x = s.samples(c);
    for (int done = 0, at = start; done < n; at = 0) {
      int part = Math.min(n - done, period - at);
      if (done == at) {
        add(x, g, noise, scale, done, done + part);
      } else {
        for (int i = 0; i < part; i++) {
          x[done + i] = (float) (g * x[done + i] + scale * noise[at + i]);
        }
      }
      done += part;
    }
    s.settle(c);
  }

  /** The usual case, which the JIT makes vectors of: both arrays at the same index. */
  private static void add(float[] x, double gain, float[] noise, double scale, int from, int to) {
    for (int i = from; i < to; i++) {
      x[i] = (float) (gain * x[i] + scale * noise[i]);
    }
  }

  // ---- rooms and filters ---------------------------------------------------------------------

  private static void impulseResponse(
      WaveAugmentation.ApplyImpulseResponse a,
      Signal s,
      int c,
      double[] t,
      int at,
      Scratch scratch) {
    float[] response = a.impulseResponses().clip((int) t[at], s.sampleRate());
    if (response.length == 0 || s.length() == 0) {
      return;
    }
    int delay = Applied.delay(a, response);
    float[] y = s.spare(c, s.length());
    Convolver.convolve(
        s.samples(c), s.length(), response, response.length, y, delay, s.length(), scratch);
    s.swap(c);
  }

  /**
   * Writes what is between two frequencies to the spare array.
   *
   * @param low in Hz, 0 for a low pass
   * @return whether anything changes
   */
  private static boolean band(Signal s, int c, double low, double high, Scratch scratch) {
    int n = s.length();
    double rate = s.sampleRate();
    double from = low / rate;
    double to = high / rate;
    if (n == 0) {
      return false;
    }
    int half = Applied.reach(low, high, s.sampleRate());
    float[] y = s.spare(c, n);
    float[] taps = scratch.second(2 * half + 1);
    Convolver.lowPass(s.samples(c), n, to, half, y, taps, scratch);
    if (from > 0) {
      float[] below = scratch.first(n);
      Convolver.lowPass(s.samples(c), n, from, half, below, taps, scratch);
      for (int i = 0; i < n; i++) {
        y[i] -= below[i];
      }
    }
    return true;
  }

  private static void subtractSpare(Signal s, int c) {
    float[] x = s.samples(c);
    float[] y = s.spare(c, s.length());
    for (int i = 0; i < s.length(); i++) {
      x[i] -= y[i];
    }
  }

  static void equalize(Signal s, int c, double[] t, int at, Scratch scratch) {
    double rate = s.sampleRate();
    Cascade cascade = scratch.cascade();
    cascade.clear();
    for (int band = 0; band < Drawing.EQ_BANDS; band++) {
      Biquad filter =
          Applied.equalizer(
              band, t[at + 3 * band], t[at + 3 * band + 1], t[at + 3 * band + 2], rate);
      if (filter != null) {
        cascade.add(filter);
      }
    }
    cascade.filter(s.samples(c), s.length());
  }

  // ---- tempo and pitch -----------------------------------------------------------------------

  private static void timeStretch(
      WaveAugmentation.TimeStretch a, Signal s, double rate, Scratch scratch) {
    int n = s.length();
    int length = Applied.stretched(a, n, rate);
    for (int c = 0; c < s.channels(); c++) {
      float[] y = s.spare(c, length);
      Vocoder.stretch(s.samples(c), n, rate, a.fftSize(), y, length, scratch);
      s.swap(c);
    }
    s.setLength(length);
  }

  private static void pitchShift(
      WaveAugmentation.PitchShift a, Signal s, int c, double semitones, Scratch scratch) {
    int n = s.length();
    double ratio = Math.pow(2, semitones / 12);
    int stretched = (int) Math.round(n * ratio);
    float[] longer = scratch.first(stretched);
    Vocoder.stretch(s.samples(c), n, 1 / ratio, a.fftSize(), longer, stretched, scratch);
    Interpolator.read(longer, stretched, ratio, s.spare(c, n), n, scratch);
    s.swap(c);
  }

  private static void changeSpeed(Signal s, double factor, Scratch scratch) {
    int n = s.length();
    int length = Applied.played(n, factor);
    if (factor == 1) {
      return;
    }
    for (int c = 0; c < s.channels(); c++) {
      Interpolator.read(s.samples(c), n, factor, s.spare(c, length), length, scratch);
      s.swap(c);
    }
    s.setLength(length);
  }

  // ---- distortion ----------------------------------------------------------------------------

  private static void clip(Signal s, int c, double percent, Scratch scratch) {
    int n = s.length();
    if (n == 0) {
      return;
    }
    float[] x = s.settled(c);
    int lower = (int) (percent / 2);
    float[] sorted = scratch.first(n);
    System.arraycopy(x, 0, sorted, 0, n);
    float low = (float) Percentile.of(sorted, n, lower);
    float high = (float) Percentile.of(sorted, n, 100 - lower);
    for (int i = 0; i < n; i++) {
      x[i] = Math.min(Math.max(x[i], low), high);
    }
  }

  private static void tanh(Signal s, int c, double distortion, Scratch scratch) {
    int n = s.length();
    if (n == 0) {
      return;
    }
    float[] x = s.settled(c);
    float[] sorted = scratch.first(n);
    for (int i = 0; i < n; i++) {
      sorted[i] = Math.abs(x[i]);
    }
    double gain = 0.5 / (Percentile.of(sorted, n, 100 - 99 * distortion) + 1e-6);
    double before = rms(x, n);
    Normals numbers = scratch.normals();
    double[] part = numbers.first();
    for (int from = 0; from < n; from += Normals.BLOCK) {
      int count = Math.min(Normals.BLOCK, n - from);
      for (int i = 0; i < count; i++) {
        part[i] = gain * x[from + i];
      }
      numbers.tanh(count);
      for (int i = 0; i < count; i++) {
        x[from + i] = (float) part[i];
      }
    }
    if (before > 1e-9) {
      s.scale(c, before / rms(x, n));
    }
  }

  private static void bitCrush(Signal s, int c, double bits) {
    double q = Math.pow(2, bits) / 2 + 1;
    float[] x = s.samples(c);
    double g = s.gain(c);
    for (int i = 0; i < s.length(); i++) {
      x[i] = (float) (Math.rint(g * x[i] * q) / q);
    }
    s.settle(c);
  }

  private static void codec(WaveAugmentation.G711Codec.Law law, Signal s, int c) {
    float[] x = s.samples(c);
    double g = 32768 * s.gain(c);
    boolean muLaw = law == WaveAugmentation.G711Codec.Law.MU_LAW;
    for (int i = 0; i < s.length(); i++) {
      short sample = (short) Math.clamp(Math.rint(g * x[i]), -32768, 32767);
      short decoded =
          muLaw ? G711.fromMuLaw(G711.toMuLaw(sample)) : G711.fromALaw(G711.toALaw(sample));
      x[i] = decoded / 32768f;
    }
    s.settle(c);
  }
}
