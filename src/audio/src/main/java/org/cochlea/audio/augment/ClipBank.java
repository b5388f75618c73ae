package org.cochlea.audio.augment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioException;
import org.cochlea.audio.AudioFolder;
import org.cochlea.audio.AudioReader;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.signal.Resampler;
import org.jspecify.annotations.Nullable;

/**
 * Noises or impulse responses from audio files, decoded, mixed to mono and resampled when they are
 * asked for first, and kept in bounded memory: what was used longest ago is forgotten first.
 *
 * <p>Recordings longer than a piece are cut into pieces, each a clip of its own, so that an hour of
 * street noise neither fills the memory nor counts as one clip; a last piece shorter than a tenth
 * belongs to none. Safe for use from several threads.
 */
public final class ClipBank implements ClipSource {
  /** How much is kept unless said otherwise: 256 MiB, 70 minutes at 16 kHz. */
  public static final long DEFAULT_BYTES = 256L << 20;

  /** The length of a piece unless said otherwise, in seconds. */
  public static final double DEFAULT_PIECE = 30;

  private static final double LEAST_PART = 0.1;

  private final String location;
  private final List<Piece> pieces;
  private final double pieceSeconds;
  private final long bytes;
  private final Map<Integer, Resampler> resamplers = new ConcurrentHashMap<>();

  // Guarded by itself, in order of use.
  private final LinkedHashMap<Key, float[]> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long keptBytes;

  private record Piece(Path file, double offset) {}

  private record Key(int index, int sampleRate) {}

  private ClipBank(String location, List<Piece> pieces, double pieceSeconds, long bytes) {
    this.location = location;
    this.pieces = pieces;
    this.pieceSeconds = pieceSeconds;
    this.bytes = bytes;
  }

  /**
   * Opens a file, or all audio files in a folder and below it, with the default limits.
   *
   * @throws IOException if there is none, or one cannot be read
   */
  public static ClipBank open(Path path) throws IOException {
    return open(path, DEFAULT_PIECE, DEFAULT_BYTES);
  }

  /**
   * Opens a file, or all audio files in a folder and below it. Of each its header is read.
   *
   * @param pieceSeconds the longest clip, above 0
   * @param bytes of samples kept, at least 0; what is in use counts beside it
   * @throws IOException if there is none, or one cannot be read
   */
  public static ClipBank open(Path path, double pieceSeconds, long bytes) throws IOException {
    if (!(pieceSeconds > 0)) {
      throw new IllegalArgumentException("pieceSeconds must be above 0, was " + pieceSeconds);
    }
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be at least 0, was " + bytes);
    }
    List<Path> files = List.of(path);
    if (Files.isDirectory(path)) {
      AudioFolder folder = AudioFolder.list(path);
      if (!folder.unreadable().isEmpty()) {
        throw folder.unreadable().getFirst();
      }
      files = folder.files();
    }
    if (files.isEmpty()) {
      throw new IOException(path + ": no audio files in this folder");
    }
    List<Piece> pieces = new ArrayList<>();
    for (Path file : files) {
      double duration = duration(file);
      pieces.add(new Piece(file, 0));
      for (int i = 1; duration - i * pieceSeconds >= LEAST_PART * pieceSeconds; i++) {
        pieces.add(new Piece(file, i * pieceSeconds));
      }
    }
    return new ClipBank(path.toString(), List.copyOf(pieces), pieceSeconds, bytes);
  }

  private static double duration(Path file) throws IOException {
    try (AudioReader reader = AudioReader.open(file)) {
      OptionalDouble duration = reader.info().duration();
      return duration.orElse(0);
    }
  }

  @Override
  public int size() {
    return pieces.size();
  }

  /**
   * Returns a clip.
   *
   * @throws UncheckedIOException if its file cannot be read any more, or has no finite samples
   */
  @Override
  public float[] clip(int index, int sampleRate) {
    Key key = new Key(index, sampleRate);
    float[] samples;
    synchronized (kept) {
      samples = kept.get(key);
    }
    if (samples != null) {
      return samples;
    }
    try {
      samples = load(pieces.get(index), sampleRate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keep(key, samples);
    return samples;
  }

  private float[] load(Piece piece, int sampleRate) throws IOException {
    AudioClip clip = AudioClip.load(piece.file, piece.offset, pieceSeconds).toMono();
    float[] samples = clip.floats();
    for (float x : samples) {
      if (!Float.isFinite(x)) {
        throw new AudioException(piece.file, "has samples that are not finite numbers");
      }
    }
    int rate = clip.sampleRate();
    if (rate == sampleRate) {
      return samples;
    }
    // Of one target rate in practice, and of few source rates.
    int both = 31 * rate + sampleRate;
    Resampler resampler = resamplers.get(both);
    if (resampler == null || resampler.from() != rate || resampler.to() != sampleRate) {
      resampler = Resampler.of(rate, sampleRate);
      resamplers.put(both, resampler);
    }
    return resampler.resample(samples);
  }

  private void keep(Key key, float[] samples) {
    long size = (long) samples.length * Float.BYTES;
    synchronized (kept) {
      float @Nullable [] before = kept.put(key, samples);
      keptBytes += size - (before == null ? 0 : (long) before.length * Float.BYTES);
      var oldest = kept.entrySet().iterator();
      while (keptBytes > bytes && oldest.hasNext()) {
        keptBytes -= (long) oldest.next().getValue().length * Float.BYTES;
        oldest.remove();
      }
    }
  }

  /** Returns how many bytes of samples are kept now. */
  public long keptBytes() {
    synchronized (kept) {
      return keptBytes;
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public String toString() {
    return "ClipBank[%s, %d clips]".formatted(location, pieces.size());
  }
}
