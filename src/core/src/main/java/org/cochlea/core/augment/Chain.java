package org.cochlea.core.augment;

import java.util.ArrayList;
import java.util.List;

/** A plan as a list of transforms, each with its place in the table of draws. */
final class Chain {
  private final List<Augmentation.Transform> transforms = new ArrayList<>();
  private final List<Integer> firsts = new ArrayList<>();
  private final List<Node> roots = new ArrayList<>();
  private final int waveTransforms;
  private final boolean perChannel;
  private final AugmentationPlan plan;
  private int steps;
  private int width;

  /**
   * An augmentation in the plan.
   *
   * @param step its number, which its random numbers belong to
   * @param slot where a transform's draws begin
   */
  private record Node(Augmentation augmentation, int step, int slot, List<Node> children) {}

  Chain(AugmentationPlan plan) {
    this.plan = plan;
    for (Augmentation augmentation : plan.waveform()) {
      roots.add(add(augmentation));
    }
    waveTransforms = transforms.size();
    for (Augmentation augmentation : plan.spectrogram()) {
      roots.add(add(augmentation));
    }
    if (steps > Numbers.MAX_STEPS) {
      throw new IllegalArgumentException(
          "a plan must have at most %d augmentations, had %d".formatted(Numbers.MAX_STEPS, steps));
    }
    perChannel =
        transforms.stream()
            .anyMatch(
                t ->
                    t.chance().mode() == Chance.Mode.PER_CHANNEL
                        || t.chance().pMode() == Chance.Mode.PER_CHANNEL);
  }

  private Node add(Augmentation augmentation) {
    int step = steps++;
    return switch (augmentation) {
      case Augmentation.Compose a -> new Node(a, step, 0, addAll(a.transforms()));
      case Augmentation.OneOf a -> new Node(a, step, 0, addAll(a.transforms()));
      case Augmentation.SomeOf a -> new Node(a, step, 0, addAll(a.transforms()));
      case Augmentation.Transform a -> {
        int slot = width;
        transforms.add(a);
        firsts.add(slot);
        width += 1 + Drawing.count(a);
        yield new Node(a, step, slot, List.of());
      }
    };
  }

  private List<Node> addAll(List<Augmentation> list) {
    List<Node> nodes = new ArrayList<>();
    for (Augmentation augmentation : list) {
      nodes.add(add(augmentation));
    }
    return nodes;
  }

  AugmentationPlan plan() {
    return plan;
  }

  /** Returns how many transforms there are, those of the waveform first. */
  int size() {
    return transforms.size();
  }

  int waveTransforms() {
    return waveTransforms;
  }

  Augmentation.Transform transform(int index) {
    return transforms.get(index);
  }

  /** Returns where a transform's draws begin: 1 where it is applied, then its numbers. */
  int slot(int index) {
    return firsts.get(index);
  }

  /** Returns how many numbers there are for a channel. */
  int width() {
    return width;
  }

  /** Whether channels differ in what is drawn. */
  boolean perChannel() {
    return perChannel;
  }

  /** Draws everything for one example. */
  void draw(Draws draws, int item, Numbers numbers) {
    for (int i = 0; i < roots.size(); i++) {
      draw(roots.get(i), draws, item, true, numbers);
    }
  }

  private void draw(Node node, Draws draws, int item, boolean active, Numbers u) {
    List<Node> children = node.children;
    switch (node.augmentation) {
      case Augmentation.Compose a -> {
        draws.start(u, item, node.step, Numbers.EXAMPLE);
        boolean applied = u.uniform() < a.p() && active;
        for (int i = 0; i < children.size(); i++) {
          draw(children.get(i), draws, item, applied, u);
        }
      }
      case Augmentation.OneOf a -> {
        draws.start(u, item, node.step, Numbers.EXAMPLE);
        boolean applied = u.uniform() < a.p() && active;
        int chosen = u.index(children.size());
        for (int i = 0; i < children.size(); i++) {
          draw(children.get(i), draws, item, applied && i == chosen, u);
        }
      }
      case Augmentation.SomeOf a -> {
        draws.start(u, item, node.step, Numbers.EXAMPLE);
        boolean applied = u.uniform() < a.p() && active;
        int wanted = a.minTransforms() + u.index(a.maxTransforms() - a.minTransforms() + 1);
        // Each in turn, with the share of those still wanted among those left. The numbers are
        // drawn again for every child, because the child uses the generator too.
        for (int i = 0; i < children.size(); i++) {
          draws.start(u, item, node.step, Numbers.EXAMPLE);
          u.skip(2 + i);
          boolean chosen = u.uniform() * (children.size() - i) < wanted;
          if (chosen) {
            wanted--;
          }
          draw(children.get(i), draws, item, applied && chosen, u);
        }
      }
      case Augmentation.Transform a -> draw(a, node, draws, item, active, u);
    }
  }

  private static void draw(
      Augmentation.Transform a, Node node, Draws draws, int item, boolean active, Numbers u) {
    Chance chance = a.chance();
    for (int c = 0; c < draws.channels(); c++) {
      int at = draws.row(item, c) + node.slot;
      draws.start(u, item, node.step, place(chance.pMode(), c));
      draws.table()[at] = active && u.uniform() < chance.p() ? 1 : 0;
      draws.start(u, item, node.step, place(chance.mode(), c));
      u.skip(1);
      Drawing.draw(a, u, draws.table(), at + 1);
      if (Drawing.mixes(a)) {
        draws.table()[at + 1] = draws.partner(item, draws.table()[at + 1]);
      }
    }
  }

  private static int place(Chance.Mode mode, int channel) {
    return switch (mode) {
      case PER_EXAMPLE -> Numbers.EXAMPLE;
      case PER_CHANNEL -> 1 + channel;
      case PER_BATCH -> Numbers.BATCH;
    };
  }
}
