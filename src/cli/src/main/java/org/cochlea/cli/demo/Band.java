package org.cochlea.cli.demo;

import java.util.SplittableRandom;

/** Instruments that play into a stereo track. */
final class Band {
  private final int sampleRate;
  private final float[][] track;
  private final SplittableRandom random;

  Band(int sampleRate, double seconds, long seed) {
    this.sampleRate = sampleRate;
    track = new float[2][(int) Math.round(seconds * sampleRate)];
    random = new SplittableRandom(seed);
  }

  /** Returns what has been played. */
  float[][] track() {
    return track;
  }

  /** Returns the frequency of a MIDI note: 69 is A at 440 Hz. */
  private static double hz(double note) {
    return 440 * Math.pow(2, (note - 69) / 12);
  }

  private void add(double start, int offset, double pan, double value) {
    int at = (int) Math.round(start * sampleRate) + offset;
    if (at < track[0].length) {
      track[0][at] += (float) (value * Math.cos((1 + pan) * Math.PI / 4));
      track[1][at] += (float) (value * Math.sin((1 + pan) * Math.PI / 4));
    }
  }

  /**
   * A sustained tone of harmonics: 30 ms attack, 100 ms decay to 0.7, 150 ms release.
   *
   * @param start seconds
   * @param seconds until the release
   * @param note MIDI note
   * @param brightness how slowly harmonics fall, in (0, 1)
   * @param level of the attack
   * @param pan -1 left, 1 right
   */
  void tone(
      double start, double seconds, double note, double brightness, double level, double pan) {
    double hz = hz(note);
    int length = (int) ((seconds + 0.15) * sampleRate);
    int harmonics = Math.min(24, (int) (0.45 * sampleRate / hz));
    for (int i = 0; i < length; i++) {
      double t = (double) i / sampleRate;
      double envelope =
          t < 0.03 ? t / 0.03 : t < 0.13 ? 1 - 0.3 * (t - 0.03) / 0.1 : t < seconds ? 0.7 : 0;
      if (t >= seconds) {
        envelope = 0.7 * Math.max(0, 1 - (t - seconds) / 0.15);
      }
      double vibrato = 0.0007 * Math.sin(2 * Math.PI * 5.2 * t) / 5.2 * Math.min(1, t / 0.4);
      double angle = 2 * Math.PI * hz * (t + vibrato);
      // sin(k a) = 2 cos(a) sin((k - 1) a) - sin((k - 2) a)
      double twice = 2 * Math.cos(angle);
      double before = 0;
      double sine = Math.sin(angle);
      double sum = 0;
      double weight = 1;
      for (int k = 1; k <= harmonics; k++) {
        sum += weight * sine;
        weight *= brightness;
        double next = twice * sine - before;
        before = sine;
        sine = next;
      }
      add(start, i, pan, level * envelope * (1 - brightness) * sum);
    }
  }

  /**
   * A plucked string: a burst of noise that runs round a delay line and loses its treble; Karplus
   * and Strong, "Digital synthesis of plucked-string and drum timbres", CMJ 1983.
   */
  void pluck(double start, double seconds, double note, double level, double pan) {
    double period = sampleRate / hz(note) - 0.5;
    int whole = (int) period;
    double fraction = period - whole;
    double[] line = new double[whole + 1];
    double mean = 0;
    for (int i = 0; i < line.length; i++) {
      line[i] = random.nextDouble() * 2 - 1;
      mean += line[i] / line.length;
    }
    for (int i = 0; i < line.length; i++) {
      // A constant would stay in the line for long: a string has none.
      line[i] -= mean;
    }
    int length = (int) (seconds * sampleRate);
    int at = 0;
    double last = 0;
    for (int i = 0; i < length; i++) {
      int next = (at + 1) % line.length;
      double read = line[next] + fraction * (line[at] - line[next]);
      double value = 0.998 * (0.5 * read + 0.5 * last);
      last = read;
      line[at] = value;
      at = next;
      double fade = Math.min(1, (length - i) / (0.02 * sampleRate));
      add(start, i, pan, level * fade * value);
    }
  }

  /** A bell: partials that are no harmonics, each dying at its own pace. */
  void bell(double start, double seconds, double note, double level, double pan) {
    double[] partials = {0.5, 1, 1.19, 1.56, 2, 2.51, 2.66, 3.01, 4.1};
    double[] levels = {0.5, 1, 0.6, 0.4, 0.7, 0.3, 0.25, 0.3, 0.2};
    int length = (int) (seconds * sampleRate);
    for (int i = 0; i < length; i++) {
      double t = (double) i / sampleRate;
      double sum = 0;
      for (int k = 0; k < partials.length; k++) {
        double decay = Math.exp(-t * (0.7 + 0.9 * partials[k]));
        sum += levels[k] * decay * Math.sin(2 * Math.PI * hz(note) * partials[k] * t);
      }
      double fade = Math.min(1, (length - i) / (0.05 * sampleRate));
      add(start, i, pan, 0.3 * level * fade * Math.min(1, t / 0.003) * sum);
    }
  }

  /** A bass drum: a sine that falls from 150 to 45 Hz. */
  void kick(double start, double level) {
    double phase = 0;
    for (int i = 0; i < 0.35 * sampleRate; i++) {
      double t = (double) i / sampleRate;
      phase += (45 + 105 * Math.exp(-t / 0.03)) / sampleRate;
      add(start, i, 0, level * Math.exp(-t / 0.09) * Math.sin(2 * Math.PI * phase));
    }
  }

  /** A snare drum: two tones and a rattle. */
  void snare(double start, double level) {
    double last = 0;
    for (int i = 0; i < 0.25 * sampleRate; i++) {
      double t = (double) i / sampleRate;
      double noise = random.nextDouble() * 2 - 1;
      double rattle = Math.exp(-t / 0.06) * (noise - 0.6 * last);
      last = noise;
      double skin =
          Math.exp(-t / 0.04)
              * (Math.sin(2 * Math.PI * 185 * t) + 0.6 * Math.sin(2 * Math.PI * 330 * t));
      add(start, i, 0.15, level * (0.5 * rattle + 0.4 * skin));
    }
  }

  /** A closed cymbal: treble noise. */
  void hat(double start, double level) {
    double last = 0;
    double beforeLast = 0;
    for (int i = 0; i < 0.08 * sampleRate; i++) {
      double t = (double) i / sampleRate;
      double noise = random.nextDouble() * 2 - 1;
      // Twice differentiated: 12 dB per octave towards the treble.
      double treble = noise - 2 * last + beforeLast;
      beforeLast = last;
      last = noise;
      add(start, i, -0.35, 0.25 * level * Math.exp(-t / 0.02) * treble);
    }
  }
}
