package org.cochlea.audio;

import java.io.IOException;
import java.nio.file.Path;
import org.cochlea.core.SampleType;

/**
 * Writes an audio file block by block.
 *
 * <p>The file appears under its name when {@link #finish()} returns, and not before: until then it
 * is a hidden file beside it, which {@link #close()} deletes.
 *
 * <p>Floats of full scale ±1 become integers by {@code round(x · 2^(bits-1))}, ties to even, and
 * are clipped; so what {@link AudioReader} read from integers is written back exactly. (libsndfile
 * multiplies by 2<sup>bits-1</sup> − 1.) A writer belongs to one thread at a time.
 */
public interface AudioWriter extends AutoCloseable {

  /**
   * Begins a file.
   *
   * @param sampleRate in Hz, in [1, 100,000,000]
   * @param channels in [1, 1024]
   * @throws AudioException if it cannot be created, or if the encoder is missing or does not take
   *     this rate or number of channels
   * @throws IllegalArgumentException if a number is out of range
   */
  static AudioWriter create(Path file, AudioFormat format, int sampleRate, int channels)
      throws IOException {
    if (sampleRate < 1 || sampleRate > Limits.MAX_SAMPLE_RATE) {
      throw new IllegalArgumentException(
          "sampleRate must be in [1, %d] Hz, was %d".formatted(Limits.MAX_SAMPLE_RATE, sampleRate));
    }
    if (channels < 1 || channels > Limits.MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "channels must be in [1, %d], was %d".formatted(Limits.MAX_CHANNELS, channels));
    }
    try {
      if (format.needsFfmpeg()) {
        String missing = Ffmpeg.missing();
        if (missing != null) {
          throw new AudioException(file, "encoding %s needs %s".formatted(format, missing));
        }
        return FfmpegWriter.create(file, format, sampleRate, channels);
      }
      return PcmWriter.create(file, format, sampleRate, channels);
    } catch (IOException e) {
      throw AudioException.of(file, e);
    }
  }

  /**
   * Writes a whole file.
   *
   * @param channels one array per channel, all of one length, full scale at ±1
   * @param sampleRate in Hz
   * @throws AudioException if it cannot be written
   * @throws IllegalArgumentException if the lengths differ or a number is out of range
   */
  static void write(Path file, AudioFormat format, float[][] channels, int sampleRate)
      throws IOException {
    try (AudioWriter writer = create(file, format, sampleRate, channels.length)) {
      int frames = channels[0].length;
      float[] planar = channels[0];
      if (channels.length > 1) {
        planar = new float[Math.multiplyExact(channels.length, frames)];
        for (int c = 0; c < channels.length; c++) {
          if (channels[c].length != frames) {
            throw new IllegalArgumentException(
                "channels must have one length: channel 0 has %d samples, channel %d has %d"
                    .formatted(frames, c, channels[c].length));
          }
          System.arraycopy(channels[c], 0, planar, c * frames, frames);
        }
      }
      writer.writePlanar(planar, 0, frames, frames);
      writer.finish();
    }
  }

  /**
   * Writes a whole clip.
   *
   * @throws AudioException if it cannot be written
   */
  static void write(Path file, AudioFormat format, AudioClip clip) throws IOException {
    try (AudioWriter writer = create(file, format, clip.sampleRate(), clip.channels())) {
      if (clip.type() == SampleType.INT16) {
        writer.writePlanar(clip.shorts(), 0, clip.frames(), clip.frames());
      } else {
        writer.writePlanar(clip.floats(), 0, clip.frames(), clip.frames());
      }
      writer.finish();
    }
  }

  /**
   * Writes frames that lie one channel after the other: sample {@code i} of channel {@code c} is at
   * {@code in[offset + c * stride + i]}.
   *
   * @param in the samples, full scale at ±1
   * @param offset where the first channel begins
   * @param stride samples from one channel to the next, at least {@code frames}
   * @param frames how many to write
   * @throws IllegalArgumentException if a size is out of range
   */
  void writePlanar(float[] in, int offset, int stride, int frames) throws IOException;

  /**
   * Writes frames whose channels lie side by side.
   *
   * @param in the samples, full scale at ±1
   * @param offset where the first frame is
   * @param frames how many to write
   * @throws IllegalArgumentException if a size is out of range
   */
  void writeInterleaved(float[] in, int offset, int frames) throws IOException;

  /**
   * Writes frames of 16-bit integers that lie one channel after the other.
   *
   * @param in the samples
   * @param offset where the first channel begins
   * @param stride samples from one channel to the next, at least {@code frames}
   * @param frames how many to write
   * @throws IllegalArgumentException if a size is out of range
   */
  void writePlanar(short[] in, int offset, int stride, int frames) throws IOException;

  /**
   * Writes frames of 16-bit integers whose channels lie side by side.
   *
   * @param in the samples
   * @param offset where the first frame is
   * @param frames how many to write
   * @throws IllegalArgumentException if a size is out of range
   */
  void writeInterleaved(short[] in, int offset, int frames) throws IOException;

  /** Completes the file and puts it under its name, replacing what was there. */
  void finish() throws IOException;

  /** Ends writing; a file that was not finished is thrown away. May be called more than once. */
  @Override
  void close() throws IOException;
}
