package org.cochlea.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are wrong: one line that says so, no other exception, no memory by their word. */
class BrokenFilesTest {
  @TempDir Path folder;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  static Stream<Arguments> broken() {
    byte[] data = new byte[64];
    byte[] good = Bytes.wav(Bytes.fmt(1, 1, 8000, 16), data);
    return Stream.of(
        Arguments.of("is empty", new byte[0]),
        Arguments.of("ends within its header", Arrays.copyOf(good, 30)),
        Arguments.of("no fmt chunk", Arrays.copyOf(good, 12)),
        Arguments.of("no data chunk", Arrays.copyOf(good, 36)),
        Arguments.of("says 0 channels", Bytes.wav(Bytes.fmt(1, 0, 8000, 16), data)),
        Arguments.of("says 65535 channels", Bytes.wav(Bytes.fmt(1, 65535, 8000, 16), data)),
        Arguments.of("rate of 0 Hz", Bytes.wav(Bytes.fmt(1, 1, 0, 16), data)),
        Arguments.of("rate of 2147483648 Hz", Bytes.wav(Bytes.fmt(1, 1, 1L << 31, 16), data)),
        Arguments.of("0 bits per sample", Bytes.wav(Bytes.fmt(1, 1, 8000, 0), data)),
        Arguments.of("48 bits per sample", Bytes.wav(Bytes.fmt(1, 1, 8000, 48), data)),
        Arguments.of("16 bits per sample of float", Bytes.wav(Bytes.fmt(3, 1, 8000, 16), data)),
        Arguments.of(
            "before the data",
            Bytes.little().tag("RIFF").u32(50).tag("WAVE").chunk("data", data).array()),
        Arguments.of(
            "fmt chunk has 8 bytes",
            Bytes.little().tag("RIFF").u32(50).tag("WAVE").chunk("fmt ", new byte[8]).array()),
        Arguments.of(
            "says 0 channels", Bytes.big().tag(".snd").u32(24, 10, 3, 8000, 0).add(data).array()),
        Arguments.of(
            "there is no COMM chunk",
            Bytes.big().tag("FORM").u32(20).tag("AIFF").chunk("SSND", new byte[20]).array()),
        Arguments.of(
            "rate of 0 Hz",
            Bytes.big()
                .tag("FORM")
                .u32(20)
                .tag("AIFF")
                .chunk("COMM", Bytes.big().u16(1).u32(5).u16(16, 0).u64(0).array())
                .array()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void theMessageNamesFileAndProblem(String problem, byte[] file) throws IOException {
    Path path = Files.write(folder.resolve("broken.wav"), file);
    AudioException e = assertThrows(AudioException.class, () -> AudioReader.open(path));
    assertTrue(e.getMessage().startsWith(path + ": "), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
    assertEquals(path, e.file());
  }

  @Test
  void whatIsNoAudioFileIsToldSo() throws IOException {
    Path text = Files.writeString(folder.resolve("text.wav"), "Dear Sir,\nthis is no audio.\n");
    String message = assertThrows(AudioException.class, () -> AudioReader.open(text)).getMessage();
    assertTrue(message.contains("(it begins with"), message);

    message = assertThrows(AudioException.class, () -> AudioReader.open(folder)).getMessage();
    assertEquals(folder + ": is a directory", message);

    Path nowhere = folder.resolve("nowhere.wav");
    message = assertThrows(AudioException.class, () -> AudioReader.open(nowhere)).getMessage();
    assertEquals(nowhere + ": no such file", message);

    Path newline = folder.resolve("a\nb.wav");
    message = assertThrows(AudioException.class, () -> AudioReader.open(newline)).getMessage();
    assertFalse(message.contains("\n"));
  }

  @Test
  void sizesInTheHeaderCostNoMemory() throws IOException {
    byte[] wav =
        Bytes.little()
            .tag("RIFF")
            .u32(0xfffffff0L)
            .tag("WAVE")
            .chunk("fmt ", Bytes.fmt(1, 2, 44100, 24))
            .tag("data")
            .u32(0xff000000L)
            .add(new byte[60])
            .array();
    byte[] rf64 =
        Bytes.little()
            .tag("RF64")
            .u32(0xffffffffL)
            .tag("WAVE")
            .chunk("ds64", Bytes.little().u64(-1, Long.MAX_VALUE, -1).u32(-1).array())
            .chunk("fmt ", Bytes.fmt(3, 1024, 44100, 64))
            .tag("data")
            .u32(0xffffffffL)
            .add(new byte[8192])
            .array();
    byte[] aiff =
        Bytes.big()
            .tag("FORM")
            .u32(0xffffffffL)
            .tag("AIFF")
            .chunk(
                "COMM",
                Bytes.big().u16(1).u32(0xffffffffL).u16(32, 16383 + 13).u64(8000L << 50).array())
            .tag("SSND")
            .u32(0xffffffffL, 0, 0)
            .add(new byte[40])
            .array();
    int[] frames = {10, 1, 10};
    byte[][] files = {wav, rf64, aiff};
    for (int i = 0; i < files.length; i++) {
      Path path = Files.write(folder.resolve("big.wav"), files[i]);
      AudioClip.load(path);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      AudioClip clip = AudioClip.load(path);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertEquals(frames[i], clip.frames());
      assertFalse(clip.warnings().isEmpty());
      assertTrue(allocated < 500_000, "allocated " + allocated);
    }
  }

  @Test
  void mutatedHeadersGiveAudioOrAnAudioException() throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    Path seed = folder.resolve("seed");
    float[][] noise = noise(2, 3000);
    for (AudioFormat format : AudioFormat.values()) {
      if (!format.needsFfmpeg()) {
        AudioWriter.write(seed, format, noise, 16000);
        seeds.add(Files.readAllBytes(seed));
      }
    }
    // Loading the library takes memory once; without it some of these files are only refused.
    Ffmpeg.missing();
    Random random = new Random(20261121);
    int readable = 0;
    for (int round = 0; round < 2000; round++) {
      byte[] file = mutate(seeds.get(round % seeds.size()), random, 80);
      Path path = Files.write(folder.resolve("fuzz"), file);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      try {
        AudioClip clip = AudioClip.load(path);
        // A changed format tag may ask for a codec, and that makes many samples of a byte.
        long most = (clip.info().encoding() == Encoding.OTHER ? 100L : 1) * file.length;
        assertTrue((long) clip.frames() * clip.channels() <= most, clip::toString);
        readable++;
      } catch (AudioException e) {
        assertTrue(e.getMessage().startsWith(path + ": "));
        assertEquals(-1, e.getMessage().indexOf('\n'));
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < 3_000_000, "round " + round + " allocated " + allocated);
    }
    // Most mutations hit fields that do not matter; some must hit ones that do.
    assertTrue(readable > 200 && readable < 1900, "readable " + readable);
  }

  @Test
  void mutatedCompressedFilesGiveAudioOrAnAudioException() throws IOException {
    FfmpegReadingTest.assumeFfmpeg();
    List<byte[]> seeds = new ArrayList<>();
    Path seed = folder.resolve("seed");
    float[][] noise = noise(1, 4000);
    for (AudioFormat format : AudioFormat.values()) {
      if (format.needsFfmpeg()) {
        AudioWriter.write(seed, format, noise, 16000);
        seeds.add(Files.readAllBytes(seed));
      }
    }
    Random random = new Random(20261122);
    for (int round = 0; round < 2000; round++) {
      byte[] original = seeds.get(round % seeds.size());
      byte[] file = mutate(original, random, round % 2 == 0 ? 100 : original.length);
      Path path = Files.write(folder.resolve("fuzz"), file);
      try {
        AudioClip clip = AudioClip.load(path);
        assertTrue(clip.frames() < 10_000_000, "frames " + clip.frames());
      } catch (AudioException e) {
        assertTrue(e.getMessage().startsWith(path + ": "));
        assertEquals(-1, e.getMessage().indexOf('\n'));
      }
    }
  }

  /** Changes some bytes among the first ones, or cuts the file off, or both. */
  private static byte[] mutate(byte[] original, Random random, int within) {
    byte[] file = original.clone();
    if (random.nextInt(4) == 0) {
      file = Arrays.copyOf(file, 1 + random.nextInt(random.nextBoolean() ? 100 : file.length));
    }
    int changes = random.nextInt(5);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(Math.min(within, file.length));
      switch (random.nextInt(3)) {
        case 0 -> file[at] = (byte) random.nextInt();
        case 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
        default ->
            Arrays.fill(
                file, at, Math.min(at + 4, file.length), (byte) (random.nextBoolean() ? 0xff : 0));
      }
    }
    return file;
  }

  private static float[][] noise(int channels, int frames) {
    Random random = new Random(3);
    float[][] noise = new float[channels][frames];
    for (float[] channel : noise) {
      for (int i = 0; i < frames; i++) {
        channel[i] = random.nextFloat() - 0.5f;
      }
    }
    return noise;
  }
}
