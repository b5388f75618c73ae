package org.cochlea.audio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.cochlea.core.SampleType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** WAV, AIFF and AU, built byte by byte from their specifications. */
class ReadingTest {
  @TempDir Path folder;

  private static final float[] EIGHTS = {-1f, -1 / 128f, 0f, 1 / 128f, 127 / 128f, 0.5f};
  private static final float[] SIXTEENS = {-1f, -1 / 32768f, 0f, 1 / 32768f, 32767 / 32768f, 0.5f};
  private static final float[] TWENTY_FOURS = {
    -1f, -1 / 8388608f, 0f, 1 / 8388608f, 8388607 / 8388608f, 0.5f
  };
  private static final float[] THIRTY_TWOS = {-1f, -0x1p-31f, 0f, 0x1p-31f, 1f, 0.5f};
  private static final float[] FLOATS = {-1f, 1.5f, 0f, 1e-30f, -2.25f, 0.1f};
  // Codes of G.711 and their values in its tables, in 16-bit units.
  private static final float[] MU = scaled(-32124, 32124, 0, 8, -8, 16764);
  private static final byte[] MU_CODES = Bytes.little().u8(0, 0x80, 0xff, 0xfe, 0x7e, 0x8f).array();
  private static final float[] A = scaled(-32256, 32256, 8, -8, -5504, 5504);
  private static final byte[] A_CODES = Bytes.little().u8(0x2a, 0xaa, 0xd5, 0x55, 0, 0x80).array();

  private static float[] scaled(int... samples) {
    float[] floats = new float[samples.length];
    for (int i = 0; i < samples.length; i++) {
      floats[i] = samples[i] / 32768f;
    }
    return floats;
  }

  private static byte[] s16(Bytes b) {
    return b.u16(-32768, -1, 0, 1, 32767, 16384).array();
  }

  private static byte[] s24(Bytes b) {
    return b.u24(-8388608, -1, 0, 1, 8388607, 4194304).array();
  }

  private static byte[] s32(Bytes b) {
    return b.u32(Integer.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE, 1 << 30).array();
  }

  private static byte[] f32(Bytes b) {
    for (float x : FLOATS) {
      b.u32(Float.floatToIntBits(x));
    }
    return b.array();
  }

  private static byte[] f64(Bytes b) {
    for (float x : FLOATS) {
      b.u64(Double.doubleToLongBits(x));
    }
    return b.array();
  }

  private static byte[] aiff(String compression, int bits, byte[] data) {
    boolean plain = compression.equals("NONE");
    Bytes comm = Bytes.big().u16(1).u32(6).u16(bits);
    // 11025 Hz as an 80-bit float: 11025 / 2^13, exponent 16383 + 13.
    comm.u16(16383 + 13).u64(11025L << (63 - 13));
    Bytes body = Bytes.big().tag(plain ? "AIFF" : "AIFC");
    if (!plain) {
      comm.tag(compression).u8(3).tag("odd");
      body.chunk("FVER", Bytes.big().u32(0xa2805140L).array());
    }
    body.chunk("COMM", comm.array());
    body.chunk("NAME", Bytes.big().tag("a name of odd length.").array());
    body.chunk("SSND", Bytes.big().u32(2, 0).u16(0x7777).add(data).array());
    return Bytes.big().tag("FORM").u32(body.size()).add(body.array()).array();
  }

  private static byte[] au(boolean little, int encoding, byte[] data) {
    Bytes b = little ? Bytes.little().tag("dns.") : Bytes.big().tag(".snd");
    return b.u32(28, data.length, encoding, 11025, 1).tag("note").add(data).array();
  }

  private static byte[] extensible(int tag, int channels, int container, int valid, byte[] data) {
    byte[] fmt =
        Bytes.little()
            .add(Bytes.fmt(0xfffe, channels, 11025, container))
            .u16(22, valid)
            .u32(4)
            .u16(tag)
            .u8(0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71)
            .array();
    return Bytes.wav(fmt, data);
  }

  static Stream<Arguments> encodings() {
    byte[] u8 = Bytes.little().u8(0, 127, 128, 129, 255, 192).array();
    byte[] s8 = Bytes.little().u8(-128, -1, 0, 1, 127, 64).array();
    byte[] rifx =
        Bytes.big()
            .tag("RIFX")
            .u32(0)
            .tag("WAVE")
            .tag("fmt ")
            .u32(16)
            .u16(1, 1)
            .u32(11025, 22050)
            .u16(2, 16)
            .chunk("data", s16(Bytes.big()))
            .array();
    return Stream.of(
        Arguments.of("wav u8", Bytes.wav(Bytes.fmt(1, 1, 11025, 8), u8), Encoding.PCM_8, EIGHTS),
        Arguments.of(
            "wav 16",
            Bytes.wav(Bytes.fmt(1, 1, 11025, 16), s16(Bytes.little())),
            Encoding.PCM_16,
            SIXTEENS),
        Arguments.of(
            "wav 24",
            Bytes.wav(Bytes.fmt(1, 1, 11025, 24), s24(Bytes.little())),
            Encoding.PCM_24,
            TWENTY_FOURS),
        Arguments.of(
            "wav 32",
            Bytes.wav(Bytes.fmt(1, 1, 11025, 32), s32(Bytes.little())),
            Encoding.PCM_32,
            THIRTY_TWOS),
        Arguments.of(
            "wav float",
            Bytes.wav(Bytes.fmt(3, 1, 11025, 32), f32(Bytes.little())),
            Encoding.FLOAT_32,
            FLOATS),
        Arguments.of(
            "wav double",
            Bytes.wav(Bytes.fmt(3, 1, 11025, 64), f64(Bytes.little())),
            Encoding.FLOAT_64,
            FLOATS),
        Arguments.of("wav A-law", Bytes.wav(Bytes.fmt(6, 1, 11025, 8), A_CODES), Encoding.A_LAW, A),
        Arguments.of(
            "wav mu-law", Bytes.wav(Bytes.fmt(7, 1, 11025, 8), MU_CODES), Encoding.MU_LAW, MU),
        Arguments.of(
            "wav extensible 16",
            extensible(1, 1, 16, 16, s16(Bytes.little())),
            Encoding.PCM_16,
            SIXTEENS),
        Arguments.of(
            "wav extensible 24 of 32",
            extensible(1, 1, 32, 24, s32(Bytes.little())),
            Encoding.PCM_32,
            THIRTY_TWOS),
        Arguments.of(
            "wav extensible float",
            extensible(3, 1, 32, 32, f32(Bytes.little())),
            Encoding.FLOAT_32,
            FLOATS),
        Arguments.of("wav big-endian", rifx, Encoding.PCM_16, SIXTEENS),
        Arguments.of("aiff 8", aiff("NONE", 8, s8), Encoding.PCM_8, EIGHTS),
        Arguments.of("aiff 16", aiff("NONE", 16, s16(Bytes.big())), Encoding.PCM_16, SIXTEENS),
        Arguments.of("aiff 24", aiff("NONE", 24, s24(Bytes.big())), Encoding.PCM_24, TWENTY_FOURS),
        Arguments.of("aiff 32", aiff("NONE", 32, s32(Bytes.big())), Encoding.PCM_32, THIRTY_TWOS),
        Arguments.of("aifc twos", aiff("twos", 16, s16(Bytes.big())), Encoding.PCM_16, SIXTEENS),
        Arguments.of("aifc sowt", aiff("sowt", 16, s16(Bytes.little())), Encoding.PCM_16, SIXTEENS),
        Arguments.of(
            "aifc sowt 24", aiff("sowt", 24, s24(Bytes.little())), Encoding.PCM_24, TWENTY_FOURS),
        Arguments.of("aifc raw", aiff("raw ", 8, u8), Encoding.PCM_8, EIGHTS),
        Arguments.of(
            "aifc in24", aiff("in24", 24, s24(Bytes.big())), Encoding.PCM_24, TWENTY_FOURS),
        Arguments.of("aifc in32", aiff("in32", 32, s32(Bytes.big())), Encoding.PCM_32, THIRTY_TWOS),
        Arguments.of("aifc float", aiff("fl32", 32, f32(Bytes.big())), Encoding.FLOAT_32, FLOATS),
        Arguments.of("aifc FLOAT", aiff("FL32", 32, f32(Bytes.big())), Encoding.FLOAT_32, FLOATS),
        Arguments.of("aifc double", aiff("fl64", 64, f64(Bytes.big())), Encoding.FLOAT_64, FLOATS),
        Arguments.of("aifc mu-law", aiff("ulaw", 16, MU_CODES), Encoding.MU_LAW, MU),
        Arguments.of("aifc A-law", aiff("alaw", 16, A_CODES), Encoding.A_LAW, A),
        Arguments.of("au mu-law", au(false, 1, MU_CODES), Encoding.MU_LAW, MU),
        Arguments.of("au 8", au(false, 2, s8), Encoding.PCM_8, EIGHTS),
        Arguments.of("au 16", au(false, 3, s16(Bytes.big())), Encoding.PCM_16, SIXTEENS),
        Arguments.of("au 24", au(false, 4, s24(Bytes.big())), Encoding.PCM_24, TWENTY_FOURS),
        Arguments.of("au 32", au(false, 5, s32(Bytes.big())), Encoding.PCM_32, THIRTY_TWOS),
        Arguments.of("au float", au(false, 6, f32(Bytes.big())), Encoding.FLOAT_32, FLOATS),
        Arguments.of("au double", au(false, 7, f64(Bytes.big())), Encoding.FLOAT_64, FLOATS),
        Arguments.of("au A-law", au(false, 27, A_CODES), Encoding.A_LAW, A),
        Arguments.of(
            "au little-endian", au(true, 3, s16(Bytes.little())), Encoding.PCM_16, SIXTEENS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("encodings")
  void samplesAreExact(String name, byte[] file, Encoding encoding, float[] expected)
      throws IOException {
    // The name says nothing about the content, and nothing is made of it.
    Path path = write("some.mp3", file);
    AudioClip clip = AudioClip.load(path);
    assertArrayEquals(expected, clip.floats());
    assertEquals(encoding, clip.info().encoding());
    assertEquals(11025, clip.sampleRate());
    assertEquals(1, clip.channels());
    assertTrue(clip.warnings().isEmpty(), () -> clip.warnings().toString());

    AudioClip compact = AudioClip.loadCompact(path);
    if (compact.info().fitsInt16()) {
      short[] shorts = new short[expected.length];
      for (int i = 0; i < shorts.length; i++) {
        shorts[i] = (short) (expected[i] * 32768);
        assertEquals(expected[i], shorts[i] / 32768f);
      }
      assertEquals(SampleType.INT16, compact.type());
      assertArrayEquals(shorts, compact.shorts());
      assertArrayEquals(expected, compact.toChannels()[0]);
    } else {
      assertArrayEquals(expected, compact.floats());
    }
  }

  @Test
  void bitsThatFillNoBytesAreLeftJustified() throws IOException {
    byte[] data = Bytes.little().u16(0x7ff0, -0x8000, 0x0010).array();
    AudioClip clip = AudioClip.load(write("a.wav", Bytes.wav(Bytes.fmt(1, 1, 8000, 12), data)));
    assertArrayEquals(new float[] {2047 / 2048f, -1f, 1 / 2048f}, clip.floats());
    assertEquals(12, clip.info().bits());
  }

  @Test
  void unknownChunksOfOddSizeArePassedOver() throws IOException {
    Bytes body =
        Bytes.little()
            .tag("WAVE")
            .chunk("JUNK", new byte[7])
            .chunk("bext", new byte[603])
            .chunk("fmt ", Bytes.fmt(1, 2, 48000, 16))
            .chunk("fact", new byte[4])
            .chunk("LIST", new byte[5001])
            .chunk("data", Bytes.little().u16(1, 2, 3, 4).array())
            .chunk("id3 ", new byte[33]);
    byte[] file = Bytes.little().tag("RIFF").u32(body.size()).add(body.array()).array();
    AudioClip clip = AudioClip.loadCompact(write("a.wav", file));
    assertArrayEquals(new short[] {1, 3, 2, 4}, clip.shorts());
    assertEquals(48000, clip.sampleRate());
  }

  @ParameterizedTest(name = "RIFF {0}, data {1}")
  @MethodSource("streamedSizes")
  void streamedWavIsReadToTheEnd(long riff, long data) throws IOException {
    byte[] file =
        Bytes.little()
            .tag("RIFF")
            .u32(riff)
            .tag("WAVE")
            .chunk("fmt ", Bytes.fmt(1, 1, 16000, 16))
            .tag("data")
            .u32(data)
            .u16(10, 20, 30)
            .array();
    AudioClip clip = AudioClip.loadCompact(write("a.wav", file));
    assertArrayEquals(new short[] {10, 20, 30}, clip.shorts());
    assertTrue(clip.warnings().isEmpty());
  }

  static Stream<Arguments> streamedSizes() {
    return Stream.of(
        Arguments.of(0xffffffffL, 0xffffffffL),
        Arguments.of(0L, 0L),
        Arguments.of(36L, 0L),
        Arguments.of(0x7ffff024L, 0x7ffff000L),
        Arguments.of(0x80000023L, 0x7fffffffL));
  }

  @Test
  void emptyDataIsNotTakenForAStream() throws IOException {
    Bytes body =
        Bytes.little()
            .tag("WAVE")
            .chunk("fmt ", Bytes.fmt(1, 1, 16000, 16))
            .chunk("data", new byte[0])
            .chunk("LIST", new byte[100]);
    byte[] file = Bytes.little().tag("RIFF").u32(body.size()).add(body.array()).array();
    AudioClip clip = AudioClip.load(write("a.wav", file));
    assertEquals(0, clip.frames());
    assertEquals(0, clip.waveform().length(0));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.ValueSource(strings = {"RF64", "BW64"})
  void sizesOf64BitsComeFromDs64(String form) throws IOException {
    Bytes body =
        Bytes.little()
            .tag("WAVE")
            .chunk("ds64", Bytes.little().u64(1000, 4, 2).u32(0).array())
            .chunk("fmt ", Bytes.fmt(1, 1, 16000, 16))
            .tag("data")
            .u32(0xffffffffL)
            .u16(5, 6)
            .chunk("LIST", new byte[10]);
    byte[] file = Bytes.little().tag(form).u32(0xffffffffL).add(body.array()).array();
    AudioClip clip = AudioClip.loadCompact(write("a.wav", file));
    assertArrayEquals(new short[] {5, 6}, clip.shorts());
    assertEquals(Container.RF64, clip.info().container());
  }

  @Test
  void aCutOffFileIsReadAndToldOf() throws IOException {
    byte[] whole =
        Bytes.wav(Bytes.fmt(1, 2, 16000, 16), Bytes.little().u16(1, 2, 3, 4, 5, 6).array());
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 3);
    AudioClip clip = AudioClip.loadCompact(write("a.wav", cut));
    assertArrayEquals(new short[] {1, 3, 2, 4}, clip.shorts());
    assertEquals(OptionalLong.of(2), clip.info().frames());
    assertEquals(1, clip.warnings().size());
    assertTrue(clip.warnings().getFirst().contains("12 bytes of samples, 9 are there"));
  }

  @Test
  void blocksSeeksAndLayoutsAgree() throws IOException {
    int frames = 100_000;
    int channels = 3;
    Bytes data = Bytes.little();
    for (int i = 0; i < frames * channels; i++) {
      data.u16(i * 31L);
    }
    Path path = write("a.wav", Bytes.wav(Bytes.fmt(1, channels, 44100, 16), data.array()));
    java.util.random.RandomGenerator random = new java.util.Random(7);
    try (AudioReader reader = AudioReader.open(path)) {
      long at = 0;
      float[] planar = new float[3 * 50_000 + 5];
      float[] side = new float[3 * 50_000 + 5];
      short[] shorts = new short[3 * 50_000 + 5];
      for (int step = 0; step < 200; step++) {
        int count = random.nextInt(50_000);
        switch (random.nextInt(3)) {
          case 0 -> {
            at = random.nextInt(frames + 1);
            reader.seek(at);
          }
          case 1 -> {
            long skip = random.nextInt(1000);
            at += reader.skip(skip);
          }
          default -> {}
        }
        assertEquals(at, reader.position());
        int there = (int) Math.min(count, frames - at);
        int got;
        switch (random.nextInt(3)) {
          case 0 -> got = reader.readPlanar(planar, 5, 50_000, count);
          case 1 -> {
            got = reader.readInterleaved(side, 5, count);
            for (int i = 0; i < got * channels; i++) {
              planar[5 + i % channels * 50_000 + i / channels] = side[5 + i];
            }
          }
          default -> {
            got = reader.readPlanar(shorts, 5, 50_000, count);
            for (int i = 0; i < planar.length; i++) {
              planar[i] = shorts[i] / 32768f;
            }
          }
        }
        assertEquals(there, got);
        for (int c = 0; c < channels; c++) {
          for (int i = 0; i < got; i += 97) {
            short expected = (short) (((at + i) * channels + c) * 31L);
            assertEquals(expected / 32768f, planar[5 + c * 50_000 + i]);
          }
        }
        at += got;
      }
      reader.seek(frames);
      assertEquals(0, reader.readPlanar(planar, 0, 10, 10));
      AudioException beyond = assertThrows(AudioException.class, () -> reader.seek(frames + 1));
      assertTrue(beyond.getMessage().contains("there is no frame 100001"));
      assertThrows(IllegalArgumentException.class, () -> reader.seek(-1));
      assertThrows(
          IllegalArgumentException.class, () -> reader.readInterleaved(new float[5], 0, 2));
      assertThrows(IllegalArgumentException.class, () -> reader.readPlanar(new float[9], 0, 2, 3));
    }
  }

  @Test
  void aStretchIsCutAsLibrosaCuts() throws IOException {
    Bytes data = Bytes.little();
    for (int i = 0; i < 1000; i++) {
      data.u16(i);
    }
    Path path = write("a.wav", Bytes.wav(Bytes.fmt(1, 1, 100, 16), data.array()));
    AudioClip clip = AudioClip.loadCompact(path, 1.239, 0.578);
    assertEquals(123, clip.shorts()[0]);
    assertEquals(57, clip.frames());
    assertEquals(0.57, clip.duration(), 1e-12);
    assertEquals(1, AudioClip.load(path, 9.99, 5).frames());
    assertEquals(0, AudioClip.load(path, 10, 5).frames());
    assertEquals(0, AudioClip.load(path, 3, 0).frames());
    AudioException beyond = assertThrows(AudioException.class, () -> AudioClip.load(path, 10.5, 1));
    assertTrue(beyond.getMessage().contains("10.500 s"), beyond.getMessage());
    assertThrows(IllegalArgumentException.class, () -> AudioClip.load(path, -1, 1));
    assertThrows(IllegalArgumentException.class, () -> AudioClip.load(path, Double.NaN, 1));
  }

  @Test
  void clipsBecomeWaveformsAndMono() throws IOException {
    byte[] data = Bytes.little().u16(100, 300, -200, 200, 32767, 32767).array();
    Path path = write("a.wav", Bytes.wav(Bytes.fmt(1, 2, 8000, 16), data));
    AudioClip clip = AudioClip.loadCompact(path);
    assertEquals(2, clip.waveform().channels());
    assertEquals(SampleType.INT16, clip.waveform().type());
    assertArrayEquals(
        new float[] {300 / 32768f, 200 / 32768f, 32767 / 32768f}, clip.waveform().toArray(0, 1));
    assertArrayEquals(new float[] {200 / 32768f, 0, 32767 / 32768f}, clip.toMono().floats());
    assertEquals(1, clip.toMono().info().channels());
  }

  @Test
  void integersThatDoNotFitAreRefused() throws IOException {
    Path path = write("a.wav", Bytes.wav(Bytes.fmt(1, 1, 8000, 24), new byte[30]));
    try (AudioReader reader = AudioReader.open(path)) {
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class, () -> reader.readInterleaved(new short[5], 0, 5));
      assertTrue(String.valueOf(e.getMessage()).contains("24-bit PCM"));
    }
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }
}
