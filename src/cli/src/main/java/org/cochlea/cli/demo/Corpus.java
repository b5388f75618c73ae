package org.cochlea.cli.demo;

import static org.cochlea.cli.demo.Vowel.HAD;
import static org.cochlea.cli.demo.Vowel.HAWED;
import static org.cochlea.cli.demo.Vowel.HEAD;
import static org.cochlea.cli.demo.Vowel.HEARD;
import static org.cochlea.cli.demo.Vowel.HEED;
import static org.cochlea.cli.demo.Vowel.HID;
import static org.cochlea.cli.demo.Vowel.HOD;
import static org.cochlea.cli.demo.Vowel.HOOD;
import static org.cochlea.cli.demo.Vowel.HUD;
import static org.cochlea.cli.demo.Vowel.WHOD;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.cochlea.audio.AudioFormat;
import org.cochlea.cli.demo.Voice.Melody;
import org.cochlea.cli.demo.Voice.Speaker;
import org.cochlea.core.signal.Level;
import org.cochlea.core.signal.Resampler;

/**
 * Sounds of three kinds: speech, music and noise. They are computed from numbers alone, the same on
 * every machine: nothing is recorded and nothing is downloaded.
 */
public final class Corpus {
  /** Everything is computed at this rate and then resampled, so that nothing aliases. */
  private static final int RATE = 48_000;

  private static final double PEAK_DBFS = -1;

  private Corpus() {}

  /**
   * One sound of the corpus.
   *
   * @param label its class: speech, music or noise
   * @param name its file's name, without the ending
   * @param format how it is stored
   * @param sampleRate Hz
   * @param channels 1 or 2
   * @param sound computes it at 48 kHz
   */
  public record Clip(
      String label,
      String name,
      AudioFormat format,
      int sampleRate,
      int channels,
      Supplier<float[][]> sound) {

    /** Computes the samples, peak at -1 dBFS, one array per channel. */
    public float[][] samples() {
      float[][] rendered = sound.get();
      if (channels == 1 && rendered.length == 2) {
        rendered = new float[][] {Level.mono(rendered)};
      }
      fade(rendered);
      float[][] samples = new float[channels][];
      Resampler resampler = Resampler.of(RATE, sampleRate);
      for (int c = 0; c < channels; c++) {
        samples[c] = resampler.resample(rendered[c]);
      }
      return Level.normalizePeak(samples, PEAK_DBFS);
    }

    /** Fades 5 ms in and out, so that a sound cut off does not click. */
    private static void fade(float[][] channels) {
      for (float[] channel : channels) {
        int length = Math.min(RATE / 200, channel.length / 2);
        for (int i = 0; i < length; i++) {
          float gain = (float) i / length;
          channel[i] *= gain;
          channel[channel.length - 1 - i] *= gain;
        }
      }
    }
  }

  /** Returns the clips, 8 of each kind; none is computed yet. */
  public static List<Clip> clips() {
    List<Clip> clips = new ArrayList<>();
    speech(clips);
    music(clips);
    noise(clips);
    return List.copyOf(clips);
  }

  // Speech.

  private static void speech(List<Clip> clips) {
    List<Phone> vowels = new ArrayList<>();
    for (Vowel vowel : Vowel.ALL) {
      vowels.add(new Phone.Voiced(vowel, 0.32));
      vowels.add(new Phone.Pause(0.12));
    }
    clips.add(
        voice("vowels-man", AudioFormat.WAV_16, 16_000, Speaker.MAN, Melody.STATEMENT, vowels));
    clips.add(
        voice(
            "vowels-woman",
            AudioFormat.WAV_FLOAT_32,
            22_050,
            Speaker.WOMAN,
            Melody.STATEMENT,
            vowels));
    clips.add(voice("sung-woman", AudioFormat.FLAC_16, 44_100, Speaker.WOMAN, Melody.SUNG, sung()));
    clips.add(
        voice(
            "sentence-man", AudioFormat.WAV_24, 48_000, Speaker.MAN, Melody.STATEMENT, sentence()));
    clips.add(
        voice(
            "question-woman",
            AudioFormat.AIFF_16,
            22_050,
            Speaker.WOMAN,
            Melody.QUESTION,
            sentence()));
    clips.add(
        voice(
            "telephone-man", AudioFormat.AU_16, 8_000, Speaker.MAN, Melody.QUESTION, syllables()));
    clips.add(
        voice(
            "syllables-child",
            AudioFormat.OGG_OPUS,
            16_000,
            Speaker.CHILD,
            Melody.QUESTION,
            syllables()));
    clips.add(
        new Clip(
            "speech",
            "whisper-woman",
            AudioFormat.WAV_16,
            16_000,
            1,
            () -> mono(new Voice(Speaker.WOMAN, Melody.STATEMENT, 1).speak(sentence(), RATE, 8))));
  }

  private static Clip voice(
      String name,
      AudioFormat format,
      int sampleRate,
      Speaker speaker,
      Melody melody,
      List<Phone> phones) {
    Voice voice = new Voice(speaker, melody, 0);
    return new Clip(
        "speech",
        name,
        format,
        sampleRate,
        1,
        () -> mono(voice.speak(phones, RATE, name.hashCode())));
  }

  private static List<Phone> sung() {
    List<Phone> phones = new ArrayList<>();
    Vowel[] vowels = {HOD, HEED, WHOD, HAWED, HEAD};
    for (int i = 0; i < 9; i++) {
      phones.add(new Phone.Voiced(vowels[i % vowels.length], 0.55));
    }
    return phones;
  }

  private static List<Phone> sentence() {
    return List.of(
        new Phone.Pause(0.1),
        new Phone.Hiss(6500, 0.13),
        new Phone.Voiced(HEED, 0.16),
        new Phone.Stop(3200, 0.09),
        new Phone.Voiced(HUD, 0.1),
        new Phone.Hiss(2900, 0.14),
        new Phone.Voiced(HOD, 0.2),
        new Phone.Voiced(HID, 0.09),
        new Phone.Stop(1700, 0.1),
        new Phone.Voiced(HAD, 0.17),
        new Phone.Voiced(HOOD, 0.12),
        new Phone.Pause(0.15),
        new Phone.Stop(900, 0.08),
        new Phone.Voiced(HEARD, 0.18),
        new Phone.Hiss(6500, 0.12),
        new Phone.Voiced(HEAD, 0.12),
        new Phone.Stop(3500, 0.1),
        new Phone.Voiced(WHOD, 0.24),
        new Phone.Hiss(2700, 0.2),
        new Phone.Pause(0.12));
  }

  private static List<Phone> syllables() {
    List<Phone> phones = new ArrayList<>();
    Vowel[] vowels = {HOD, HEED, WHOD, HEAD, HAWED};
    double[] releases = {900, 1800, 3000};
    for (int i = 0; i < 10; i++) {
      phones.add(new Phone.Stop(releases[i % releases.length], 0.09));
      phones.add(new Phone.Voiced(vowels[i % vowels.length], 0.14 + 0.02 * (i % 3)));
    }
    phones.add(new Phone.Pause(0.15));
    return phones;
  }

  // Music.

  private static void music(List<Clip> clips) {
    clips.add(music("scale", AudioFormat.WAV_16, 22_050, 1, 5, 1, Corpus::scale));
    clips.add(music("chords", AudioFormat.WAV_24, 44_100, 2, 8, 2, Corpus::chords));
    clips.add(music("arpeggio", AudioFormat.FLAC_16, 48_000, 2, 6, 3, Corpus::arpeggio));
    clips.add(music("drums", AudioFormat.AIFF_16, 44_100, 2, 6, 4, band -> drums(band, 6)));
    clips.add(music("bells", AudioFormat.WAV_FLOAT_32, 48_000, 2, 7, 5, Corpus::bells));
    clips.add(music("bass", AudioFormat.WAV_8, 16_000, 1, 4, 6, Corpus::bass));
    clips.add(music("flute", AudioFormat.AU_16, 22_050, 1, 4, 7, Corpus::flute));
    clips.add(
        music(
            "song",
            AudioFormat.MP3,
            44_100,
            2,
            10,
            8,
            band -> {
              drums(band, 10);
              chords(band);
              arpeggio(band);
            }));
  }

  /** A piece for the band. */
  private interface Piece {
    void play(Band band);
  }

  private static Clip music(
      String name,
      AudioFormat format,
      int sampleRate,
      int channels,
      double seconds,
      long seed,
      Piece piece) {
    return new Clip(
        "music",
        name,
        format,
        sampleRate,
        channels,
        () -> {
          Band band = new Band(RATE, seconds, seed);
          piece.play(band);
          return band.track();
        });
  }

  private static void scale(Band band) {
    int[] steps = {0, 2, 4, 5, 7, 9, 11, 12};
    for (int i = 0; i < steps.length; i++) {
      band.tone(0.1 + 0.58 * i, 0.45, 60 + steps[i], 0.6, 0.8, 0);
    }
  }

  private static void chords(Band band) {
    int[][] progression = {{48, 60, 64, 67}, {45, 57, 60, 64}, {41, 57, 60, 65}, {43, 55, 59, 62}};
    for (int bar = 0; bar < 5; bar++) {
      int[] chord = progression[bar % progression.length];
      for (int k = 0; k < chord.length; k++) {
        band.tone(2.0 * bar, 1.8, chord[k], 0.55, 0.4, -0.6 + 0.4 * k);
      }
    }
  }

  private static void arpeggio(Band band) {
    int[][] progression = {{60, 64, 67, 72}, {57, 60, 64, 69}, {53, 57, 60, 65}, {55, 59, 62, 67}};
    for (int i = 0; i < 36; i++) {
      int[] chord = progression[i / 8 % progression.length];
      int[] order = {0, 1, 2, 3, 2, 1, 2, 3};
      int note = chord[order[i % 8]];
      band.pluck(0.25 * i, 1.2, note, 0.6, i % 2 == 0 ? -0.5 : 0.5);
    }
  }

  private static void drums(Band band, double seconds) {
    for (int i = 0; 0.25 * i < seconds; i++) {
      double at = 0.25 * i;
      band.hat(at, i % 2 == 0 ? 0.5 : 0.3);
      if (i % 8 == 0 || i % 8 == 5) {
        band.kick(at, 0.9);
      }
      if (i % 4 == 2) {
        band.snare(at, 0.7);
      }
    }
  }

  private static void bells(Band band) {
    int[] notes = {76, 72, 74, 67, 67, 74, 76, 72};
    for (int i = 0; i < notes.length; i++) {
      band.bell(0.1 + 0.75 * i, 3, notes[i], 0.7, -0.7 + 0.2 * i);
    }
  }

  private static void bass(Band band) {
    int[] notes = {36, 36, 43, 41, 36, 36, 39, 41};
    for (int i = 0; i < 8; i++) {
      band.pluck(0.5 * i, 0.9, notes[i], 0.9, 0);
    }
  }

  private static void flute(Band band) {
    double[] notes = {79, 81, 83, 86, 83, 79};
    for (int i = 0; i < notes.length; i++) {
      band.tone(0.1 + 0.62 * i, 0.5, notes[i], 0.25, 0.8, 0);
    }
  }

  // Noise.

  private static void noise(List<Clip> clips) {
    clips.add(noise("white", AudioFormat.WAV_8, 8_000, () -> mono(Noises.white(2 * RATE, 1))));
    clips.add(noise("pink", AudioFormat.WAV_16, 44_100, () -> mono(Noises.pink(4 * RATE, 2))));
    clips.add(noise("brown", AudioFormat.AIFF_16, 22_050, () -> mono(Noises.brown(3 * RATE, 3))));
    clips.add(
        noise(
            "sweep",
            AudioFormat.WAV_FLOAT_32,
            48_000,
            () -> mono(Noises.sweep(5 * RATE, RATE, 40, 20e3))));
    clips.add(
        noise("clicks", AudioFormat.FLAC_16, 16_000, () -> mono(Noises.clicks(4 * RATE, RATE))));
    clips.add(noise("hum", AudioFormat.AU_16, 8_000, () -> mono(Noises.hum(3 * RATE, RATE, 6))));
    clips.add(
        new Clip(
            "noise",
            "rain",
            AudioFormat.OGG_OPUS,
            48_000,
            2,
            () -> new float[][] {Noises.rain(6 * RATE, RATE, 7), Noises.rain(6 * RATE, RATE, 70)}));
    clips.add(
        new Clip(
            "noise",
            "wind",
            AudioFormat.WAV_24,
            44_100,
            2,
            () -> new float[][] {gusts(5 * RATE, 8), gusts(5 * RATE, 9)}));
  }

  private static Clip noise(
      String name, AudioFormat format, int sampleRate, Supplier<float[][]> sound) {
    return new Clip("noise", name, format, sampleRate, 1, sound);
  }

  /** Brown noise that swells and fades. */
  private static float[] gusts(int samples, long seed) {
    float[] noise = Noises.brown(samples, seed);
    for (int i = 0; i < samples; i++) {
      double t = (double) i / RATE;
      noise[i] *=
          (float) (0.55 + 0.3 * Math.sin(1.7 * t + seed) + 0.15 * Math.sin(4.1 * t + 2 * seed));
    }
    return noise;
  }

  private static float[][] mono(float[] samples) {
    return new float[][] {samples};
  }
}
