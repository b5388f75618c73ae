package org.cochlea.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class WritingTest {
  @TempDir Path folder;

  static Stream<AudioFormat> plain() {
    return Stream.of(AudioFormat.values()).filter(format -> !format.needsFfmpeg());
  }

  private static SampleCodec codec(AudioFormat format) {
    return Objects.requireNonNull(format.codec());
  }

  /** How far a sample may be from what was written: half a step of the encoding. */
  private static double tolerance(AudioFormat format) {
    return switch (codec(format)) {
      case UNSIGNED_8, SIGNED_8 -> 0x1p-8;
      case SIGNED_16 -> 0x1p-16;
      case SIGNED_24 -> 0x1p-24;
      case SIGNED_32, FLOAT_32, FLOAT_64 -> 0;
      // Steps of the outermost segment are 1/32 of full scale, after cutting to 13 or 14 bits.
      case MU_LAW, A_LAW -> 0x1p-6 + 0x1p-12;
    };
  }

  @ParameterizedTest
  @MethodSource("plain")
  void whatIsWrittenIsRead(AudioFormat format) throws IOException {
    Path path = folder.resolve("a." + format.extension());
    for (int channels : new int[] {1, 2, 7}) {
      // An odd number of frames, and more than one block.
      int frames = 20_001;
      Random random = new Random(channels);
      float[][] noise = new float[channels][frames];
      for (float[] channel : noise) {
        for (int i = 0; i < frames; i++) {
          // 24-bit values are exact in float, so that 32-bit PCM has nothing to round; µ-law
          // ends at 0.98.
          channel[i] = (random.nextInt(0xf8_0000) - 0x7c_0000) * 0x1p-23f;
        }
      }
      AudioWriter.write(path, format, noise, 22050);
      AudioClip clip = AudioClip.load(path);
      assertEquals(format.container(), clip.info().container());
      assertEquals(codec(format).encoding(), clip.info().encoding());
      assertEquals(22050, clip.sampleRate());
      assertEquals(frames, clip.frames());
      assertEquals(List.of(), clip.warnings());
      float[][] read = clip.toChannels();
      double tolerance = tolerance(format);
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < frames; i++) {
          assertEquals(noise[c][i], read[c][i], tolerance);
        }
      }
      // What was read from a file is written back bit by bit, but for the two zeros of µ-law.
      Path again = folder.resolve("b");
      AudioWriter.write(again, format, clip);
      byte[] first = Files.readAllBytes(again);
      assertArrayEquals(clip.floats(), AudioClip.load(again).floats());
      if (format.codec() != SampleCodec.MU_LAW) {
        assertArrayEquals(Files.readAllBytes(path), first);
      }
      AudioWriter.write(again, format, AudioClip.loadCompact(path));
      assertArrayEquals(first, Files.readAllBytes(again));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"WAV_8", "WAV_16", "WAV_24", "AIFF_8", "AIFF_16", "AIFF_24", "AU_16", "AU_24"})
  void javaSoundReadsTheSame(AudioFormat format) throws IOException, UnsupportedAudioFileException {
    Path path = folder.resolve("a." + format.extension());
    float[][] samples = {{-1f, -0.5f, 0f, 0.25f, 0.75f}, {0.125f, 0f, -1f, 0.5f, -0.25f}};
    AudioWriter.write(path, format, samples, 16000);
    try (AudioInputStream in =
        AudioSystem.getAudioInputStream(new ByteArrayInputStream(Files.readAllBytes(path)))) {
      javax.sound.sampled.AudioFormat f = in.getFormat();
      assertEquals(16000, f.getSampleRate());
      assertEquals(2, f.getChannels());
      assertEquals(5, in.getFrameLength());
      byte[] bytes = in.readAllBytes();
      int size = f.getSampleSizeInBits() / 8;
      for (int i = 0; i < 10; i++) {
        int value = 0;
        for (int b = 0; b < size; b++) {
          int at = i * size + (f.isBigEndian() ? b : size - 1 - b);
          value = value << 8 | (bytes[at] & 0xff);
        }
        boolean unsigned =
            javax.sound.sampled.AudioFormat.Encoding.PCM_UNSIGNED.equals(f.getEncoding());
        int half = 1 << (8 * size - 1);
        float x = unsigned ? value - half : (value << (32 - 8 * size)) >> (32 - 8 * size);
        assertEquals(samples[i % 2][i / 2], x / half);
      }
    }
  }

  @Test
  void floatsAreRoundedToNearestAndClipped() throws IOException {
    Path path = folder.resolve("a.wav");
    float[] x = {2f, -2f, 1f, Float.NaN, 1.5f / 32768, 2.5f / 32768, -1.5f / 32768, 0.4f / 32768};
    AudioWriter.write(path, AudioFormat.WAV_16, new float[][] {x}, 8000);
    assertArrayEquals(
        new short[] {32767, -32768, 32767, 0, 2, 2, -2, 0}, AudioClip.loadCompact(path).shorts());
  }

  @Test
  void nothingIsSeenBeforeItIsFinished() throws IOException {
    Path path = folder.resolve("a.wav");
    Files.writeString(path, "old");
    try (AudioWriter writer = AudioWriter.create(path, AudioFormat.WAV_16, 8000, 1)) {
      writer.writeInterleaved(new float[100], 0, 100);
      assertEquals("old", Files.readString(path));
    }
    assertEquals("old", Files.readString(path));
    try (AudioWriter writer = AudioWriter.create(path, AudioFormat.WAV_16, 8000, 1)) {
      writer.writeInterleaved(new float[100], 0, 100);
      writer.finish();
      assertThrows(IllegalStateException.class, () -> writer.writeInterleaved(new float[1], 0, 1));
    }
    assertEquals(100, AudioClip.load(path).frames());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void wrongTargetsAreToldOf() {
    Path path = folder.resolve("no/such/a.wav");
    AudioException e =
        assertThrows(
            AudioException.class, () -> AudioWriter.create(path, AudioFormat.WAV_16, 8000, 1));
    assertEquals(path + ": there is no folder " + path.getParent(), e.getMessage());
    assertThrows(
        AudioException.class, () -> AudioWriter.create(folder, AudioFormat.WAV_16, 8000, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> AudioWriter.create(folder.resolve("a"), AudioFormat.WAV_16, 0, 1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            AudioWriter.write(
                folder.resolve("a"), AudioFormat.WAV_16, new float[][] {{1}, {1, 2}}, 8000));
    assertFalse(Files.exists(folder.resolve("a")));
  }

  @Test
  void namesChooseFormats() {
    assertEquals(Optional.of(AudioFormat.WAV_16), AudioFormat.forName(Path.of("x/y.WAV")));
    assertEquals(Optional.of(AudioFormat.FLAC_16), AudioFormat.forName(Path.of("y.flac")));
    assertEquals(Optional.of(AudioFormat.OGG_OPUS), AudioFormat.forName(Path.of("y.ogg")));
    assertEquals(Optional.empty(), AudioFormat.forName(Path.of("y.txt")));
    assertEquals(Optional.empty(), AudioFormat.forName(Path.of("y")));
  }
}
