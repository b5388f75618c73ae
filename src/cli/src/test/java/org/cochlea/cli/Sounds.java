package org.cochlea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;

/** Audio files for the tests. */
final class Sounds {
  private Sounds() {}

  /** Writes a tone of amplitude 0.5, with silence of the same length before and after it. */
  static Path tone(Path file, int sampleRate, int channels, double seconds, double hz)
      throws IOException {
    float[][] samples = new float[channels][(int) (3 * seconds * sampleRate)];
    int third = samples[0].length / 3;
    for (int c = 0; c < channels; c++) {
      for (int i = third; i < 2 * third; i++) {
        samples[c][i] = (float) (0.5 * Math.sin(2 * Math.PI * hz * i / sampleRate));
      }
    }
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    AudioWriter.write(
        file, AudioFormat.forName(file).orElse(AudioFormat.WAV_16), samples, sampleRate);
    return file;
  }
}
