package org.cochlea.audio.dataset;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One clip of a dataset: a file or a stretch of it.
 *
 * @param path the audio file, ready to be opened
 * @param labels its classes: none, one or several
 * @param split the part it belongs to, or null if the dataset does not say
 * @param fold its fold in the dataset's cross-validation, or null
 * @param group what must not be torn apart by a split (speaker, uploader, recording), or null
 * @param offset where the clip begins in the file, in seconds, at least 0
 * @param duration the clip's length in seconds, above 0, or null: to the end of the file
 * @param text what is said in it, or null
 */
public record Item(
    Path path,
    List<String> labels,
    @Nullable Part split,
    @Nullable Integer fold,
    @Nullable String group,
    double offset,
    @Nullable Double duration,
    @Nullable String text) {

  public Item {
    labels = List.copyOf(labels);
    if (!(offset >= 0 && offset < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("offset must be a number >= 0, was " + offset);
    }
    if (duration != null && !(duration > 0 && duration < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("duration must be a number > 0, was " + duration);
    }
  }

  /** Creates a whole file with one label. */
  public static Item of(Path path, String label) {
    return new Item(path, List.of(label), null, null, null, 0, null, null);
  }

  /** Returns this item in another part. */
  public Item withSplit(@Nullable Part part) {
    return new Item(path, labels, part, fold, group, offset, duration, text);
  }

  /** Returns this item with another group. */
  public Item withGroup(@Nullable String name) {
    return new Item(path, labels, split, fold, name, offset, duration, text);
  }

  /** Returns this item with another fold. */
  Item withFold(@Nullable Integer number) {
    return new Item(path, labels, split, number, group, offset, duration, text);
  }
}
