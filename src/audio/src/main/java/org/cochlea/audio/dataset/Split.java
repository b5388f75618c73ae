package org.cochlea.audio.dataset;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Divides a dataset at random, equally on every machine: the order is a hash of the seed and the
 * items' paths below the dataset's root, so neither the listing order nor the folder's place
 * matters.
 *
 * <p>Stratified by label, every class has in each part its share, rounded up or down. Grouped, no
 * group is in two parts and every part that has a share has a group; classes are then kept in
 * proportion as well as the groups allow. Items with several labels are balanced the same way, item
 * by item.
 *
 * @param train share of the training part, in [0, 1]
 * @param validation share of the validation part, in [0, 1]
 * @param test share of the test part, in [0, 1]; the three sum to 1
 * @param stratified whether classes keep their proportions
 * @param grouped whether groups stay whole
 * @param seed any number
 */
public record Split(
    double train, double validation, double test, boolean stratified, boolean grouped, long seed) {
  private static final double ROUNDING = 1e-9;

  public Split {
    share("train", train);
    share("validation", validation);
    share("test", test);
    if (Math.abs(train + validation + test - 1) > ROUNDING) {
      throw new IllegalArgumentException(
          "train + validation + test must be 1, was " + (train + validation + test));
    }
  }

  /** Creates a split that is stratified by label, with seed 0. */
  public static Split of(double train, double validation, double test) {
    return new Split(train, validation, test, true, false, 0);
  }

  /** Returns this split with another seed. */
  public Split withSeed(long number) {
    return new Split(train, validation, test, stratified, grouped, number);
  }

  /** Returns this split, stratified or not. */
  public Split withStratified(boolean on) {
    return new Split(train, validation, test, on, grouped, seed);
  }

  /** Returns this split, with whole groups or not. */
  public Split withGrouped(boolean on) {
    return new Split(train, validation, test, stratified, on, seed);
  }

  /**
   * Returns the dataset with every item put into a part, its items in their order.
   *
   * @throws IllegalArgumentException if it is grouped and there are fewer groups than parts, or no
   *     item has a group
   */
  public Dataset apply(Dataset dataset) {
    List<Item> items = dataset.items();
    Part[] parts = new Part[items.size()];
    if (grouped) {
      if (!items.isEmpty() && items.stream().allMatch(item -> item.group() == null)) {
        throw new IllegalArgumentException("no item of the dataset has a group");
      }
      balance(units(dataset), items, parts);
    } else if (stratified && items.stream().anyMatch(item -> item.labels().size() > 1)) {
      balance(units(dataset), items, parts);
    } else {
      deal(units(dataset), items, parts);
    }
    List<Item> divided = new ArrayList<>(items.size());
    for (int i = 0; i < parts.length; i++) {
      divided.add(items.get(i).withSplit(parts[i]));
    }
    return new Dataset(dataset.root(), dataset.classes(), divided);
  }

  /** What goes into one part as a whole. */
  private record Unit(long hash, String key, List<Integer> members) {}

  private static final Comparator<Unit> SHUFFLED =
      Comparator.comparingLong(Unit::hash).thenComparing(Unit::key);

  private List<Unit> units(Dataset dataset) {
    Map<String, List<Integer>> members = new LinkedHashMap<>();
    for (int i = 0; i < dataset.items().size(); i++) {
      Item item = dataset.items().get(i);
      String key =
          grouped && item.group() != null ? "g" + item.group() : "p" + key(dataset.root(), item);
      members.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
    }
    List<Unit> units = new ArrayList<>();
    members.forEach(
        (key, list) -> {
          if (grouped) {
            units.add(new Unit(hash(key), key, list));
          } else {
            // Two items of the same stretch are two units, told apart by their order.
            for (int n = 0; n < list.size(); n++) {
              units.add(new Unit(hash(key + "\n" + n), key + "\n" + n, List.of(list.get(n))));
            }
          }
        });
    units.sort(SHUFFLED);
    return units;
  }

  private static String key(Path root, Item item) {
    Path path = item.path().startsWith(root) ? root.relativize(item.path()) : item.path();
    return path.toString().replace('\\', '/') + "\n" + item.offset();
  }

  /** Single labels: each class dealt out on its own, every share rounded up or down. */
  @SuppressWarnings("EnumOrdinal") // arrays hold one number per part, in order
  private void deal(List<Unit> units, List<Item> items, Part[] parts) {
    Map<String, List<Unit>> strata = new TreeMap<>();
    for (Unit unit : units) {
      List<String> labels = items.get(unit.members().getFirst()).labels();
      String stratum = !stratified || labels.isEmpty() ? "" : labels.getFirst();
      strata.computeIfAbsent(stratum, _ -> new ArrayList<>()).add(unit);
    }
    double[] owed = new double[3];
    for (List<Unit> stratum : strata.values()) {
      int[] counts = new int[3];
      double[] rest = new double[3];
      int left = stratum.size();
      for (Part part : Part.values()) {
        int p = part.ordinal();
        double exact = share(part) * stratum.size();
        counts[p] = (int) Math.floor(exact + ROUNDING);
        rest[p] = Math.max(0, exact - counts[p]);
        left -= counts[p];
        owed[p] += exact - counts[p];
      }
      // What rounding down left goes where the whole dataset lacks most, so small classes do not
      // all starve the same part.
      for (; left > 0; left--) {
        int most = -1;
        for (int p = 0; p < 3; p++) {
          if (rest[p] > ROUNDING && (most < 0 || owed[p] > owed[most] + ROUNDING)) {
            most = p;
          }
        }
        counts[most]++;
        owed[most]--;
        rest[most] = 0;
      }
      int next = 0;
      for (Part part : Part.values()) {
        for (int n = 0; n < counts[part.ordinal()]; n++) {
          parts[stratum.get(next++).members().getFirst()] = part;
        }
      }
    }
  }

  /** Groups or several labels: each unit goes where it brings the classes nearest their shares. */
  private void balance(List<Unit> units, List<Item> items, Part[] parts) {
    Map<String, Integer> totals = new TreeMap<>();
    items.forEach(item -> labels(item).forEach(label -> totals.merge(label, 1, Integer::sum)));
    List<Unit> order = new ArrayList<>(units);
    // The largest and the rarest first: what comes later evens them out.
    order.sort(
        Comparator.<Unit>comparingInt(unit -> -unit.members().size())
            .thenComparingInt(unit -> rarest(unit, items, totals))
            .thenComparing(SHUFFLED));
    Map<Part, Map<String, Integer>> have = new TreeMap<>();
    Set<Part> empty = new HashSet<>();
    for (Part part : Part.values()) {
      have.put(part, new TreeMap<>());
      if (share(part) > 0) {
        empty.add(part);
      }
    }
    if (grouped && order.size() < empty.size()) {
      throw new IllegalArgumentException(
          "%d parts need at least as many groups, there are %d"
              .formatted(empty.size(), order.size()));
    }
    for (int n = 0; n < order.size(); n++) {
      Map<String, Integer> add = new TreeMap<>();
      for (int member : order.get(n).members()) {
        labels(items.get(member)).forEach(label -> add.merge(label, 1, Integer::sum));
      }
      boolean last = order.size() - n <= empty.size();
      Part best = Part.TRAIN;
      double least = Double.POSITIVE_INFINITY;
      for (Part part : Part.values()) {
        if (share(part) <= 0 || (last && !empty.contains(part))) {
          continue;
        }
        double cost = 0;
        for (Map.Entry<String, Integer> label : add.entrySet()) {
          int total = totals.getOrDefault(label.getKey(), 0);
          double over =
              have.getOrDefault(part, Map.of()).getOrDefault(label.getKey(), 0)
                  - share(part) * total;
          cost += label.getValue() * (2 * over + label.getValue()) / total;
        }
        if (cost < least - ROUNDING) {
          least = cost;
          best = part;
        }
      }
      empty.remove(best);
      Map<String, Integer> chosen = have.computeIfAbsent(best, _ -> new TreeMap<>());
      add.forEach((label, count) -> chosen.merge(label, count, Integer::sum));
      for (int member : order.get(n).members()) {
        parts[member] = best;
      }
    }
  }

  private int rarest(Unit unit, List<Item> items, Map<String, Integer> totals) {
    return unit.members().stream()
        .flatMap(member -> labels(items.get(member)).stream())
        .mapToInt(label -> totals.getOrDefault(label, 0))
        .min()
        .orElse(0);
  }

  /** Every item counts for "all", so that the parts' sizes are kept too. */
  private List<String> labels(Item item) {
    List<String> labels = new ArrayList<>();
    labels.add("\n");
    if (stratified) {
      labels.addAll(new HashSet<>(item.labels()));
    }
    return labels;
  }

  private double share(Part part) {
    return switch (part) {
      case TRAIN -> train;
      case VALIDATION -> validation;
      case TEST -> test;
    };
  }

  private static void share(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], was " + share);
    }
  }

  /** FNV-1a of the text, then the finalizer of SplitMix64 over it and the seed. */
  private long hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      h = (h ^ (b & 0xff)) * 0x100000001b3L;
    }
    long z = h + (seed + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
