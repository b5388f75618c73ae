package org.cochlea.cli.demo;

import java.util.SplittableRandom;

/** Noises and test signals, around full scale or below. */
final class Noises {
  private Noises() {}

  /** Equal power in every hertz. */
  static float[] white(int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (float) (0.25 * random.nextGaussian());
    }
    return noise;
  }

  /**
   * Equal power in every octave: rows of noise that change half as often from one to the next, as
   * in Voss and Clarke, "1/f noise in music", JASA 1978.
   */
  static float[] pink(int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] rows = new double[16];
    double sum = 0;
    for (int r = 0; r < rows.length; r++) {
      rows[r] = random.nextGaussian();
      sum += rows[r];
    }
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      int row = Math.min(rows.length - 1, Integer.numberOfTrailingZeros(i + 1));
      double next = random.nextGaussian();
      sum += next - rows[row];
      rows[row] = next;
      noise[i] = (float) (0.06 * (sum + random.nextGaussian()));
    }
    return noise;
  }

  /** Power that falls by 6 dB per octave: white noise summed up, slowly forgetting. */
  static float[] brown(int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[samples];
    double level = 0;
    for (int i = 0; i < samples; i++) {
      level += 0.02 * random.nextGaussian() - 0.002 * level;
      noise[i] = (float) level;
    }
    return noise;
  }

  /** A tone whose pitch rises by as many octaves every second. */
  static float[] sweep(int samples, int sampleRate, double fromHz, double toHz) {
    float[] tone = new float[samples];
    double octaves = Math.log(toHz / fromHz);
    double seconds = (double) samples / sampleRate;
    for (int i = 0; i < samples; i++) {
      double at = (double) i / samples;
      double cycles = fromHz * seconds / octaves * (Math.exp(at * octaves) - 1);
      tone[i] = (float) (0.7 * Math.sin(2 * Math.PI * cycles));
    }
    return tone;
  }

  /** Clicks of one sample, ever faster. */
  static float[] clicks(int samples, int sampleRate) {
    float[] clicks = new float[samples];
    double gap = 0.4;
    for (double t = 0.1; t * sampleRate < samples; t += gap, gap *= 0.93) {
      clicks[(int) (t * sampleRate)] = 0.9f;
    }
    return clicks;
  }

  /** Mains hum: 50 Hz and its odd harmonics over faint noise. */
  static float[] hum(int samples, int sampleRate, long seed) {
    float[] hum = white(samples, seed);
    for (int i = 0; i < samples; i++) {
      double sum = 0.004 * hum[i];
      for (int k = 1; k < 40; k += 2) {
        sum += 0.4 / k * Math.sin(2 * Math.PI * 50 * k * i / sampleRate + k);
      }
      hum[i] = (float) sum;
    }
    return hum;
  }

  /** Rain: many faint drops, each a short ringing, over a wash of noise. */
  static float[] rain(int samples, int sampleRate, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] rain = pink(samples, seed + 1);
    for (int i = 0; i < samples; i++) {
      rain[i] *= 0.15f;
    }
    int drops = (int) (90.0 * samples / sampleRate);
    for (int d = 0; d < drops; d++) {
      int start = random.nextInt(samples);
      double hz = 1500 * Math.pow(2, 2.5 * random.nextDouble());
      double level = 0.25 * Math.pow(random.nextDouble(), 2);
      for (int i = start; i < Math.min(samples, start + sampleRate / 40); i++) {
        double t = (double) (i - start) / sampleRate;
        rain[i] += (float) (level * Math.exp(-t / 0.003) * Math.sin(2 * Math.PI * hz * t));
      }
    }
    return rain;
  }
}
