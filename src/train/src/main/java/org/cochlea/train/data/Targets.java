package org.cochlea.train.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.cochlea.audio.dataset.Item;
import org.cochlea.train.optim.Target;
import org.jspecify.annotations.Nullable;

/**
 * What clips are to be mapped to, as numbers.
 *
 * @param kind which kind
 * @param names by output: the classes, the characters (the blank first), or one word for a number
 */
public record Targets(Target kind, List<String> names) {
  /** What stands for no character. */
  public static final String BLANK = "";

  /** Copies the names. */
  public Targets {
    names = List.copyOf(names);
  }

  /**
   * Returns the targets of a dataset.
   *
   * @param kind which kind
   * @param classes the dataset's
   * @param items the training clips
   * @throws IllegalArgumentException if there are too few classes or no text
   */
  public static Targets of(Target kind, List<String> classes, Collection<Item> items) {
    return switch (kind) {
      case CLASS, EMBEDDING -> {
        if (classes.size() < 2) {
          throw new IllegalArgumentException(
              "there must be at least 2 classes to tell apart, there are " + classes);
        }
        yield new Targets(kind, classes);
      }
      case TAGS -> {
        if (classes.isEmpty()) {
          throw new IllegalArgumentException("no clip has a label");
        }
        yield new Targets(kind, classes);
      }
      case NUMBER -> new Targets(kind, List.of("value"));
      case TEXT -> {
        TreeSet<String> characters = new TreeSet<>();
        for (Item item : items) {
          String text = item.text();
          if (text != null) {
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
          }
        }
        if (characters.isEmpty()) {
          throw new IllegalArgumentException(
              "no clip has a text: the list needs a column text, transcript or sentence");
        }
        List<String> names = new ArrayList<>(List.of(BLANK));
        names.addAll(characters);
        yield new Targets(kind, names);
      }
    };
  }

  /**
   * Returns the class of every clip.
   *
   * @throws IllegalArgumentException if one has not exactly one label, or an unknown one
   */
  public int[] classes(List<Item> items) {
    Map<String, Integer> index = index();
    int[] classes = new int[items.size()];
    for (int i = 0; i < classes.length; i++) {
      Item item = items.get(i);
      if (item.labels().size() != 1) {
        throw new IllegalArgumentException(
            "%s: must have one label, has %s; several are for the loss binary-cross-entropy"
                .formatted(item.path(), item.labels()));
      }
      Integer found = index.get(item.labels().getFirst());
      if (found == null) {
        throw new IllegalArgumentException(
            "%s: the label \"%s\" is not one of %s"
                .formatted(item.path(), item.labels().getFirst(), names));
      }
      classes[i] = found;
    }
    return classes;
  }

  /** Returns which classes every clip has; labels that are not known are left out. */
  public boolean[][] tags(List<Item> items) {
    Map<String, Integer> index = index();
    boolean[][] tags = new boolean[items.size()][names.size()];
    for (int i = 0; i < tags.length; i++) {
      for (String label : items.get(i).labels()) {
        Integer found = index.get(label);
        if (found != null) {
          tags[i][found] = true;
        }
      }
    }
    return tags;
  }

  /**
   * Returns the number of every clip: its only label.
   *
   * @throws IllegalArgumentException if one is not a number
   */
  public double[] numbers(List<Item> items) {
    double[] numbers = new double[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      Item item = items.get(i);
      try {
        numbers[i] = Double.parseDouble(String.join(" ", item.labels()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s: the label must be a number, was %s".formatted(item.path(), item.labels()), e);
      }
    }
    return numbers;
  }

  /**
   * Returns a transcript as outputs' numbers.
   *
   * @throws IllegalArgumentException if the clip has none
   */
  public long[] characters(Item item) {
    @Nullable String text = item.text();
    if (text == null) {
      throw new IllegalArgumentException(item.path() + ": the clip has no text");
    }
    Map<String, Integer> index = index();
    // What never came in training cannot be recognised.
    return text.codePoints()
        .mapToObj(Character::toString)
        .filter(index::containsKey)
        .mapToLong(index::get)
        .toArray();
  }

  private Map<String, Integer> index() {
    Map<String, Integer> index = new HashMap<>();
    for (int k = 0; k < names.size(); k++) {
      index.put(names.get(k), k);
    }
    return index;
  }
}
