package org.cochlea.bench;

import java.util.List;
import java.util.Set;
import org.cochlea.core.feature.Compression.Logarithm;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Stage.Log.Floor;
import org.jspecify.annotations.Nullable;

/**
 * A log-mel job: so many clips, and how they are framed.
 *
 * <p>{@code log10(max(M |STFT|², 1e-10))} with centred, reflected frames, a periodic Hann window
 * and Slaney's mel up to half the sample rate: what librosa and torchaudio call it with.
 *
 * @param name a short name
 * @param clips in the batch
 * @param seconds of every clip
 * @param sampleRate in Hz
 * @param fftSize of the transform
 * @param windowLength of the Hann window
 * @param hopLength from frame to frame
 * @param mels rows of the filter bank
 */
public record Workload(
    String name,
    int clips,
    int seconds,
    int sampleRate,
    int fftSize,
    int windowLength,
    int hopLength,
    int mels)
    implements Job {

  /** The three that the main table is about. */
  public static final List<Workload> ALL =
      List.of(
          new Workload("W1", 16, 10, 22_050, 2048, 2048, 512, 128),
          new Workload("W2", 16, 10, 16_000, 512, 400, 160, 80),
          new Workload("W3", 16, 10, 16_000, 400, 400, 160, 80));

  /** Returns those of some names; all for null. */
  static List<Workload> of(@Nullable Set<String> names) {
    return names == null ? ALL : names.stream().map(Workload::of).toList();
  }

  /** What keeps the logarithm finite. */
  public static final double FLOOR = 1e-10;

  /** Returns the workload of a name. */
  public static Workload of(String name) {
    return ALL.stream()
        .filter(w -> w.name.equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("a job is W1, W2, W3 or a feature, was " + name));
  }

  @Override
  public LogMel feature() {
    StftSpec stft =
        StftSpec.centred(fftSize, hopLength, Padding.REFLECT).withWindowLength(windowLength);
    return new LogMel(
        new MelSpectrogram(sampleRate, stft, MelSpec.slaney(mels, 0, sampleRate / 2.0), 2),
        new Logarithm(10, Floor.CLAMP, FLOOR));
  }

  /** Returns the frames of one clip. */
  public int framesPerClip() {
    return 1 + samples() / hopLength;
  }

  /** Returns the frames of the batch. */
  public int frames() {
    return clips * framesPerClip();
  }

  /** Returns the parameters in a line. */
  public String title() {
    return "%d × %d s at %d Hz, n_fft %d, window %d, hop %d, %d mels"
        .formatted(clips, seconds, sampleRate, fftSize, windowLength, hopLength, mels);
  }

  @Override
  public boolean same(Agreement agreement) {
    return agreement.same();
  }
}
