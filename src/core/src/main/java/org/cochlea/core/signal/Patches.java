package org.cochlea.core.signal;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How a clip is cut or padded into patches of the length that a model takes.
 *
 * <p>A policy maps the number of columns of a clip to patches, each a list of columns. It works on
 * feature matrices (columns are frames) and on waveforms (one row, columns are samples) alike, and
 * policies chain: {@code repeatPad(128).andThen(sliding(128, 42))}. Rows are kept; matrices are row
 * major, {@code [bins][frames]}, in and out.
 *
 * <p>The factories named after a system are its policy as its source has it.
 */
public sealed interface Patches {

  /** Stands in a {@link #plan} for a column of padding. */
  int PADDING = -1;

  /**
   * Returns, by patch, the source column of every column of the patch, or {@link #PADDING}.
   *
   * @param columns columns of the clip, at least 0
   * @throws IllegalArgumentException if the policy needs more columns
   */
  int[][] plan(int columns);

  /**
   * Cuts a feature matrix.
   *
   * @param features {@code [bins][frames]}, row major
   * @param bins rows, at least 1
   * @param frames columns, at least 0
   * @param padding the value of padded columns
   * @return by patch, {@code [bins][columns of the patch]}, row major
   * @throws IllegalArgumentException if the sizes do not agree or the policy needs more frames
   */
  default float[][] cut(float[] features, int bins, int frames, float padding) {
    Checks.atLeast("bins", bins, 1);
    Checks.atLeast("frames", frames, 0);
    if (features.length != (long) bins * frames) {
      throw new IllegalArgumentException(
          "features must be %d bins of %d frames, %d numbers, were %d"
              .formatted(bins, frames, (long) bins * frames, features.length));
    }
    int[][] plan = plan(frames);
    float[][] patches = new float[plan.length][];
    for (int p = 0; p < plan.length; p++) {
      int[] columns = plan[p];
      float[] patch = new float[Math.multiplyExact(bins, columns.length)];
      for (int b = 0; b < bins; b++) {
        for (int c = 0; c < columns.length; c++) {
          patch[b * columns.length + c] =
              columns[c] == PADDING ? padding : features[b * frames + columns[c]];
        }
      }
      patches[p] = patch;
    }
    return patches;
  }

  /** Cuts a feature matrix, padding with 0; see {@link #cut(float[], int, int, float)}. */
  default float[][] cut(float[] features, int bins, int frames) {
    return cut(features, bins, frames, 0);
  }

  /** Cuts a waveform, padding with 0; see {@link #cut(float[], int, int, float)}. */
  default float[][] cut(float[] samples) {
    return cut(samples, 1, samples.length);
  }

  /** Returns the policy that cuts every patch of this one again. */
  default Patches andThen(Patches next) {
    return new Chain(this, next);
  }

  /**
   * Whole patches every {@code hop} columns; an incomplete last one is dropped, and a clip shorter
   * than a patch gives none.
   *
   * @param length columns per patch, at least 1
   * @param hop columns between patches, at least 1
   */
  static Patches sliding(int length, int hop) {
    return new Sliding(length, hop);
  }

  /** YAMNet: 96 frames (0.96 s) every 48. */
  static Patches yamnet() {
    return sliding(96, 48);
  }

  /**
   * YAMNet's padding of the waveform at 16 kHz: zeros at the end, to at least 15600 samples and to
   * whole hops of 7680 beyond, so that the last patch is complete.
   */
  static Patches yamnetWaveform() {
    return new PadToHops(15600, 7680);
  }

  /** VGGish: 96 frames without overlap, the incomplete last patch dropped. */
  static Patches vggish() {
    return sliding(96, 96);
  }

  /**
   * FSD50K as marc1701/fsd_fed: 101 frames every 50. A clip shorter than 101 frames is repeated to
   * 101. There are {@code floor(frames / 50) - 1} patches; where the last one has 100 frames only,
   * its last frame stands twice.
   */
  static Patches fsdFed() {
    return new OverlappedRepeat(101, 50);
  }

  /**
   * FSD50K as SarthakYadav/fsd50k-pytorch, on the waveform: chunks of 1 s from every half second,
   * the short ones at the end repeated to 1 s; a clip below 1 s gives one repeated chunk.
   *
   * @param sampleRate Hz, at least 2; 22050 there
   */
  static Patches fsd50kPytorch(int sampleRate) {
    Checks.atLeast("sampleRate", sampleRate, 2);
    return new TiledChunks(sampleRate, sampleRate / 2);
  }

  /**
   * Pons et al., few-shot: 128 frames every {@code hop} (1 to evaluate, 42 to train prototypes), a
   * short clip repeated.
   *
   * @param hop frames between patches, at least 1
   */
  static Patches pons(int hop) {
    return repeatPad(128).andThen(sliding(128, hop));
  }

  /**
   * daisukelab/ml-sound-classifier, {@code samples_per_file}: as many patches from evenly spaced
   * starts, {@code floor(i min(length, (frames - length + 1) / count))}.
   *
   * @param length columns per patch, at least 1
   * @param count patches per clip, at least 1; 5 there
   */
  static Patches evenlySpaced(int length, int count) {
    return new EvenlySpaced(length, count);
  }

  /**
   * daisukelab/ml-sound-classifier, long clips: patches every {@code floor(0.9 length)} columns; a
   * rest of at least {@code floor(0.2 length)} gives one more, aligned with the end.
   *
   * @param length columns per patch, at least 2
   */
  static Patches splitLong(int length) {
    return new SplitLong(length);
  }

  /**
   * Doshi: a clip that is too short gets zeros before it, a random number of them, and the rest
   * behind; one that is too long is cut behind.
   *
   * @param length columns, at least 1; {@code sampleRate / 1000 * milliseconds} there
   * @param seed the same seed and number of columns give the same padding
   */
  static Patches randomLead(int length, long seed) {
    return new RandomLead(length, seed);
  }

  /**
   * Padding at the end, or cutting there. Whisper: 480000 samples at 16 kHz.
   *
   * @param length columns, at least 1
   */
  static Patches padOrTrim(int length) {
    return new PadOrTrim(length);
  }

  /** Whisper: 30 s at 16 kHz, 480000 samples. */
  static Patches whisper() {
    return padOrTrim(480_000);
  }

  /**
   * A short clip repeated until it has a length; a longer one stays as it is. HTS-AT's ESC-50 clips
   * of 5 s become 10 s this way.
   *
   * @param least columns, at least 1
   */
  static Patches repeatPad(int least) {
    return new RepeatPad(least);
  }

  /**
   * A short clip padded at both ends, one column more behind if the number is odd; a longer one
   * stays as it is. Pons' "zero-pad", daisukelab's and ebouteillon's short clips.
   *
   * @param least columns, at least 1
   */
  static Patches centrePad(int least) {
    return new CentrePad(least);
  }

  /**
   * Padding at the end to a multiple of a number of columns. NeMo: 16 frames.
   *
   * @param multiple at least 1
   */
  static Patches padToMultiple(int multiple) {
    return new PadToHops(0, multiple);
  }

  /**
   * See {@link Patches#sliding}.
   *
   * @param length columns per patch
   * @param hop columns between patches
   */
  record Sliding(int length, int hop) implements Patches {
    /** Checks the ranges. */
    public Sliding {
      Checks.atLeast("length", length, 1);
      Checks.atLeast("hop", hop, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 0);
      int count = columns < length ? 0 : (columns - length) / hop + 1;
      int[][] plan = new int[count][];
      for (int p = 0; p < count; p++) {
        plan[p] = range(p * hop, length);
      }
      return plan;
    }
  }

  /**
   * See {@link Patches#fsdFed}.
   *
   * @param length columns per patch
   * @param hop columns between patches, {@code length / 2}
   */
  record OverlappedRepeat(int length, int hop) implements Patches {
    /** Checks the ranges. */
    public OverlappedRepeat {
      Checks.atLeast("length", length, 2);
      Checks.within("hop", hop, length / 2, length / 2);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 1);
      int extended = Math.max(columns, length);
      int[][] plan = new int[extended / hop - 1][length];
      for (int p = 0; p < plan.length; p++) {
        for (int c = 0; c < length; c++) {
          plan[p][c] = Math.min(p * hop + c, extended - 1) % columns;
        }
      }
      return plan;
    }
  }

  /**
   * See {@link Patches#fsd50kPytorch}.
   *
   * @param length columns per chunk
   * @param hop columns between chunks
   */
  record TiledChunks(int length, int hop) implements Patches {
    /** Checks the ranges. */
    public TiledChunks {
      Checks.atLeast("length", length, 1);
      Checks.atLeast("hop", hop, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 1);
      int count = columns < length ? 1 : Math.ceilDiv(columns, hop);
      int[][] plan = new int[count][length];
      for (int p = 0; p < count; p++) {
        int start = p * hop;
        int available = Math.min(length, columns - start);
        for (int c = 0; c < length; c++) {
          plan[p][c] = start + c % available;
        }
      }
      return plan;
    }
  }

  /**
   * See {@link Patches#evenlySpaced}.
   *
   * @param length columns per patch
   * @param count patches per clip
   */
  record EvenlySpaced(int length, int count) implements Patches {
    /** Checks the ranges. */
    public EvenlySpaced {
      Checks.atLeast("length", length, 1);
      Checks.atLeast("count", count, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, length);
      double step = Math.min(length, (columns - length + 1.0) / count);
      int[][] plan = new int[count][];
      for (int p = 0; p < count; p++) {
        plan[p] = range((int) (step * p), length);
      }
      return plan;
    }
  }

  /**
   * See {@link Patches#splitLong}.
   *
   * @param length columns per patch
   */
  record SplitLong(int length) implements Patches {
    /** Checks the range. */
    public SplitLong {
      Checks.atLeast("length", length, 2);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, length);
      int hop = (int) (length * 0.9);
      int least = (int) (length * 0.2);
      int[][] plan = new int[columns / hop][];
      int count = 0;
      for (int p = 0; p < plan.length; p++) {
        int rest = columns - p * hop;
        if (rest >= length) {
          plan[count++] = range(p * hop, length);
        } else if (rest >= least) {
          plan[count++] = range(columns - length, length);
        }
      }
      return Arrays.copyOf(plan, count);
    }
  }

  /**
   * See {@link Patches#randomLead}.
   *
   * @param length columns
   * @param seed of the leading padding
   */
  record RandomLead(int length, long seed) implements Patches {
    /** Checks the range. */
    public RandomLead {
      Checks.atLeast("length", length, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 0);
      int lead = columns >= length ? 0 : new SplittableRandom(seed).nextInt(length - columns + 1);
      return new int[][] {padded(lead, columns, length)};
    }
  }

  /**
   * See {@link Patches#padOrTrim}.
   *
   * @param length columns
   */
  record PadOrTrim(int length) implements Patches {
    /** Checks the range. */
    public PadOrTrim {
      Checks.atLeast("length", length, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 0);
      return new int[][] {padded(0, columns, length)};
    }
  }

  /**
   * See {@link Patches#repeatPad}.
   *
   * @param least columns
   */
  record RepeatPad(int least) implements Patches {
    /** Checks the range. */
    public RepeatPad {
      Checks.atLeast("least", least, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 1);
      int[] plan = new int[Math.max(least, columns)];
      for (int c = 0; c < plan.length; c++) {
        plan[c] = c % columns;
      }
      return new int[][] {plan};
    }
  }

  /**
   * See {@link Patches#centrePad}.
   *
   * @param least columns
   */
  record CentrePad(int least) implements Patches {
    /** Checks the range. */
    public CentrePad {
      Checks.atLeast("least", least, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 0);
      int length = Math.max(least, columns);
      return new int[][] {padded((length - columns) / 2, columns, length)};
    }
  }

  /**
   * See {@link Patches#yamnetWaveform} and {@link Patches#padToMultiple}.
   *
   * @param least columns, at least 0
   * @param hop columns beyond them are whole multiples of this, at least 1
   */
  record PadToHops(int least, int hop) implements Patches {
    /** Checks the ranges. */
    public PadToHops {
      Checks.atLeast("least", least, 0);
      Checks.atLeast("hop", hop, 1);
    }

    @Override
    public int[][] plan(int columns) {
      requireColumns(columns, 0);
      int beyond = Math.max(0, columns - least);
      int length = Math.addExact(least, Math.multiplyExact(Math.ceilDiv(beyond, hop), hop));
      return new int[][] {padded(0, columns, length)};
    }
  }

  /**
   * See {@link Patches#andThen}.
   *
   * @param first cuts the clip
   * @param next cuts every patch of the first
   */
  record Chain(Patches first, Patches next) implements Patches {
    @Override
    public int[][] plan(int columns) {
      return Arrays.stream(first.plan(columns))
          .flatMap(
              patch ->
                  Arrays.stream(next.plan(patch.length))
                      .map(
                          again ->
                              Arrays.stream(again)
                                  .map(c -> c == PADDING ? PADDING : patch[c])
                                  .toArray()))
          .toArray(int[][]::new);
    }
  }

  private static int[] range(int start, int length) {
    int[] range = new int[length];
    for (int c = 0; c < length; c++) {
      range[c] = start + c;
    }
    return range;
  }

  private static int[] padded(int lead, int columns, int length) {
    int[] plan = new int[length];
    for (int c = 0; c < length; c++) {
      plan[c] = c >= lead && c - lead < columns ? c - lead : PADDING;
    }
    return plan;
  }

  private static void requireColumns(int columns, int least) {
    Checks.atLeast("frames", columns, least);
  }
}
