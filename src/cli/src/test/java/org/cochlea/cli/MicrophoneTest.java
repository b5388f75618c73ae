package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.LineUnavailableException;
import javax.sound.sampled.TargetDataLine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.StreamingExtractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.stage.Pipeline;
import org.junit.jupiter.api.Test;

/**
 * The example of docs/features.md, Streaming; with sound from memory, as there is no microphone.
 */
class MicrophoneTest {
  private static final AudioFormat FORMAT = new AudioFormat(16_000, 16, 1, true, false);
  private static final Pipeline LOG_MEL =
      new LogMel(MelSpectrogram.librosa(16_000), Compression.Logarithm.offset(1e-6)).pipeline();

  /** Listens until the line is closed from elsewhere. */
  static void listen(Consumer<Tensor> frames) throws LineUnavailableException, IOException {
    try (TargetDataLine line = AudioSystem.getTargetDataLine(FORMAT)) {
      line.open(FORMAT);
      line.start();
      extract(new AudioInputStream(line), frames);
    }
  }

  static void extract(AudioInputStream in, Consumer<Tensor> frames) throws IOException {
    byte[] bytes = new byte[2 * 800]; // 50 ms
    try (StreamingExtractor stream = new StreamingExtractor(Engines.named("cpu"), LOG_MEL, 1)) {
      for (int count; (count = in.read(bytes)) > 0; ) {
        float[] samples = new float[count / 2];
        for (int i = 0; i < samples.length; i++) {
          samples[i] = (short) ((bytes[2 * i] & 0xff) | (bytes[2 * i + 1] << 8)) / 32768f;
        }
        frames.accept(stream.push(samples));
      }
      frames.accept(stream.finish());
    }
  }

  @Test
  void framesAreThoseOfTheWholeSound() throws IOException {
    int n = 16_123;
    byte[] bytes = new byte[2 * n];
    float[] samples = new float[n];
    for (int i = 0; i < n; i++) {
      short value = (short) (8000 * Math.sin(i * i * 1e-4));
      bytes[2 * i] = (byte) value;
      bytes[2 * i + 1] = (byte) (value >> 8);
      samples[i] = value / 32768f;
    }
    List<Tensor> parts = new ArrayList<>();
    extract(new AudioInputStream(new ByteArrayInputStream(bytes), FORMAT, n), parts::add);
    try (Extractor whole = Engines.named("cpu").compile(LOG_MEL)) {
      Tensor expected = whole.extract(Waveform.of(samples, 16_000));
      int t = 0;
      for (Tensor part : parts) {
        for (int i = 0; i < part.shape().frames(); i++, t++) {
          assertArrayEquals(column(expected, t), column(part, i));
        }
      }
      assertEquals(expected.shape().frames(), t);
    }
  }

  private static float[] column(Tensor x, int t) {
    float[] column = new float[x.shape().bins()];
    for (int k = 0; k < column.length; k++) {
      column[k] = x.at(0, 0, k, t);
    }
    return column;
  }
}
