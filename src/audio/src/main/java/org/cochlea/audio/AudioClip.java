package org.cochlea.audio;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cochlea.core.SampleType;
import org.cochlea.core.Waveform;

/**
 * An audio file, or a stretch of it, in memory: one channel after the other in a single array, as
 * floats or as 16-bit integers.
 */
public final class AudioClip {
  /** How many samples are decoded at a time where the length is not known beforehand. */
  private static final int STEP = 1 << 16;

  /** What the file only estimates is believed up to here; beyond, memory grows with what comes. */
  private static final long MAX_ESTIMATE = 1 << 24;

  private final AudioInfo info;
  private final SampleType type;
  private final Object samples;
  private final int frames;
  private final List<String> warnings;

  private AudioClip(
      AudioInfo info, SampleType type, Object samples, int frames, List<String> warnings) {
    this.info = info;
    this.type = type;
    this.samples = samples;
    this.frames = frames;
    this.warnings = warnings;
  }

  /**
   * Loads a whole file as floats.
   *
   * @throws AudioException if it cannot be read, see {@link AudioReader#open}
   */
  public static AudioClip load(Path file) throws IOException {
    return load(file, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * Loads a stretch of a file as floats, as {@code librosa.load(path, sr=None, mono=False, offset,
   * duration)}.
   *
   * @param offset where to begin, in seconds, at least 0; rounded down to a frame
   * @param duration how much to load, in seconds, at least 0; rounded down to frames. The clip is
   *     shorter where the file ends earlier
   * @throws AudioException if the file cannot be read, or ends before {@code offset}
   * @throws IllegalArgumentException if a number is out of range
   */
  public static AudioClip load(Path file, double offset, double duration) throws IOException {
    return load(file, offset, duration, false);
  }

  /**
   * Loads a whole file in the smallest type that loses nothing: 16-bit integers where {@link
   * AudioInfo#fitsInt16()}, else floats.
   *
   * @throws AudioException if it cannot be read, see {@link AudioReader#open}
   */
  public static AudioClip loadCompact(Path file) throws IOException {
    return loadCompact(file, 0, Double.POSITIVE_INFINITY);
  }

  /**
   * Loads a stretch of a file in the smallest type that loses nothing: 16-bit integers where {@link
   * AudioInfo#fitsInt16()}, else floats.
   *
   * @param offset where to begin, in seconds, at least 0; rounded down to a frame
   * @param duration how much to load, in seconds, at least 0; rounded down to frames
   * @throws AudioException if the file cannot be read, or ends before {@code offset}
   * @throws IllegalArgumentException if a number is out of range
   */
  public static AudioClip loadCompact(Path file, double offset, double duration)
      throws IOException {
    return load(file, offset, duration, true);
  }

  private static AudioClip load(Path file, double offset, double duration, boolean compact)
      throws IOException {
    try (AudioReader reader = AudioReader.open(file)) {
      return load(reader, file, offset, duration, compact);
    }
  }

  /**
   * Loads a stretch of a file that is open, as floats; the reader has been read then.
   *
   * @param reader at the file's beginning
   * @param file its name, for messages
   * @param offset where to begin, in seconds, at least 0; rounded down to a frame
   * @param duration how much to load, in seconds, at least 0; rounded down to frames
   * @throws AudioException if the file cannot be read, or ends before {@code offset}
   * @throws IllegalArgumentException if a number is out of range
   */
  public static AudioClip load(AudioReader reader, Path file, double offset, double duration)
      throws IOException {
    return load(reader, file, offset, duration, false);
  }

  /**
   * Loads a stretch of a file that is open in the smallest type that loses nothing: 16-bit integers
   * where {@link AudioInfo#fitsInt16()}, else floats; the reader has been read then.
   *
   * @param reader at the file's beginning
   * @param file its name, for messages
   * @param offset where to begin, in seconds, at least 0; rounded down to a frame
   * @param duration how much to load, in seconds, at least 0; rounded down to frames
   * @throws AudioException if the file cannot be read, or ends before {@code offset}
   * @throws IllegalArgumentException if a number is out of range
   */
  public static AudioClip loadCompact(AudioReader reader, Path file, double offset, double duration)
      throws IOException {
    return load(reader, file, offset, duration, true);
  }

  private static AudioClip load(
      AudioReader reader, Path file, double offset, double duration, boolean compact)
      throws IOException {
    if (!(offset >= 0) || Double.isInfinite(offset)) {
      throw new IllegalArgumentException("offset must be at least 0 s, was " + offset);
    }
    if (!(duration >= 0)) {
      throw new IllegalArgumentException("duration must be at least 0 s, was " + duration);
    }
    AudioInfo info = reader.info();
    long start = (long) (offset * info.sampleRate());
    if (start > 0) {
      reader.seek(start);
    }
    // A double beyond the range of long becomes the largest long.
    long wanted = (long) (duration * info.sampleRate());
    return read(file, reader, start, wanted, compact && info.fitsInt16());
  }

  private static AudioClip read(
      Path file, AudioReader reader, long start, long atMost, boolean int16) throws IOException {
    long wanted = atMost;
    AudioInfo info = reader.info();
    int channels = info.channels();
    int most = (Integer.MAX_VALUE - 8) / channels;
    if (info.frames().isPresent()) {
      wanted = Math.min(wanted, Math.max(0, info.frames().getAsLong() - start));
    }
    // Plain samples have been held against the size of the file; what other headers say has not.
    boolean certain = reader instanceof PcmReader;
    if (certain && wanted > most) {
      throw tooLong(file, info);
    }
    int capacity = (int) Math.min(certain ? wanted : Math.min(wanted, estimate(info, start)), most);
    Object samples = int16 ? new short[capacity * channels] : new float[capacity * channels];
    int frames = 0;
    while (frames < wanted) {
      if (frames == capacity) {
        // Nothing is allocated for what may not be there: first see whether the file goes on.
        int step = (int) Math.min(Math.max(1, STEP / channels), wanted - frames);
        Object more = int16 ? new short[step * channels] : new float[step * channels];
        int got = read(reader, more, 0, step, step);
        if (got == 0) {
          break;
        }
        if (frames + (long) got > most) {
          throw tooLong(file, info);
        }
        int larger = (int) Math.clamp(capacity + capacity / 2L, frames + (long) got, most);
        samples = restride(samples, channels, frames, capacity, larger);
        capacity = larger;
        for (int c = 0; c < channels; c++) {
          System.arraycopy(more, c * step, samples, c * capacity + frames, got);
        }
        frames += got;
      } else {
        int count = (int) Math.min(capacity - frames, wanted - frames);
        int got = read(reader, samples, frames, capacity, count);
        frames += got;
        if (got < count) {
          break;
        }
      }
    }
    if (frames < capacity) {
      samples = restride(samples, channels, frames, capacity, frames);
    }
    return new AudioClip(
        info.withFrames(frames),
        int16 ? SampleType.INT16 : SampleType.FLOAT32,
        samples,
        frames,
        reader.warnings());
  }

  private static long estimate(AudioInfo info, long start) {
    double frames = info.duration().orElse(0) * info.sampleRate() - start;
    return Math.clamp((long) frames, 0L, MAX_ESTIMATE / info.channels());
  }

  private static int read(AudioReader reader, Object out, int offset, int stride, int frames)
      throws IOException {
    return out instanceof short[] shorts
        ? reader.readPlanar(shorts, offset, stride, frames)
        : reader.readPlanar((float[]) out, offset, stride, frames);
  }

  private static Object restride(Object samples, int channels, int frames, int from, int to) {
    if (channels == 1) {
      return samples instanceof short[] shorts
          ? Arrays.copyOf(shorts, to)
          : Arrays.copyOf((float[]) samples, to);
    }
    Object moved = samples instanceof short[] ? new short[channels * to] : new float[channels * to];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(samples, c * from, moved, c * to, frames);
    }
    return moved;
  }

  private static AudioException tooLong(Path file, AudioInfo info) {
    return new AudioException(
        file,
        "is too long for one array of %d channels: read it in blocks, or load a part"
            .formatted(info.channels()));
  }

  /** Returns what the file says of itself, with the number of frames that were loaded. */
  public AudioInfo info() {
    return info;
  }

  /** Returns the sample rate in Hz. */
  public int sampleRate() {
    return info.sampleRate();
  }

  /** Returns the number of channels. */
  public int channels() {
    return info.channels();
  }

  /** Returns the number of samples per channel. */
  public int frames() {
    return frames;
  }

  /** Returns the length in seconds. */
  public double duration() {
    return (double) frames / info.sampleRate();
  }

  /** Returns whether {@link #floats()} or {@link #shorts()} has the samples. */
  public SampleType type() {
    return type;
  }

  /** Returns what was wrong with the file and was read over. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Returns the samples themselves, not a copy: sample {@code i} of channel {@code c} is at {@code
   * c * frames() + i}.
   *
   * @throws IllegalStateException if they are 16-bit integers
   */
  public float[] floats() {
    if (samples instanceof float[] floats) {
      return floats;
    }
    throw new IllegalStateException("the samples of this clip are 16-bit integers");
  }

  /**
   * Returns the samples themselves, not a copy: sample {@code i} of channel {@code c} is at {@code
   * c * frames() + i}.
   *
   * @throws IllegalStateException if they are floats
   */
  public short[] shorts() {
    if (samples instanceof short[] shorts) {
      return shorts;
    }
    throw new IllegalStateException("the samples of this clip are floats");
  }

  /** Returns a copy of the samples as floats, one array per channel. */
  public float[][] toChannels() {
    float[][] channels = new float[channels()][frames];
    for (int c = 0; c < channels.length; c++) {
      if (samples instanceof float[] floats) {
        System.arraycopy(floats, c * frames, channels[c], 0, frames);
      } else {
        for (int i = 0; i < frames; i++) {
          channels[c][i] = shorts()[c * frames + i] * 0x1p-15f;
        }
      }
    }
    return channels;
  }

  /**
   * Returns the mean of the channels as one channel of floats, as {@code librosa.to_mono}; a mono
   * clip is returned as it is.
   */
  public AudioClip toMono() {
    if (channels() == 1) {
      return this;
    }
    float[] mono = new float[frames];
    for (float[] channel : toChannels()) {
      for (int i = 0; i < frames; i++) {
        mono[i] += channel[i];
      }
    }
    for (int i = 0; i < frames; i++) {
      mono[i] /= channels();
    }
    AudioInfo one =
        new AudioInfo(
            info.container(),
            info.encoding(),
            info.description(),
            info.bits(),
            info.sampleRate(),
            1,
            info.frames(),
            info.duration());
    return new AudioClip(one, SampleType.FLOAT32, mono, frames, warnings);
  }

  /** Returns the samples as a waveform of one clip; nothing is copied. */
  public Waveform waveform() {
    MemorySegment segment =
        samples instanceof short[] shorts
            ? MemorySegment.ofArray(shorts)
            : MemorySegment.ofArray((float[]) samples);
    return Waveform.wrap(segment, type, 1, channels(), frames, new int[] {frames}, sampleRate());
  }

  @Override
  public String toString() {
    return "AudioClip[%s, %d channels, %d frames, %d Hz]"
        .formatted(info.description(), channels(), frames, sampleRate());
  }
}
