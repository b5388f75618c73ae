package org.cochlea.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which clips make the batches of an epoch. The same seed and epoch give the same batches.
 *
 * @param clips by class, the indices of its clips; none empty
 * @param batch clips per batch, at least 1
 * @param order how they are drawn
 * @param perClip how often a clip comes in an epoch, at least 1
 * @param seed any number
 */
public record Sampler(List<List<Integer>> clips, int batch, Order order, int perClip, long seed) {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** How clips are drawn. */
  public sealed interface Order {
    /** Every clip once, in random order; the last batch may be smaller. */
    record Shuffled() implements Order {}

    /** As many draws as there are clips, from every class equally many. */
    record Balanced() implements Order {}

    /**
     * Every batch has this many clips of each of its classes, which are drawn at random.
     *
     * @param perClass at least 1
     */
    record Episodes(int perClass) implements Order {}
  }

  /** Copies the lists and leaves empty ones out. */
  public Sampler {
    clips = clips.stream().filter(list -> !list.isEmpty()).map(List::copyOf).toList();
    if (clips.isEmpty()) {
      throw new IllegalArgumentException("clips must have at least 1 clip, had none");
    }
    if (batch < 1 || perClip < 1) {
      throw new IllegalArgumentException(
          "batch and perClip must be at least 1, were %d and %d".formatted(batch, perClip));
    }
    if (order instanceof Order.Episodes(int perClass)) {
      if (perClass < 1 || clips.size() < 2) {
        throw new IllegalArgumentException(
            "episodes need at least 2 classes and 1 clip of each, were %d and %d"
                .formatted(clips.size(), perClass));
      }
    }
  }

  private int total() {
    return perClip * clips.stream().mapToInt(List::size).sum();
  }

  /** Returns the number of batches of an epoch. */
  public int batches() {
    return Math.ceilDiv(total(), batch);
  }

  /** Returns the batches of an epoch. */
  public List<List<Draw>> epoch(int epoch) {
    SplittableRandom random = new SplittableRandom(seed + GOLDEN * (epoch + 1));
    if (order instanceof Order.Episodes(int perClass)) {
      List<List<Draw>> batches = new ArrayList<>();
      for (int b = 0; b < batches(); b++) {
        batches.add(episode(perClass, random));
      }
      return batches;
    }
    List<Integer> indices = order instanceof Order.Balanced ? balanced(random) : shuffled(random);
    List<List<Draw>> batches = new ArrayList<>();
    for (int from = 0; from < indices.size(); from += batch) {
      batches.add(
          indices.subList(from, Math.min(from + batch, indices.size())).stream()
              .map(item -> new Draw(item, random.nextLong()))
              .toList());
    }
    return batches;
  }

  private List<Integer> shuffled(SplittableRandom random) {
    List<Integer> indices = new ArrayList<>();
    for (int n = 0; n < perClip; n++) {
      clips.forEach(indices::addAll);
    }
    shuffle(indices, random);
    return indices;
  }

  private List<Integer> balanced(SplittableRandom random) {
    List<Integer> indices = new ArrayList<>();
    for (int n = 0; n < total(); n++) {
      List<Integer> of = clips.get(n % clips.size());
      indices.add(of.get(random.nextInt(of.size())));
    }
    shuffle(indices, random);
    return indices;
  }

  private List<Draw> episode(int perClass, SplittableRandom random) {
    List<Integer> order = new ArrayList<>();
    for (int k = 0; k < clips.size(); k++) {
      order.add(k);
    }
    shuffle(order, random);
    int classes = Math.clamp(batch / perClass, 2, clips.size());
    List<Draw> draws = new ArrayList<>();
    for (int k : order.subList(0, classes)) {
      List<Integer> of = new ArrayList<>(clips.get(k));
      shuffle(of, random);
      for (int n = 0; n < perClass; n++) {
        // A class with fewer clips gives some of them again, with other windows.
        draws.add(new Draw(of.get(n % of.size()), random.nextLong()));
      }
    }
    return draws;
  }

  static <T> void shuffle(List<T> list, SplittableRandom random) {
    for (int i = list.size() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      T swapped = list.get(i);
      list.set(i, list.get(j));
      list.set(j, swapped);
    }
  }
}
