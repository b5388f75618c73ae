package org.cochlea.train;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.audio.dataset.Item;
import org.cochlea.train.data.Targets;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.Loss;
import org.jspecify.annotations.Nullable;

/** A loss of outputs and the targets of their clips, as a tensor that has a gradient. */
final class Objective {
  private static final long MEAN = 1;
  private static final long SUM = 2;
  private static final long NOTHING = -100;
  private static final double TINY = 1e-12;
  private static final double FAR = 1e9;

  private final Loss loss;
  private final Targets targets;
  private final Network network;
  private final float @Nullable [] weights;

  /**
   * Prepares a loss.
   *
   * @param training the training clips, by whose number classes are weighted
   */
  Objective(Loss loss, Targets targets, Network network, List<Item> training) {
    this.loss = loss;
    this.targets = targets;
    this.network = network;
    this.weights =
        loss instanceof Loss.CrossEntropy entropy ? weights(entropy, targets, training) : null;
  }

  private static float @Nullable [] weights(
      Loss.CrossEntropy loss, Targets targets, List<Item> training) {
    if (!loss.balanced() && loss.classWeights().isEmpty()) {
      return null;
    }
    for (String name : loss.classWeights().keySet()) {
      if (!targets.names().contains(name)) {
        throw new IllegalArgumentException(
            "loss.classWeights: there is no class \"%s\"; there are %s"
                .formatted(name, String.join(", ", targets.names())));
      }
    }
    int count = targets.names().size();
    int[] clips = new int[count];
    for (int k : targets.classes(training)) {
      clips[k]++;
    }
    float[] weights = new float[count];
    for (int k = 0; k < count; k++) {
      double weight = loss.classWeights().getOrDefault(targets.names().get(k), 1.0);
      if (loss.balanced()) {
        weight *= clips[k] == 0 ? 0 : (double) training.size() / count / clips[k];
      }
      weights[k] = (float) weight;
    }
    return weights;
  }

  /** How many outputs a network needs. */
  static int outputs(Loss loss, Targets targets) {
    return switch (loss) {
      case Loss.Triplet triplet -> triplet.dimensions();
      case Loss.Contrastive contrastive -> contrastive.dimensions();
      case Loss.Prototypical prototypical -> prototypical.dimensions();
      case Loss.CrossEntropy _,
          Loss.BinaryCrossEntropy _,
          Loss.MeanSquaredError _,
          Loss.MeanAbsoluteError _,
          Loss.Ctc _ ->
          targets.names().size();
    };
  }

  /**
   * Returns the loss of a batch, or null if it has none: too few clips of a class.
   *
   * @param out {@code [batch, outputs]} or {@code [batch, frames, outputs]}
   * @param items the clips, by row
   * @param frames the frames of the features that are no padding, by row
   */
  @Nullable Tensor of(Tensor out, List<Item> items, int[] frames) {
    return of(out, items, frames, null);
  }

  /**
   * The same with targets that may be mixed.
   *
   * @param mixed of {@link #rows}, by row; null for the targets of the clips
   */
  @Nullable Tensor of(Tensor out, List<Item> items, int[] frames, float @Nullable [][] mixed) {
    return switch (loss) {
      case Loss.CrossEntropy(double smoothing, boolean _, var _) -> {
        long[] classes = mixed == null ? longs(targets.classes(items)) : new long[0];
        TensorOptional weight =
            weights == null
                ? new TensorOptional()
                : new TensorOptional(on(out, Tensor.create(weights)));
        yield torch.cross_entropy_loss(
            flat(out),
            on(out, spread(mixed == null ? Tensor.create(classes) : shares(mixed), out)),
            weight,
            MEAN,
            NOTHING,
            smoothing);
      }
      case Loss.BinaryCrossEntropy _ ->
          torch.binary_cross_entropy_with_logits(
              flat(out), on(out, spread(matrix(mixed == null ? tags(items) : mixed), out)));
      case Loss.MeanSquaredError _ ->
          torch.mse_loss(
              flat(out), on(out, spread(matrix(mixed == null ? numbers(items) : mixed), out)));
      case Loss.MeanAbsoluteError _ ->
          torch.l1_loss(
              flat(out), on(out, spread(matrix(mixed == null ? numbers(items) : mixed), out)));
      case Loss.Triplet(int _, double margin) ->
          triplet(embedding(out), targets.classes(items), margin);
      case Loss.Contrastive(int _, double margin) ->
          contrastive(embedding(out), targets.classes(items), margin);
      case Loss.Prototypical(int _, int support, int _) ->
          prototypical(embedding(out), targets.classes(items), support);
      case Loss.Ctc _ -> ctc(out, items, frames);
    };
  }

  private static Tensor on(Tensor model, Tensor values) {
    return values.to(model.device(), values.scalar_type());
  }

  /** Frames become rows. */
  private static Tensor flat(Tensor out) {
    return out.dim() == 3 ? out.flatten(0, 1) : out;
  }

  /** The target of a window is that of all its frames. */
  private static Tensor spread(Tensor target, Tensor out) {
    return out.dim() == 3
        ? torch.repeat_interleave(target, out.size(1), new LongOptional(0), new LongOptional())
        : target;
  }

  /** One vector per window. */
  static Tensor embedding(Tensor out) {
    return out.dim() == 3 ? out.mean(1) : out;
  }

  private static long[] longs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }

  /**
   * Returns the targets as rows that can be mixed: a class as a 1 among zeros, tags, a number.
   *
   * @throws IllegalArgumentException if the loss has none of these
   */
  float[][] rows(List<Item> items) {
    return switch (targets.kind()) {
      case CLASS -> {
        int[] classes = targets.classes(items);
        float[][] rows = new float[classes.length][targets.names().size()];
        for (int i = 0; i < rows.length; i++) {
          rows[i][classes[i]] = 1;
        }
        yield rows;
      }
      case TAGS -> tags(items);
      case NUMBER -> numbers(items);
      case EMBEDDING, TEXT -> throw new IllegalArgumentException("these targets cannot be mixed");
    };
  }

  private float[][] tags(List<Item> items) {
    boolean[][] tags = targets.tags(items);
    float[][] rows = new float[tags.length][targets.names().size()];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] = tags[i][k] ? 1 : 0;
      }
    }
    return rows;
  }

  private float[][] numbers(List<Item> items) {
    double[] numbers = targets.numbers(items);
    float[][] rows = new float[numbers.length][1];
    for (int i = 0; i < rows.length; i++) {
      rows[i][0] = (float) numbers[i];
    }
    return rows;
  }

  /** Of classes that exclude each other: what was mixed by union sums to more than 1. */
  private static Tensor shares(float[][] rows) {
    Tensor matrix = matrix(rows);
    return matrix.div(matrix.sum(new long[] {1}, true, new ScalarTypeOptional()));
  }

  private static Tensor matrix(float[][] rows) {
    int columns = rows[0].length;
    float[] values = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return Tensor.create(values, rows.length, columns);
  }

  private static Tensor squaredDistances(Tensor a, Tensor b) {
    return a.unsqueeze(1).sub(b.unsqueeze(0)).pow(new Scalar(2)).sum(2);
  }

  /** 1 where two clips are of one class. */
  private static Tensor same(int[] classes, Tensor like) {
    float[] values = new float[classes.length * classes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = classes[i / classes.length] == classes[i % classes.length] ? 1 : 0;
    }
    return on(like, Tensor.create(values, classes.length, classes.length));
  }

  private static @Nullable Tensor triplet(Tensor x, int[] classes, double margin) {
    if (oneClass(classes)) {
      return null;
    }
    Tensor same = same(classes, x);
    // The floor keeps the gradient of the root finite where two points coincide.
    Tensor distance = squaredDistances(x, x).add(new Scalar(TINY)).sqrt();
    Tensor farthest = distance.mul(same).amax(new long[] {1}, false);
    Tensor nearest = distance.add(same.mul(new Scalar(FAR))).amin(new long[] {1}, false);
    return torch.relu(farthest.sub(nearest).add(new Scalar(margin))).mean();
  }

  private static @Nullable Tensor contrastive(Tensor x, int[] classes, double margin) {
    int n = classes.length;
    if (n < 2) {
      return null;
    }
    Tensor same = same(classes, x);
    Tensor squared = squaredDistances(x, x);
    Tensor short_ = torch.relu(squared.add(new Scalar(TINY)).sqrt().neg().add(new Scalar(margin)));
    Tensor apart = short_.mul(short_);
    Tensor all = same.mul(squared).add(same.neg().add(new Scalar(1)).mul(apart));
    // Every pair is there twice, and every clip once with itself, at distance 0.
    return all.sum().div(new Scalar((double) n * (n - 1)));
  }

  private static @Nullable Tensor prototypical(Tensor x, int[] classes, int support) {
    TreeMap<Integer, List<Integer>> rows = new TreeMap<>();
    for (int i = 0; i < classes.length; i++) {
      rows.computeIfAbsent(classes[i], _ -> new ArrayList<>()).add(i);
    }
    rows.values().removeIf(list -> list.size() <= support);
    if (rows.size() < 2) {
      return null;
    }
    TensorVector prototypes = new TensorVector();
    List<Long> queries = new ArrayList<>();
    List<Long> truth = new ArrayList<>();
    for (List<Integer> list : rows.values()) {
      long[] first = list.subList(0, support).stream().mapToLong(i -> i).toArray();
      prototypes.push_back(torch.index_select(x, 0, on(x, Tensor.create(first))).mean(0));
      for (int row : list.subList(support, list.size())) {
        queries.add((long) row);
        truth.add(prototypes.size() - 1);
      }
    }
    long[] from = queries.stream().mapToLong(i -> i).toArray();
    long[] to = truth.stream().mapToLong(i -> i).toArray();
    Tensor asked = torch.index_select(x, 0, on(x, Tensor.create(from)));
    Tensor distance =
        squaredDistances(asked, torch.stack(prototypes)).div(new Scalar((double) x.size(1)));
    return torch.cross_entropy_loss(distance.neg(), on(x, Tensor.create(to)));
  }

  private static boolean oneClass(int[] classes) {
    for (int k : classes) {
      if (k != classes[0]) {
        return false;
      }
    }
    return true;
  }

  private Tensor ctc(Tensor out, List<Item> items, int[] frames) {
    long[] inputs = new long[items.size()];
    long[] lengths = new long[items.size()];
    List<Long> characters = new ArrayList<>();
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Math.min(out.size(1), network.frames(frames[i]));
      long[] text = targets.characters(items.get(i));
      lengths[i] = text.length;
      for (long c : text) {
        characters.add(c);
      }
    }
    Tensor logs = torch.log_softmax(out, 2).transpose(0, 1);
    long[] text = characters.stream().mapToLong(c -> c).toArray();
    return torch
        .ctc_loss(logs, on(out, Tensor.create(text)), inputs, lengths, 0, SUM, true)
        .div(new Scalar((double) Math.max(1, text.length)));
  }
}
