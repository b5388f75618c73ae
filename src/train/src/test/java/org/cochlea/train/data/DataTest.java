package org.cochlea.train.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.dataset.Item;
import org.cochlea.audio.dataset.Part;
import org.cochlea.train.optim.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataTest {
  private static final Path ROOT = Path.of("data");

  /** Clips of 5 speakers, two of each class. */
  private static Dataset dataset() {
    List<Item> items = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 10; i++) {
        items.add(
            Item.of(ROOT.resolve("c%d/%d.wav".formatted(k, i)), "c" + k).withGroup("s" + i % 5));
      }
    }
    return Dataset.of(ROOT, items);
  }

  private static Set<Path> paths(Dataset dataset, Part part) {
    return dataset.items(part).stream().map(Item::path).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void foldsAreDisjointAndCoverAll(boolean grouped) {
    Set<Path> seen = new HashSet<>();
    for (int fold = 0; fold < 5; fold++) {
      Dataset divided = new Division.Fold(5, fold, 0, grouped).apply(dataset(), 3);
      Set<Path> test = paths(divided, Part.TEST);
      assertEquals(6, test.size());
      test.forEach(path -> assertTrue(seen.add(path), path + " is in two folds"));
      assertEquals(24, paths(divided, Part.TRAIN).size());
      if (grouped) {
        Set<String> speakers = new HashSet<>();
        divided.items(Part.TEST).forEach(item -> speakers.add(String.valueOf(item.group())));
        divided
            .items(Part.TRAIN)
            .forEach(item -> assertTrue(!speakers.contains(item.group()), "a group is torn"));
      }
    }
    assertEquals(30, seen.size());
  }

  @Test
  void oneGroupIsHeldOutAndValidationIsTakenFromTheRest() {
    Dataset divided = new Division.Group("s2", 0.25).apply(dataset(), 1);
    assertTrue(divided.items(Part.TEST).stream().allMatch(i -> "s2".equals(i.group())));
    assertEquals(6, divided.items(Part.TEST).size());
    assertEquals(6, divided.items(Part.VALIDATION).size());
    assertEquals(18, divided.items(Part.TRAIN).size());
  }

  @Test
  void theDatasetsPartsStay() {
    Dataset parts = dataset().holdOut(item -> item.path().endsWith("0.wav"));
    Dataset divided = new Division.Parts(0.2).apply(parts, 1);
    assertEquals(paths(parts, Part.TEST), paths(divided, Part.TEST));
    assertTrue(divided.items(Part.VALIDATION).size() >= 3);
  }

  @Test
  void whatCannotBeDividedIsSaid() {
    Dataset one = Dataset.of(ROOT, List.of(Item.of(ROOT.resolve("a.wav"), "a")));
    IllegalArgumentException empty =
        assertThrows(
            IllegalArgumentException.class, () -> new Division.Random(0.2, 0, false).apply(one, 0));
    assertTrue(String.valueOf(empty.getMessage()).contains("validation part is empty"));
    List<Item> items = new ArrayList<>(dataset().items());
    items.add(Item.of(ROOT.resolve("rare.wav"), "rare").withSplit(Part.TEST));
    IllegalArgumentException rare =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Division.Parts(0.1).apply(Dataset.of(ROOT, items), 0));
    assertEquals(
        "class \"rare\" has no training clip: it has 1 in all, add some or leave it out",
        String.valueOf(rare.getMessage()));
  }

  @Test
  void windowsCoverAClipAndTheLastEndsWithIt() {
    Windows windows = new Windows(1, 0.5, Windows.Fill.ZERO);
    assertArrayEquals(new int[] {0, 50, 100, 130}, windows.starts(230, 100));
    assertArrayEquals(new int[] {0, 50}, windows.starts(150, 100));
    assertArrayEquals(new int[] {0}, windows.starts(40, 100));
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      int start = windows.randomStart(101, 100, random);
      assertTrue(start == 0 || start == 1);
    }
    float[] clip = {1, 2, 3};
    assertArrayEquals(
        new float[] {1, 2, 3, 0, 0}, new Windows(5, 1, Windows.Fill.ZERO).cut(clip, 0, 1));
    assertArrayEquals(
        new float[] {1, 2, 3, 1, 2}, new Windows(5, 1, Windows.Fill.REPEAT).cut(clip, 0, 1));
    assertArrayEquals(new float[] {2, 3}, new Windows(2, 1, Windows.Fill.REPEAT).cut(clip, 1, 1));
  }

  @Test
  void everyClipComesOnceAnEpochAndEpochsDiffer() {
    Sampler sampler =
        new Sampler(
            List.of(List.of(0, 1, 2), List.of(3, 4)), 2, new Sampler.Order.Shuffled(), 1, 9);
    assertEquals(3, sampler.batches());
    for (int epoch = 0; epoch < 3; epoch++) {
      List<Integer> items =
          sampler.epoch(epoch).stream().flatMap(List::stream).map(Draw::item).sorted().toList();
      assertEquals(List.of(0, 1, 2, 3, 4), items);
    }
    assertEquals(sampler.epoch(1), sampler.epoch(1));
    assertNotEquals(sampler.epoch(1), sampler.epoch(2));
  }

  @Test
  void balancedClassesComeEquallyOften() {
    List<Integer> many = new ArrayList<>();
    for (int i = 0; i < 97; i++) {
      many.add(i);
    }
    Sampler sampler =
        new Sampler(List.of(many, List.of(97, 98, 99)), 10, new Sampler.Order.Balanced(), 1, 4);
    Map<Boolean, Integer> counts = new HashMap<>();
    sampler.epoch(0).stream()
        .flatMap(List::stream)
        .forEach(draw -> counts.merge(draw.item() >= 97, 1, Integer::sum));
    assertEquals(Map.of(true, 50, false, 50), counts);
  }

  @Test
  void episodesHaveSomeClipsOfEachClass() {
    Sampler sampler =
        new Sampler(
            List.of(List.of(0, 1, 2), List.of(3), List.of(4, 5)),
            6,
            new Sampler.Order.Episodes(3),
            1,
            4);
    for (List<Draw> batch : sampler.epoch(2)) {
      assertEquals(6, batch.size());
      assertEquals(
          2,
          batch.stream()
              .map(draw -> draw.item() < 3 ? 0 : draw.item() < 4 ? 1 : 2)
              .distinct()
              .count());
    }
  }

  @Test
  void charactersHaveABlankFirst() {
    Item item = new Item(ROOT, List.of(), null, null, null, 0, null, "abba");
    Targets targets = Targets.of(Target.TEXT, List.of(), List.of(item));
    assertEquals(List.of("", "a", "b"), targets.names());
    assertArrayEquals(new long[] {1, 2, 2, 1}, targets.characters(item));
  }
}
