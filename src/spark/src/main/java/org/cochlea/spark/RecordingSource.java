package org.cochlea.spark;

import java.io.IOException;
import java.util.Arrays;
import org.cochlea.audio.AudioReader;
import org.cochlea.core.PiecewiseExtractor;
import org.cochlea.core.preset.Channels;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.signal.ResampleStream;
import org.cochlea.core.signal.Resampler;
import org.jspecify.annotations.Nullable;

/** The samples of a stretch of a recording, mixed and resampled as in the whole of it. */
final class RecordingSource implements PiecewiseExtractor.SampleSource {
  private static final int BLOCK = 1 << 16;

  private final String name;
  private final AudioReader reader;
  private final Channels mix;
  private final int rate;
  private final int channels;
  private final float[] planar;
  private final @Nullable ResampleStream[] streams;

  /** Samples of the file still to be read. */
  private long left;

  /** Samples, at the preset's rate, to drop before the first. */
  private long skip;

  /** Samples, at the preset's rate, still to be given. */
  private long wanted;

  private float[][] block = {};
  private int at;
  private int size;
  private boolean ended;

  /**
   * Goes to the beginning of a stretch.
   *
   * @param start where the recording begins in the file, in its samples
   * @param length of the recording, in samples of the file
   * @param from first sample, at the preset's rate, counted from the recording's start
   * @param to behind the last sample, at the preset's rate
   */
  RecordingSource(
      String name, AudioReader reader, Preset preset, long start, long length, long from, long to)
      throws IOException {
    this.name = name;
    this.reader = reader;
    this.mix = preset.channels();
    int fileRate = reader.info().sampleRate();
    int inFile = reader.info().channels();
    this.rate = preset.sampleRate() == 0 ? fileRate : preset.sampleRate();
    this.channels = mix.apply(new float[inFile][1]).length;
    this.planar = new float[Math.multiplyExact(inFile, BLOCK)];
    this.streams = new ResampleStream[channels];
    this.wanted = to - from;
    long first = from;
    if (rate != fileRate) {
      Resampler resampler = Resampler.of(fileRate, rate, preset.resampling());
      Arrays.setAll(streams, _ -> resampler.stream());
      // From a multiple of the period on, so early that all the first output depends on is there.
      long place = Math.floorDiv(Math.multiplyExact(from, (long) fileRate), (long) rate);
      long period = resampler.period();
      first = Math.max(0, (place - resampler.reach()) / period * period);
      skip = from - first * rate / fileRate;
    }
    this.left = length == Long.MAX_VALUE ? length : Math.max(0, length - first);
    reader.seek(start + first);
  }

  int channels() {
    return channels;
  }

  int rate() {
    return rate;
  }

  @Override
  public int read(float[][] out, int from, int count) throws IOException {
    int most = (int) Math.min(count, wanted);
    int done = 0;
    while (done < most) {
      if (at == size && !next()) {
        break;
      }
      int drop = (int) Math.min(skip, size - at);
      at += drop;
      skip -= drop;
      int some = Math.min(most - done, size - at);
      for (int c = 0; c < channels; c++) {
        System.arraycopy(block[c], at, out[c], from + done, some);
      }
      at += some;
      done += some;
    }
    wanted -= done;
    return done;
  }

  private boolean next() throws IOException {
    at = 0;
    size = 0;
    while (size == 0) {
      if (ended) {
        return false;
      }
      int step = (int) Math.min(BLOCK, left);
      int got = step == 0 ? 0 : reader.readPlanar(planar, 0, BLOCK, step);
      if (got == 0) {
        ended = true;
        block = new float[channels][0];
        for (int c = 0; c < channels; c++) {
          ResampleStream stream = streams[c];
          if (stream != null) {
            block[c] = stream.flush();
          }
        }
      } else {
        long position = reader.position() - got;
        float[][] samples = new float[planar.length / BLOCK][];
        for (int c = 0; c < samples.length; c++) {
          samples[c] = Arrays.copyOfRange(planar, c * BLOCK, c * BLOCK + got);
          Clips.requireNumbers(name, samples[c], position, reader.info().sampleRate());
        }
        left -= got;
        block = mix.apply(samples).clone();
        for (int c = 0; c < channels; c++) {
          ResampleStream stream = streams[c];
          if (stream != null) {
            block[c] = stream.process(block[c]);
          }
        }
      }
      size = block[0].length;
    }
    return true;
  }
}
