package org.cochlea.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How clips become features on Spark.
 *
 * @param input which columns clips come from; null: {@code samples} with {@code sample_rate}, else
 *     {@code content}, else {@code path}, whichever there is
 * @param engine name of the engine; auto: cuda where Spark assigned a GPU, else the fastest
 * @param batch clips computed at once, at least 1
 * @param values how the feature's values are stored
 * @param layout whether bins or frames come first
 * @param failing what becomes of a clip that cannot be read or computed
 * @param augment random changes, or null for none
 * @param pieces how long recordings are split, or null for not at all
 */
public record ExtractOptions(
    @Nullable ClipInput input,
    String engine,
    int batch,
    FeatureValues values,
    FeatureLayout layout,
    Failing failing,
    @Nullable Augment augment,
    @Nullable LongRecordings pieces)
    implements Serializable {

  /** How the feature's values are stored. */
  public enum FeatureValues {
    /** 32-bit floats, little endian: {@code numpy.frombuffer(feature, "<f4")}. */
    BINARY,
    /** An array of floats, for SQL; Spark takes some time over every value. */
    ARRAY
  }

  /** The order of the last two axes. */
  public enum FeatureLayout {
    /** Frames innermost, as librosa. */
    BINS_FRAMES,
    /** Bins innermost, as Kaldi. */
    FRAMES_BINS
  }

  /** What becomes of a clip that fails. */
  public enum Failing {
    /** Its row has no feature, and the reason in the column {@code error}. */
    KEEP,
    /** The job fails with the reason. */
    FAIL
  }

  /**
   * Which recordings are split, and how.
   *
   * @param seconds what is longer is split into pieces of about this length, at least 1
   * @param partitions of the result, at least 1: the pieces are spread over so many
   */
  public record LongRecordings(double seconds, int partitions) implements Serializable {
    /**
     * Checks the ranges above.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public LongRecordings {
      if (!(seconds >= 1)) {
        throw new IllegalArgumentException("seconds must be at least 1, was " + seconds);
      }
      if (partitions < 1) {
        throw new IllegalArgumentException("partitions must be at least 1, was " + partitions);
      }
    }
  }

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept, or augmentation is asked of pieces
   */
  public ExtractOptions {
    if (batch < 1) {
      throw new IllegalArgumentException("batch must be at least 1, was " + batch);
    }
    if (augment != null && pieces != null) {
      throw new IllegalArgumentException(
          "augment cannot be combined with pieces: a clip is augmented as a whole");
    }
  }

  /** Returns the defaults: columns by their names, any engine, 64 clips at once, binary values. */
  public static ExtractOptions defaults() {
    return new ExtractOptions(
        null,
        "auto",
        64,
        FeatureValues.BINARY,
        FeatureLayout.BINS_FRAMES,
        Failing.KEEP,
        null,
        null);
  }

  /** Returns these options with other input columns. */
  public ExtractOptions withInput(ClipInput other) {
    return new ExtractOptions(other, engine, batch, values, layout, failing, augment, pieces);
  }

  /** Returns these options with another engine. */
  public ExtractOptions withEngine(String name) {
    return new ExtractOptions(input, name, batch, values, layout, failing, augment, pieces);
  }

  /** Returns these options with another number of clips computed at once. */
  public ExtractOptions withBatch(int clips) {
    return new ExtractOptions(input, engine, clips, values, layout, failing, augment, pieces);
  }

  /** Returns these options with values stored otherwise. */
  public ExtractOptions withValues(FeatureValues other) {
    return new ExtractOptions(input, engine, batch, other, layout, failing, augment, pieces);
  }

  /** Returns these options with another order of axes. */
  public ExtractOptions withLayout(FeatureLayout other) {
    return new ExtractOptions(input, engine, batch, values, other, failing, augment, pieces);
  }

  /** Returns these options with another treatment of clips that fail. */
  public ExtractOptions withFailing(Failing other) {
    return new ExtractOptions(input, engine, batch, values, layout, other, augment, pieces);
  }

  /** Returns these options with augmentation. */
  public ExtractOptions withAugment(Augment other) {
    return new ExtractOptions(input, engine, batch, values, layout, failing, other, pieces);
  }

  /**
   * Returns these options with long recordings split.
   *
   * @param seconds what is longer is split into pieces of about this length, at least 1
   * @param partitions of the result, at least 1
   */
  public ExtractOptions withPieces(double seconds, int partitions) {
    return new ExtractOptions(
        input,
        engine,
        batch,
        values,
        layout,
        failing,
        augment,
        new LongRecordings(seconds, partitions));
  }
}
