package org.cochlea.audio.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Labelled audio.
 *
 * @param root the folder it lies in
 * @param classes every label there can be, sorted, unless the layout fixes an order
 * @param items the clips, in an order that depends on names alone
 */
public record Dataset(Path root, List<String> classes, List<Item> items) {

  public Dataset {
    classes = List.copyOf(classes);
    items = List.copyOf(items);
  }

  /** Creates a dataset whose classes are the labels of its items, sorted. */
  public static Dataset of(Path root, List<Item> items) {
    TreeSet<String> classes = new TreeSet<>();
    items.forEach(item -> classes.addAll(item.labels()));
    return new Dataset(root, List.copyOf(classes), items);
  }

  /**
   * Reads a dataset whose layout is told by what lies in the folder, or by the ending of a
   * manifest's name (.csv, .tsv, .jsonl, .json).
   *
   * @throws DatasetException if no layout fits (it names what was looked for), a line is wrong or a
   *     file is missing
   */
  public static Dataset open(Path path) throws IOException {
    return DatasetLayout.detect(path).read(path);
  }

  /** Returns the items of one part. */
  public List<Item> items(Part part) {
    return items.stream().filter(item -> item.split() == part).toList();
  }

  /** Returns this dataset with these items as the test part and all others as the training part. */
  public Dataset holdOut(Predicate<Item> test) {
    return new Dataset(
        root,
        classes,
        items.stream()
            .map(item -> item.withSplit(test.test(item) ? Part.TEST : Part.TRAIN))
            .toList());
  }

  /**
   * Writes a manifest that {@link #open} reads: {@code path,label,split,group} and those of fold,
   * offset, duration and text that an item has. Paths are relative to the manifest's folder.
   * Several labels of one item stand in a column {@code labels}, separated by commas.
   *
   * @param file ends in .csv, .tsv or .jsonl
   * @throws DatasetException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Manifests.write(this, file);
  }
}
