package org.cochlea.core.signal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Frequencies, MIDI numbers and note names, in equal temperament.
 *
 * <p>A4 is 440 Hz and MIDI number 69; octaves change at C. The frequency scales in mel are in
 * {@link org.cochlea.core.basis.MelScale}.
 */
public final class Pitch {

  private static final double A4_HZ = 440;
  private static final int A4_MIDI = 69;

  private static final Pattern NOTE =
      Pattern.compile(
          "(?<letter>[A-Ga-g])(?<accidentals>[#♯\\x{1D12A}b!♭\\x{1D12B}♮n]*)"
              + "(?<octave>[+-]?\\d+)?(?<cents>[+-]\\d+)?");

  private static final String[] NAMES = {
    "C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"
  };

  private Pitch() {}

  /** Returns {@code 12 log2(hz / 440) + 69}, as {@code librosa.hz_to_midi}; {@code hz} above 0. */
  public static double hzToMidi(double hz) {
    Checks.positive("hz", hz);
    return 12 * Math.log(hz / A4_HZ) / Math.log(2) + A4_MIDI;
  }

  /** Returns {@code 440 * 2^((midi - 69) / 12)}, as {@code librosa.midi_to_hz}. */
  public static double midiToHz(double midi) {
    return A4_HZ * Math.pow(2, (midi - A4_MIDI) / 12);
  }

  /**
   * Returns the octave number, 0 at A0 = 27.5 Hz, as {@code librosa.hz_to_octs}.
   *
   * @param hz above 0
   */
  public static double hzToOctaves(double hz) {
    Checks.positive("hz", hz);
    return Math.log(hz / (A4_HZ / 16)) / Math.log(2);
  }

  /** Returns {@code 27.5 * 2^octaves}, as {@code librosa.octs_to_hz}. */
  public static double octavesToHz(double octaves) {
    return A4_HZ / 16 * Math.pow(2, octaves);
  }

  /**
   * Reads a note name, as {@code librosa.note_to_midi(note, round_midi=False)}: a letter,
   * accidentals (# ♯ 𝄪, b ! ♭ 𝄫, n ♮), an octave (0 if left out) and cents: {@code C4}, {@code
   * f#3}, {@code Bb-1}, {@code A4+33}.
   *
   * @return the MIDI number, with the cents as a fraction
   * @throws IllegalArgumentException if it is no such name
   */
  public static double noteToMidi(String note) {
    Matcher matcher = NOTE.matcher(note);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "note must be a name such as C4, F#3 or Bb5, was \"%s\"".formatted(note));
    }
    double midi = "C D EF G A B".indexOf(Character.toUpperCase(matcher.group("letter").charAt(0)));
    midi +=
        matcher
            .group("accidentals")
            .codePoints()
            .map(
                accidental ->
                    switch (accidental) {
                      case '#', '♯' -> 1;
                      case 0x1D12A -> 2;
                      case 'b', '!', '♭' -> -1;
                      case 0x1D12B -> -2;
                      default -> 0;
                    })
            .sum();
    String octave = matcher.group("octave");
    String cents = matcher.group("cents");
    try {
      midi += 12.0 * ((octave == null ? 0 : Integer.parseInt(octave)) + 1);
      midi += cents == null ? 0 : Integer.parseInt(cents) * 0.01;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "note must have an octave and cents of a few digits, was \"%s\"".formatted(note), e);
    }
    return midi;
  }

  /** Returns the frequency of a note name; see {@link #noteToMidi}. */
  public static double noteToHz(String note) {
    return midiToHz(noteToMidi(note));
  }

  /**
   * Returns the name of the nearest note, with sharps: {@code C#4}. As {@code
   * librosa.midi_to_note(midi, unicode=False)}, except below MIDI 0, where librosa's octave is one
   * too high.
   *
   * @param midi within the range of an int
   */
  public static String midiToNote(double midi) {
    Checks.within("midi", midi, Integer.MIN_VALUE, Integer.MAX_VALUE);
    long number = (long) Math.rint(midi);
    return NAMES[(int) Math.floorMod(number, 12L)] + (Math.floorDiv(number, 12L) - 1);
  }

  /** Returns the name of the nearest note of a frequency; see {@link #midiToNote}. */
  public static String hzToNote(double hz) {
    return midiToNote(hzToMidi(hz));
  }
}
