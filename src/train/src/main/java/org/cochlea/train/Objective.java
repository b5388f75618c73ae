package org.cochlea.train;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
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
        loss instanceof Loss.CrossEntropy(double _, boolean balanced) && balanced
            ? balance(targets.classes(training), targets.names().size())
            : null;
  }

  private static float[] balance(int[] classes, int count) {
    int[] clips = new int[count];
    for (int k : classes) {
      clips[k]++;
    }
    float[] weights = new float[count];
    for (int k = 0; k < count; k++) {
      weights[k] = clips[k] == 0 ? 0 : (float) ((double) classes.length / count / clips[k]);
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
    return switch (loss) {
      case Loss.CrossEntropy(double smoothing, boolean _) -> {
        long[] classes = longs(targets.classes(items));
        TensorOptional weight =
            weights == null
                ? new TensorOptional()
                : new TensorOptional(on(out, Tensor.create(weights)));
        yield torch.cross_entropy_loss(
            flat(out),
            on(out, spread(Tensor.create(classes), out)),
            weight,
            MEAN,
            NOTHING,
            smoothing);
      }
      case Loss.BinaryCrossEntropy _ ->
          torch.binary_cross_entropy_with_logits(flat(out), on(out, spread(tags(items), out)));
      case Loss.MeanSquaredError _ ->
          torch.mse_loss(flat(out), on(out, spread(numbers(items), out)));
      case Loss.MeanAbsoluteError _ ->
          torch.l1_loss(flat(out), on(out, spread(numbers(items), out)));
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

  private Tensor tags(List<Item> items) {
    int classes = targets.names().size();
    boolean[][] tags = targets.tags(items);
    float[] values = new float[tags.length * classes];
    for (int i = 0; i < values.length; i++) {
      values[i] = tags[i / classes][i % classes] ? 1 : 0;
    }
    return Tensor.create(values, tags.length, classes);
  }

  private Tensor numbers(List<Item> items) {
    double[] numbers = targets.numbers(items);
    float[] values = new float[numbers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers[i];
    }
    return Tensor.create(values, values.length, 1);
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
