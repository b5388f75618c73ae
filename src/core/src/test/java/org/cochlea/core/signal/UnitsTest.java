package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  /** {@code librosa.note_to_midi(note, round_midi=False)}. */
  @ParameterizedTest
  @CsvSource({
    "C, 12",
    "C#3, 49",
    "Db4, 61",
    "A4, 69",
    "f-1, 5",
    "B!-1, 10",
    "G##2, 45",
    "A4+33, 69.33",
    "Bb-2-10, -2.1",
    "c♯5, 73",
    "D𝄪4, 64",
    "E𝄫4, 62",
    "F♮3, 53",
    "B+3, 59"
  })
  void noteToMidi(String note, double midi) {
    assertEquals(midi, Pitch.noteToMidi(note), 1e-12);
  }

  /** {@code librosa.midi_to_note(midi, unicode=False)}, corrected below 0. */
  @ParameterizedTest
  @CsvSource({
    "60, C4",
    "61.4, C#4",
    "61.6, D4",
    "0, C-1",
    "127, G9",
    "21.5, A#0",
    "22.5, A#0",
    "-1, B-2",
    "-13, B-3"
  })
  void midiToNote(double midi, String note) {
    assertEquals(note, Pitch.midiToNote(midi));
  }

  @Test
  void pitchRoundTrips() {
    for (int midi = -24; midi < 140; midi++) {
      assertEquals(midi, Pitch.noteToMidi(Pitch.midiToNote(midi)));
      assertEquals(midi, Pitch.hzToMidi(Pitch.midiToHz(midi)), 1e-11);
    }
    assertEquals(440, Pitch.noteToHz("A4"));
    assertEquals(261.6255653005986, Pitch.noteToHz("C4"), 1e-12);
    assertEquals("A4", Pitch.hzToNote(443));
    assertEquals(0, Pitch.hzToOctaves(27.5), 1e-15);
    assertEquals(440, Pitch.octavesToHz(Pitch.hzToOctaves(440)), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "H4", "C4x", "4C", "C4+", "C99999999999"})
  void badNotes(String note) {
    assertThrows(IllegalArgumentException.class, () -> Pitch.noteToMidi(note));
  }

  @Test
  void badFrequencies() {
    assertEquals(
        "hz must be above 0 and finite, was 0.0",
        assertThrows(IllegalArgumentException.class, () -> Pitch.hzToMidi(0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> Pitch.midiToNote(Double.NaN));
  }

  @Test
  void decibels() {
    assertEquals(20, Decibels.ofPower(100), 1e-14);
    assertEquals(40, Decibels.ofAmplitude(-100), 1e-14);
    assertEquals(Double.NEGATIVE_INFINITY, Decibels.ofPower(0));
    assertEquals(-100, Decibels.ofPower(0, 1, 1e-10), 1e-12);
    assertEquals(-3.010299956639812, Decibels.ofPower(0.5, 1, 1e-10), 1e-14);
    assertEquals(-6.020599913279624, Decibels.ofAmplitude(1, 2, 1e-5), 1e-14);
    assertEquals(-100, Decibels.ofAmplitude(0, 1, 1e-5), 1e-12);
    assertEquals(100, Decibels.toPower(20), 1e-12);
    assertEquals(10, Decibels.toAmplitude(20), 1e-13);
    assertThrows(IllegalArgumentException.class, () -> Decibels.ofPower(1, 1, 0));
  }

  /** Values of librosa's frames_to_time, time_to_frames, samples_to_frames. */
  @Test
  void frameTimes() {
    FrameTime centred = FrameTime.centred(22050, 512);
    assertEquals(100 * 512 / 22050.0, centred.frameToTime(100));
    assertEquals(100, centred.timeToFrame(centred.frameToTime(100) + 1e-9));
    assertEquals(43, centred.timeToFrame(1.0));
    assertEquals(22050, centred.timeToSample(1.0));
    assertEquals(-1, centred.sampleToFrame(-1));
    FrameTime uncentred = FrameTime.uncentred(22050, 512, 2048);
    assertEquals(1024, uncentred.frameToSample(0));
    assertEquals(-2, uncentred.sampleToFrame(0));
    assertEquals(0, uncentred.sampleToFrame(1535));
    assertEquals(1, uncentred.sampleToFrame(1536));
    assertThrows(IllegalArgumentException.class, () -> FrameTime.centred(0, 1));
    assertThrows(IllegalArgumentException.class, () -> FrameTime.centred(1, 0));
  }
}
