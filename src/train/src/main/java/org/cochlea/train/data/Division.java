package org.cochlea.train.data;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.audio.dataset.Split;

/**
 * How a dataset is divided into training, validation and test parts. Whole clips are divided, and
 * whole groups where asked for, so that nothing of a clip is in two parts. The same seed divides
 * equally on every machine.
 *
 * <p>{@code validation} is the share of what is not in the test part; it chooses the best epoch. If
 * it is 0 there is no validation, and the last epoch counts.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Division.Parts.class, name = "parts"),
  @JsonSubTypes.Type(value = Division.Random.class, name = "random"),
  @JsonSubTypes.Type(value = Division.Fold.class, name = "fold"),
  @JsonSubTypes.Type(value = Division.Group.class, name = "group")
})
public sealed interface Division {

  /**
   * Returns the dataset with every item in a part.
   *
   * @param seed any number
   * @throws IllegalArgumentException if a part that is asked for would be empty, a class has no
   *     training clip, or the dataset does not have what the division needs
   */
  Dataset apply(Dataset dataset, long seed);

  /**
   * Returns all divisions of the cross-validation that this one belongs to, by name: every fold of
   * a {@link Fold}, every group of a {@link Group}. The others are alone, without a name.
   *
   * @throws IllegalArgumentException if the dataset does not have what the division needs
   */
  default SequencedMap<String, Division> folds(Dataset dataset) {
    return new LinkedHashMap<>(Map.of("", this));
  }

  /**
   * The dataset's own parts. Items without one are for training. Where the dataset has no
   * validation part, a share of its training part becomes it.
   *
   * @param validation in [0, 1)
   */
  record Parts(double validation) implements Division {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Parts {
      share("validation", validation);
    }

    /** A tenth for validation. */
    public Parts() {
      this(0.1);
    }

    @Override
    public Dataset apply(Dataset dataset, long seed) {
      List<Item> items =
          dataset.items().stream()
              .map(item -> item.split() == null ? item.withSplit(Part.TRAIN) : item)
              .toList();
      Dataset divided = new Dataset(dataset.root(), dataset.classes(), items);
      boolean whole = divided.items(Part.VALIDATION).isEmpty();
      return checked(whole ? withValidation(divided, validation, false, seed) : divided);
    }
  }

  /**
   * At random, every class in proportion.
   *
   * @param validation in [0, 1)
   * @param test share of the whole dataset, in [0, 1)
   * @param grouped whether groups (speakers, recordings) stay whole
   */
  record Random(double validation, double test, boolean grouped) implements Division {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Random {
      share("validation", validation);
      share("test", test);
    }

    /** A fifth for validation, no test part. */
    public Random() {
      this(0.2, 0, false);
    }

    @Override
    public Dataset apply(Dataset dataset, long seed) {
      Dataset held = new Split(1 - test, 0, test, true, grouped, seed).apply(dataset);
      requirePart(held, Part.TEST, test);
      return checked(withValidation(held, validation, grouped, seed + 1));
    }
  }

  /**
   * One fold of a cross-validation is the test part.
   *
   * @param folds how many, at least 2; 0 for the dataset's own folds
   * @param fold which, from 0; of the dataset's own its number there
   * @param validation in [0, 1)
   * @param grouped whether groups (speakers, recordings) stay whole; not for the dataset's own
   */
  record Fold(int folds, int fold, double validation, boolean grouped) implements Division {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Fold {
      share("validation", validation);
      if (folds != 0 && folds < 2) {
        throw new IllegalArgumentException("folds must be at least 2, or 0, was " + folds);
      }
      if (fold < 0 || (folds > 0 && fold >= folds)) {
        throw new IllegalArgumentException(
            "fold must be in [0, %d), was %d".formatted(folds, fold));
      }
    }

    /** The first of five, no validation. */
    public Fold() {
      this(5, 0, 0, false);
    }

    @Override
    public Dataset apply(Dataset dataset, long seed) {
      Dataset held = folds == 0 ? own(dataset) : dealt(dataset, seed);
      return checked(withValidation(held, validation, grouped, seed + 1));
    }

    @Override
    public SequencedMap<String, Division> folds(Dataset dataset) {
      SequencedMap<String, Division> all = new LinkedHashMap<>();
      Iterable<Integer> numbers =
          folds == 0 ? numbers(dataset) : IntStream.range(0, folds).boxed().toList();
      numbers.forEach(f -> all.put("fold" + f, new Fold(folds, f, validation, grouped)));
      return all;
    }

    private static TreeSet<Integer> numbers(Dataset dataset) {
      TreeSet<Integer> there = new TreeSet<>();
      for (Item item : dataset.items()) {
        Integer number = item.fold();
        if (number == null) {
          throw new IllegalArgumentException(
              "the dataset has no folds of its own: give folds, such as 5");
        }
        there.add(number);
      }
      return there;
    }

    private Dataset own(Dataset dataset) {
      TreeSet<Integer> there = numbers(dataset);
      if (!there.contains(fold)) {
        throw new IllegalArgumentException(
            "fold must be one of the dataset's, %s, was %d".formatted(there, fold));
      }
      return dataset.holdOut(item -> Integer.valueOf(fold).equals(item.fold()));
    }

    /** Deals folds off one after the other, each the same share of what is left. */
    private Dataset dealt(Dataset dataset, long seed) {
      Dataset left = dataset;
      for (int f = 0; f < folds; f++) {
        double share = 1.0 / (folds - f);
        Dataset split = new Split(1 - share, 0, share, true, grouped, seed).apply(left);
        List<Item> test = split.items(Part.TEST);
        if (f == fold) {
          if (test.isEmpty()) {
            throw new IllegalArgumentException(
                "fold %d of %d is empty: %d clips are too few"
                    .formatted(fold, folds, dataset.items().size()));
          }
          java.util.Set<Item> held = new java.util.HashSet<>();
          test.forEach(item -> held.add(item.withSplit(null)));
          return dataset.holdOut(item -> held.contains(item.withSplit(null)));
        }
        left = new Dataset(dataset.root(), dataset.classes(), split.items(Part.TRAIN));
      }
      throw new IllegalStateException("no fold " + fold);
    }
  }

  /**
   * One group, such as a speaker, is the test part.
   *
   * @param group its name
   * @param validation in [0, 1)
   */
  record Group(String group, double validation) implements Division {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if it is not kept
     */
    public Group {
      share("validation", validation);
    }

    /** No group yet, no validation. */
    public Group() {
      this("", 0);
    }

    @Override
    public Dataset apply(Dataset dataset, long seed) {
      TreeSet<String> groups = groups(dataset);
      if (!groups.contains(group)) {
        throw new IllegalArgumentException(
            "group must be one of %s, was \"%s\"".formatted(groups, group));
      }
      Dataset held = dataset.holdOut(item -> group.equals(item.group()));
      return checked(withValidation(held, validation, false, seed + 1));
    }

    @Override
    public SequencedMap<String, Division> folds(Dataset dataset) {
      SequencedMap<String, Division> all = new LinkedHashMap<>();
      groups(dataset).forEach(name -> all.put(name, new Group(name, validation)));
      return all;
    }

    private static TreeSet<String> groups(Dataset dataset) {
      TreeSet<String> groups = new TreeSet<>();
      for (Item item : dataset.items()) {
        String name = item.group();
        if (name != null) {
          groups.add(name);
        }
      }
      if (groups.isEmpty()) {
        throw new IllegalArgumentException("the dataset has no groups");
      }
      return groups;
    }
  }

  private static Dataset withValidation(
      Dataset dataset, double validation, boolean grouped, long seed) {
    if (validation == 0) {
      return dataset;
    }
    List<Item> train = dataset.items(Part.TRAIN);
    Dataset split =
        new Split(1 - validation, validation, 0, true, grouped, seed)
            .apply(new Dataset(dataset.root(), dataset.classes(), train));
    requirePart(split, Part.VALIDATION, validation);
    List<Item> items = new ArrayList<>(dataset.items());
    items.removeIf(item -> item.split() == Part.TRAIN);
    items.addAll(split.items());
    return new Dataset(dataset.root(), dataset.classes(), items);
  }

  private static void requirePart(Dataset dataset, Part part, double share) {
    if (share > 0 && dataset.items(part).isEmpty()) {
      throw new IllegalArgumentException(
          "the %s part is empty: a share of %s of %d clips is none"
              .formatted(part, share, dataset.items().size()));
    }
  }

  private static Dataset checked(Dataset dataset) {
    List<Item> train = dataset.items(Part.TRAIN);
    if (train.isEmpty()) {
      throw new IllegalArgumentException("the training part is empty");
    }
    Map<String, Integer> counts = new HashMap<>();
    train.forEach(item -> item.labels().forEach(label -> counts.merge(label, 1, Integer::sum)));
    Map<String, Integer> all = new HashMap<>();
    dataset.items().forEach(i -> i.labels().forEach(label -> all.merge(label, 1, Integer::sum)));
    for (String label : dataset.classes()) {
      int there = all.getOrDefault(label, 0);
      if (there > 0 && counts.getOrDefault(label, 0) == 0) {
        throw new IllegalArgumentException(
            "class \"%s\" has no training clip: it has %d in all, add some or leave it out"
                .formatted(label, there));
      }
    }
    return dataset;
  }

  private static void share(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException("%s must be in [0, 1), was %s".formatted(name, value));
    }
  }
}
