package org.cochlea.audio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * Reads an audio file block by block, in memory that does not depend on the file's length.
 *
 * <p>What a file is, is told by its content and not by its name. WAV (RIFF, RIFX, RF64, BW64),
 * AIFF, AIFF-C and AU are read in plain Java, in all their PCM, float, µ-law and A-law encodings;
 * FLAC, MP3, Ogg, M4A, WMA, WebM, CAF and the rest through FFmpeg, if {@code org.bytedeco:ffmpeg}
 * is there.
 *
 * <p>Samples are scaled as libsndfile and librosa do: integers are divided by 2<sup>bits-1</sup>,
 * floats are left as they are, clipped or not. Encoder delay and padding are removed as FFmpeg
 * does.
 *
 * <p>A reader belongs to one thread at a time. Every failure is an {@link AudioException}.
 */
public interface AudioReader extends AutoCloseable {

  /**
   * Opens an audio file.
   *
   * <p>A file that is shorter than its header says is opened, and {@link #warnings()} tells of it:
   * what is there is read, as libsndfile does.
   *
   * @throws AudioException if it does not exist, is not a regular file, holds no audio that can be
   *     decoded, or is damaged beyond reading
   */
  static AudioReader open(Path file) throws IOException {
    FileChannel channel = null;
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new AudioException(
            file, attributes.isDirectory() ? "is a directory" : "is not a regular file");
      }
      channel = FileChannel.open(file, StandardOpenOption.READ);
      HeaderInput in = new HeaderInput(file, channel);
      if (in.size() == 0) {
        throw new AudioException(file, "is empty");
      }
      byte[] first = in.bytes((int) Math.min(in.size(), Signature.LENGTH));
      in.position(0);
      Signature signature = Signature.of(first);
      String format = signature.label();
      Header header =
          switch (signature) {
            case WAV -> WavHeader.parse(in);
            case AIFF -> AiffHeader.parse(in);
            case AU -> AuHeader.parse(in);
            default -> new Header.Coded(format);
          };
      switch (header) {
        case Header.Linear linear -> {
          AudioReader reader = new PcmReader(file, channel, linear);
          channel = null;
          return reader;
        }
        case Header.Coded coded -> {
          return Ffmpeg.open(file, signature, coded.encoding(), first);
        }
      }
    } catch (IOException e) {
      throw AudioException.of(file, e);
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  /** Returns what the file says of itself. */
  AudioInfo info();

  /** Returns the index of the frame that is read next. */
  long position();

  /**
   * Goes to a frame, exactly. In compressed formats this may mean decoding what lies before it.
   *
   * @param frame index of the frame to read next, at least 0
   * @throws AudioException if the file is shorter
   * @throws IllegalArgumentException if the index is negative
   */
  void seek(long frame) throws IOException;

  /**
   * Passes over frames.
   *
   * @param frames how many, at least 0
   * @return how many there were: fewer only at the end of the file
   */
  long skip(long frames) throws IOException;

  /**
   * Reads frames, one channel after the other: sample {@code i} of channel {@code c} goes to {@code
   * out[offset + c * stride + i]}.
   *
   * @param out receives the samples, full scale at ±1
   * @param offset where the first channel begins
   * @param stride samples from one channel to the next, at least {@code frames}
   * @param frames how many to read, at least 0
   * @return how many were read: fewer only at the end of the file, 0 after it
   * @throws IllegalArgumentException if a size is out of range
   */
  int readPlanar(float[] out, int offset, int stride, int frames) throws IOException;

  /**
   * Reads frames, channels side by side: sample {@code i} of channel {@code c} goes to {@code
   * out[offset + i * channels + c]}.
   *
   * @param out receives the samples, full scale at ±1
   * @param offset where the first frame goes
   * @param frames how many to read, at least 0
   * @return how many were read: fewer only at the end of the file, 0 after it
   * @throws IllegalArgumentException if a size is out of range
   */
  int readInterleaved(float[] out, int offset, int frames) throws IOException;

  /**
   * Reads frames as 16-bit integers, one channel after the other.
   *
   * @param out receives the samples
   * @param offset where the first channel begins
   * @param stride samples from one channel to the next, at least {@code frames}
   * @param frames how many to read, at least 0
   * @return how many were read: fewer only at the end of the file, 0 after it
   * @throws IllegalArgumentException if a size is out of range
   * @throws IllegalStateException unless {@link AudioInfo#fitsInt16()}
   */
  int readPlanar(short[] out, int offset, int stride, int frames) throws IOException;

  /**
   * Reads frames as 16-bit integers, channels side by side.
   *
   * @param out receives the samples
   * @param offset where the first frame goes
   * @param frames how many to read, at least 0
   * @return how many were read: fewer only at the end of the file, 0 after it
   * @throws IllegalArgumentException if a size is out of range
   * @throws IllegalStateException unless {@link AudioInfo#fitsInt16()}
   */
  int readInterleaved(short[] out, int offset, int frames) throws IOException;

  /**
   * Returns what was found wrong with the file so far and was read over: samples that are missing,
   * packets that could not be decoded.
   */
  List<String> warnings();

  /** Closes the file. May be called more than once. */
  @Override
  void close() throws IOException;
}
