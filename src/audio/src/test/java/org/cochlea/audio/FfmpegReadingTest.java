package org.cochlea.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.cochlea.core.SampleType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Compressed formats, made on the fly with FFmpeg's own encoders. */
class FfmpegReadingTest {
  @TempDir Path folder;

  /** Skips where there are no natives for this platform, and says so. */
  static void assumeFfmpeg() {
    Assumptions.assumeTrue(Ffmpeg.missing() == null, () -> "needed: " + Ffmpeg.missing());
  }

  @BeforeEach
  void needsFfmpeg() {
    assumeFfmpeg();
  }

  /** Two chirps with some noise: nothing in them repeats, so that every shift shows. */
  private static float[][] music(int channels, int frames, int rate) {
    Random random = new Random(11);
    float[][] music = new float[channels][frames];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < frames; i++) {
        double t = (double) i / rate;
        double x =
            0.4 * Math.sin(2 * Math.PI * (200 + 300 * c + 120 * t) * t)
                + 0.05 * random.nextGaussian();
        music[c][i] = Math.round(x * 32768) / 32768f;
      }
    }
    return music;
  }

  @ParameterizedTest
  @CsvSource({"FLAC_16, 1", "FLAC_16, 2", "FLAC_16, 6", "FLAC_24, 2"})
  void losslessIsExact(AudioFormat format, int channels) throws IOException {
    float[][] music = music(channels, 50_001, 44100);
    Path path = folder.resolve("a.wav");
    AudioWriter.write(path, format, music, 44100);
    AudioClip clip = AudioClip.load(path);
    assertEquals(Container.FLAC, clip.info().container());
    assertEquals(Encoding.FLAC, clip.info().encoding());
    assertEquals(format == AudioFormat.FLAC_16 ? 16 : 24, clip.info().bits());
    assertEquals(channels, clip.channels());
    assertArrayEquals(music, clip.toChannels());
    try (AudioReader reader = AudioReader.open(path)) {
      assertEquals(50_001, reader.info().frames().orElseThrow());
    }
    AudioClip compact = AudioClip.loadCompact(path);
    assertEquals(
        format == AudioFormat.FLAC_16 ? SampleType.INT16 : SampleType.FLOAT32, compact.type());
    assertArrayEquals(music, compact.toChannels());
  }

  @ParameterizedTest
  @CsvSource({"MP3, 44100", "OGG_OPUS, 48000", "MP4_AAC, 44100", "MP3, 16000"})
  void encoderDelayIsRemoved(AudioFormat format, int rate) throws IOException {
    float[][] music = music(2, 3 * rate + 77, rate);
    Path path = folder.resolve("a");
    AudioWriter.write(path, format, music, rate);
    AudioClip clip = AudioClip.load(path);
    assertEquals(format.container(), clip.info().container());
    assertEquals(rate, clip.sampleRate());
    assertEquals(0, clip.info().bits());
    // MP4 does not say where the last block of 1024 ends.
    int slack = format == AudioFormat.MP4_AAC ? 1023 : 0;
    assertTrue(
        clip.frames() >= music[0].length && clip.frames() <= music[0].length + slack,
        "frames " + clip.frames());
    // The chirps stay in phase: what the codec changes is small against them.
    for (int c = 0; c < 2; c++) {
      double error = 0;
      double power = 0;
      for (int i = 0; i < music[0].length; i++) {
        double d = clip.floats()[c * clip.frames() + i] - music[c][i];
        error += d * d;
        power += music[c][i] * music[c][i];
      }
      assertTrue(error < 0.05 * power, "relative error " + error / power);
    }
    AudioClip compact = AudioClip.loadCompact(path);
    assertEquals(SampleType.FLOAT32, compact.type());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLAC_16", "FLAC_24", "MP3", "OGG_OPUS"})
  void seeksAreExact(AudioFormat format) throws IOException {
    int frames = 12 * 48000;
    Path path = folder.resolve("a");
    AudioWriter.write(path, format, music(2, frames, 48000), 48000);
    AudioClip whole = AudioClip.load(path);
    Random random = new Random(5);
    try (AudioReader reader = AudioReader.open(path)) {
      float[] block = new float[2 * 3000];
      for (int k = 0; k < 25; k++) {
        int at = random.nextInt(whole.frames());
        reader.seek(at);
        assertEquals(at, reader.position());
        int got = reader.readPlanar(block, 0, 3000, 3000);
        assertEquals(Math.min(3000, whole.frames() - at), got);
        for (int c = 0; c < 2; c++) {
          for (int i = 0; i < got; i++) {
            assertEquals(whole.floats()[c * whole.frames() + at + i], block[c * 3000 + i]);
          }
        }
      }
      reader.seek(0);
      assertEquals(3000, reader.readPlanar(block, 0, 3000, 3000));
      assertEquals(whole.floats()[2999], block[2999]);
    }
    AudioClip part = AudioClip.load(path, 7.5, 0.25);
    assertEquals(12_000, part.frames());
    assertEquals(whole.floats()[360_000], part.floats()[0]);
    assertThrows(AudioException.class, () -> AudioClip.load(path, 13, 1));
  }

  @Test
  void vorbis() throws IOException {
    // Two chirps of one second each at 16 kHz, encoded with libvorbis.
    Path path = folder.resolve("a.ogg");
    try (var in = FfmpegReadingTest.class.getResourceAsStream("chirps.ogg")) {
      Files.write(path, in.readAllBytes());
    }
    AudioClip clip = AudioClip.load(path);
    assertEquals("Ogg, Vorbis", clip.info().description());
    assertEquals(2, clip.channels());
    assertEquals(16000, clip.frames());
    for (int i = 4000; i < 12_000; i++) {
      double t = i / 16000.0;
      // Channel 1 is a steady tone of 440 Hz; the codec leaves it within a few percent.
      assertEquals(
          0.5 * Math.sin(2 * Math.PI * 440 * t), clip.floats()[16000 + i], 0.05, "sample " + i);
    }
    AudioClip part = AudioClip.load(path, 0.6, 0.2);
    assertArrayEquals(
        Arrays.copyOfRange(clip.floats(), 9600, 12_800), Arrays.copyOf(part.floats(), 3200));
  }

  @Test
  void aCutOffFileIsReadAndToldOf() throws IOException {
    Path path = folder.resolve("a.flac");
    AudioWriter.write(path, AudioFormat.FLAC_16, music(1, 100_000, 44100), 44100);
    byte[] bytes = Files.readAllBytes(path);
    Files.write(path, Arrays.copyOf(bytes, bytes.length / 2));
    AudioClip clip = AudioClip.load(path);
    assertTrue(clip.frames() > 30_000 && clip.frames() < 60_000, "frames " + clip.frames());
    assertEquals(clip.frames(), clip.info().frames().orElseThrow());
    assertTrue(
        clip.warnings().getLast().contains("the header says 100000 frames"),
        clip.warnings().toString());
  }

  @Test
  void adpcmInWavGoesThroughFfmpeg() throws IOException {
    // One block of IMA ADPCM: predictor 1000, index 0, and nibbles that stay near it.
    byte[] fmt = Bytes.little().u16(0x11, 1).u32(8000, 4055).u16(256, 4).u16(2, 505).array();
    byte[] block = new byte[256];
    block[0] = (byte) 0xe8;
    block[1] = 0x03;
    Path path = folder.resolve("a.wav");
    Files.write(path, Bytes.wav(fmt, block));
    AudioClip clip = AudioClip.load(path);
    assertEquals(505, clip.frames());
    assertEquals(1000 / 32768f, clip.floats()[0], 1 / 32768f);
    assertEquals(Container.WAV, clip.info().container());
  }

  @Test
  void filesThatNameOtherFilesAreNotFollowed() throws IOException {
    Path secret = folder.resolve("secret.mp3");
    AudioWriter.write(secret, AudioFormat.MP3, music(1, 44100, 44100), 44100);
    Path list = folder.resolve("list.m3u8");
    Files.writeString(list, "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nsecret.mp3\n");
    AudioException e = assertThrows(AudioException.class, () -> AudioReader.open(list));
    assertTrue(e.getMessage().contains("is not an audio file"), e.getMessage());
    Path concat = folder.resolve("list.ffconcat");
    Files.writeString(concat, "ffconcat version 1.0\nfile secret.mp3\n");
    assertThrows(AudioException.class, () -> AudioReader.open(concat));
  }

  @Test
  void namesNeedNotBeAscii() throws IOException {
    Path path = folder.resolve("Ein schönes %20 Lied: 音.flac");
    AudioWriter.write(path, AudioFormat.FLAC_16, music(1, 1000, 8000), 8000);
    assertEquals(1000, AudioClip.load(path).frames());
  }

  @Test
  void encodersSayWhatTheyDoNotTake() {
    Path path = folder.resolve("a.opus");
    AudioException e =
        assertThrows(
            AudioException.class, () -> AudioWriter.create(path, AudioFormat.OGG_OPUS, 44100, 1));
    assertTrue(e.getMessage().contains("1 channels at 44100 Hz"), e.getMessage());
    assertEquals(0, folder.toFile().list().length);
  }
}
