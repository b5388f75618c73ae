package org.cochlea.cli.demo;

import java.util.List;
import java.util.SplittableRandom;

/** Speech by formant synthesis: a glottal source, or noise, through five resonators in a row. */
final class Voice {
  /** Who speaks. */
  enum Speaker {
    MAN(118, 3500, 4500),
    WOMAN(210, 4100, 5000),
    CHILD(275, 4700, 5800);

    private final double pitch;
    private final double fourth;
    private final double fifth;

    Speaker(double pitch, double fourth, double fifth) {
      this.pitch = pitch;
      this.fourth = fourth;
      this.fifth = fifth;
    }
  }

  /** How the pitch moves over an utterance, in semitones around the speaker's own. */
  enum Melody {
    /** Falls, as at the end of a sentence. */
    STATEMENT {
      @Override
      double semitones(double at) {
        return 3 - 8 * at + 2.5 * Math.sin(2 * Math.PI * 2.5 * at);
      }
    },
    /** Stays low and rises at the end. */
    QUESTION {
      @Override
      double semitones(double at) {
        return 1.5 * Math.sin(2 * Math.PI * 2 * at) + 9 * Math.max(0, (at - 0.65) / 0.35);
      }
    },
    /** Goes up and down a scale. */
    SUNG {
      @Override
      double semitones(double at) {
        int[] steps = {0, 2, 4, 5, 7, 5, 4, 2, 0};
        double vibrato = 0.35 * Math.sin(2 * Math.PI * 30 * at);
        return steps[(int) Math.min(steps.length - 1, at * steps.length)] + vibrato;
      }
    };

    abstract double semitones(double at);
  }

  private static final double[] BANDWIDTHS = {70, 95, 150, 210, 280};

  /** Samples between two settings of the resonators. */
  private static final int CONTROL = 24;

  private final Speaker speaker;
  private final Melody melody;

  /** 0 for a voice, 1 for a whisper. */
  private final double breath;

  Voice(Speaker speaker, Melody melody, double breath) {
    this.speaker = speaker;
    this.melody = melody;
    this.breath = breath;
  }

  /** Speaks; the result has its own level. */
  float[] speak(List<Phone> phones, int sampleRate, long seed) {
    double seconds = phones.stream().mapToDouble(Phone::seconds).sum();
    float[] speech = new float[(int) Math.round(seconds * sampleRate)];
    SplittableRandom random = new SplittableRandom(seed);
    GlottalSource source = new GlottalSource(speaker == Speaker.MAN ? 0.7 : 1);
    Resonator[] tract = new Resonator[BANDWIDTHS.length];
    for (int k = 0; k < tract.length; k++) {
      tract[k] = new Resonator();
    }
    Resonator mouth = new Resonator();
    double[] formants = new double[tract.length];
    double voicing = 0;
    double hiss = 0;
    double phase = 0;
    double pitch = 0;
    double flutter = 0;
    double end = 0;
    int at = -1;
    Phone phone = new Phone.Pause(0);
    double glide = 1 - Math.exp(-CONTROL / (0.022 * sampleRate));
    double swell = 1 - Math.exp(-1 / (0.009 * sampleRate));
    for (int i = 0; i < speech.length; i++) {
      double time = (double) i / sampleRate;
      while (time >= end && at + 1 < phones.size()) {
        phone = phones.get(++at);
        end += phone.seconds();
      }
      if (i % CONTROL == 0) {
        shape(formants, targets(phones, at), i == 0 ? 1 : glide);
        for (int k = 0; k < tract.length; k++) {
          tract[k].tune(formants[k], BANDWIDTHS[k] * (1 + breath), sampleRate);
        }
        // Two slow components of a voice's irregularity, about half a per cent.
        flutter = 0.03 * Math.sin(2 * Math.PI * 7.1 * time) + 0.06 * (random.nextDouble() - 0.5);
        double semitones = melody.semitones(time / seconds) + flutter;
        pitch = speaker.pitch * Math.pow(2, semitones / 12);
      }
      double voiced = 0;
      double noisy = 0;
      switch (phone) {
        case Phone.Voiced _ -> voiced = 1;
        case Phone.Hiss h -> {
          noisy = 1;
          mouth.tune(h.hz(), 0.35 * h.hz(), sampleRate);
        }
        case Phone.Stop s -> {
          noisy = end - time < 0.012 ? 2 : 0;
          mouth.tune(s.hz(), 0.5 * s.hz(), sampleRate);
        }
        case Phone.Pause _ -> {}
      }
      voicing += swell * (voiced - voicing);
      hiss += (noisy > 1 ? 8 : 1) * swell * (noisy - hiss);
      phase += pitch / sampleRate;
      phase -= Math.floor(phase);
      double noise = random.nextDouble() - 0.5;
      double x = voicing * ((1 - breath) * source.at(phase) + (0.04 + 0.5 * breath) * noise);
      for (Resonator formant : tract) {
        x = formant.filter(x);
      }
      speech[i] = (float) (x + 0.6 * hiss * mouth.band(noise));
    }
    return speech;
  }

  /** Returns the vowel that is spoken, or the next: the mouth is in place before the sound. */
  private static Vowel targets(List<Phone> phones, int from) {
    for (int i = from; i < phones.size(); i++) {
      if (phones.get(i) instanceof Phone.Voiced v) {
        return v.vowel();
      }
    }
    return Vowel.HUD;
  }

  private void shape(double[] formants, Vowel vowel, double share) {
    for (int k = 0; k < formants.length; k++) {
      double target = k < 3 ? vowel.formant(speaker, k) : k == 3 ? speaker.fourth : speaker.fifth;
      formants[k] += share * (target - formants[k]);
    }
  }
}
