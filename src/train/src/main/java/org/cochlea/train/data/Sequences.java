package org.cochlea.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;

/**
 * Clips joined to sequences with their texts, spoken digits to numbers of several digits: what a
 * transcriber is trained on where there are single words only. Clips are joined within a part, so
 * that none of them is in two; the same seed joins equally on every machine.
 *
 * @param shortest clips of a sequence, at least 1
 * @param longest clips of a sequence, at least {@code shortest}; 0 for no joining
 * @param silence the longest between two clips, in seconds, at least 0; how long is random
 * @param times that a clip comes in the sequences of the training part, at least 1; in those of
 *     other parts it comes once
 */
public record Sequences(int shortest, int longest, double silence, int times) {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public Sequences {
    if (shortest < 1 || (longest != 0 && longest < shortest)) {
      throw new IllegalArgumentException(
          "shortest must be at least 1 and longest at least shortest, or 0, were %d and %d"
              .formatted(shortest, longest));
    }
    if (!(silence >= 0 && silence < 3600)) {
      throw new IllegalArgumentException("silence must be in [0, 3600), was " + silence);
    }
    if (times < 1) {
      throw new IllegalArgumentException("times must be at least 1, was " + times);
    }
  }

  /** Nothing is joined. */
  public Sequences() {
    this(1, 0, 0.2, 1);
  }

  /** Returns whether clips are joined. */
  public boolean joins() {
    return longest > 0;
  }

  /**
   * Clips that follow each other.
   *
   * @param clips in order
   * @param pauses after each but the last, in seconds
   */
  public record Sequence(List<Item> clips, List<Double> pauses) {
    /** Copies the lists. */
    public Sequence {
      clips = List.copyOf(clips);
      pauses = List.copyOf(pauses);
    }
  }

  /**
   * What was joined.
   *
   * @param dataset of sequences, or of the clips where nothing is joined
   * @param sequences by the path of their item, which is no file
   */
  public record Joined(Dataset dataset, Map<Path, Sequence> sequences) {
    /** Copies the map. */
    public Joined {
      sequences = Map.copyOf(sequences);
    }
  }

  /** Joins the clips of a divided dataset. */
  public Joined apply(Dataset divided, long seed) {
    if (!joins()) {
      return new Joined(divided, Map.of());
    }
    List<Item> items = new ArrayList<>();
    Map<Path, Sequence> sequences = new HashMap<>();
    for (Part part : Part.values()) {
      SplittableRandom random = new SplittableRandom(seed + GOLDEN * number(part));
      List<Item> clips = new ArrayList<>();
      for (int n = 0; n < (part == Part.TRAIN ? times : 1); n++) {
        List<Item> again = new ArrayList<>(divided.items(part));
        Sampler.shuffle(again, random);
        clips.addAll(again);
      }
      int at = 0;
      for (int n = 0; at < clips.size(); n++) {
        int count = Math.min(shortest + random.nextInt(longest - shortest + 1), clips.size() - at);
        List<Item> joined = List.copyOf(clips.subList(at, at + count));
        at += count;
        List<Double> pauses = new ArrayList<>();
        for (int i = 1; i < count; i++) {
          pauses.add(silence * random.nextDouble());
        }
        Path name = Path.of("joined", "%s-%05d".formatted(part, n));
        List<String> texts = joined.stream().map(Sequences::text).toList();
        items.add(new Item(name, List.of(), part, null, null, 0, null, String.join(" ", texts)));
        sequences.put(name, new Sequence(joined, pauses));
      }
    }
    return new Joined(new Dataset(divided.root(), List.of(), items), sequences);
  }

  private static int number(Part part) {
    return switch (part) {
      case TRAIN -> 1;
      case VALIDATION -> 2;
      case TEST -> 3;
    };
  }

  /** The text of a clip; where it has none, its labels. */
  private static String text(Item clip) {
    String text = clip.text();
    return text == null ? String.join(" ", clip.labels()) : text;
  }
}
