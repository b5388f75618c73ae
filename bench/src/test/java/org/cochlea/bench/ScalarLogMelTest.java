package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalarLogMelTest {
  @ParameterizedTest
  @CsvSource({
    "22050, 2048, 2048, 512, 128, 1",
    "16000, 512, 400, 160, 80, 2",
    "16000, 400, 400, 160, 80, 3"
  })
  void computesWhatTheReferenceDoes(
      int sampleRate, int fftSize, int window, int hop, int mels, int threads)
      throws Contenders.Unavailable {
    Workload workload = new Workload("test", 3, 1, sampleRate, fftSize, window, hop, mels);
    float[] audio = workload.audio();
    for (ScalarLogMel.Library library : ScalarLogMel.Library.values()) {
      if (library == ScalarLogMel.Library.COMMONS_MATH && fftSize == 400) {
        assertThrows(
            Contenders.Unavailable.class,
            () -> new ScalarLogMel(library, workload, audio, threads));
        continue;
      }
      try (Contender contender = new ScalarLogMel(library, workload, audio, threads)) {
        contender.run();
        Agreement agreement = Agreement.of(contender.output(), Data.expected(workload, audio));
        assertTrue(agreement.same(), agreement::toString);
      }
    }
  }
}
