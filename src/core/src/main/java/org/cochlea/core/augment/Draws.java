package org.cochlea.core.augment;

import java.util.Arrays;

/**
 * What was drawn for a batch: for every example which augmentations of a plan are applied, and with
 * what numbers.
 *
 * <p>The numbers are functions of the seed, the epoch, the example's key and the place of the
 * augmentation in the plan (Philox4x32-10), whatever else is in the batch, in what order, on how
 * many threads or on which engine. Only what concerns a batch by its nature depends on it: the
 * partner of a mix, and {@link Chance.Mode#PER_BATCH}; and that on the set of keys, not on their
 * order.
 *
 * <p>Draws may be used again, for a paired signal: a clean and a noisy recording, or a mask.
 */
public final class Draws {
  private final Chain chain;
  private final long seed;
  private double[] table = {};
  private long[] keys = {};
  private int[] order = {};
  private int[] rank = {};
  private int batch;
  private int channels = 1;
  private int epoch;
  private long least;

  Draws(Chain chain, long seed) {
    this.chain = chain;
    this.seed = seed;
  }

  /** Draws anew. */
  void draw(long[] exampleKeys, int ofEpoch, int channelCount, Numbers numbers) {
    Check.atLeast("epoch", ofEpoch, 0);
    Check.range("channels", channelCount, 1, Numbers.MAX_CHANNELS);
    batch = exampleKeys.length;
    channels = chain.perChannel() ? channelCount : 1;
    epoch = ofEpoch;
    int needed = Math.multiplyExact(Math.multiplyExact(batch, channels), chain.width());
    if (table.length < needed) {
      table = new double[needed];
    }
    if (keys.length < batch) {
      keys = new long[batch];
      order = new int[batch];
      rank = new int[batch];
    }
    System.arraycopy(exampleKeys, 0, keys, 0, batch);
    sort();
    least = batch == 0 ? 0 : keys[order[0]];
    for (int b = 0; b < batch; b++) {
      chain.draw(this, b, numbers);
    }
  }

  private void sort() {
    for (int b = 0; b < batch; b++) {
      int i = b;
      for (; i > 0 && keys[order[i - 1]] > keys[b]; i--) {
        order[i] = order[i - 1];
      }
      order[i] = b;
    }
    for (int i = 0; i < batch; i++) {
      rank[order[i]] = i;
    }
  }

  void start(Numbers u, int item, int step, int place) {
    long example = place == Numbers.BATCH ? least : keys[item];
    u.start(seed, epoch, example, step, place);
  }

  /** Returns another example of the batch, or the same where there is none. */
  double partner(int item, double uniform) {
    int other = Math.min(batch - 2, (int) (uniform * (batch - 1)));
    return batch < 2 ? item : order[(rank[item] + 1 + other) % batch];
  }

  double[] table() {
    return table;
  }

  /** Returns where the numbers of a channel begin; all channels share them where none differs. */
  int row(int item, int channel) {
    return (item * channels + Math.min(channel, channels - 1)) * chain.width();
  }

  /** Returns how many channels have numbers of their own: 1 where all share them. */
  public int channels() {
    return channels;
  }

  /**
   * Whether a transform is applied to a channel.
   *
   * @param transform its place in the plan: those of waveforms first, as {@link
   *     AugmentationPlan#transforms} lists them, then those of features
   */
  public boolean applied(int item, int channel, int transform) {
    return table[row(item, channel) + chain.slot(transform)] != 0;
  }

  /**
   * Returns a number that was drawn for a transform and a channel, in the order of {@link
   * #describe}. The first of a mix is the partner's place in the batch.
   */
  public double number(int item, int channel, int transform, int index) {
    return table[row(item, channel) + chain.slot(transform) + 1 + index];
  }

  Chain chain() {
    return chain;
  }

  /** Returns what was drawn for. */
  public AugmentationPlan plan() {
    return chain.plan();
  }

  /** Returns the number of examples. */
  public int batch() {
    return batch;
  }

  /** Returns the key of an example. */
  public long key(int item) {
    return keys[item];
  }

  /** Returns the epoch. */
  public int epoch() {
    return epoch;
  }

  /**
   * Says in words what is applied to an example, one line for each augmentation: its name and the
   * numbers drawn.
   */
  public String describe(int item) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < chain.size(); i++) {
      int at = row(item, 0) + chain.slot(i);
      if (table[at] != 0) {
        Augmentation.Transform transform = chain.transform(i);
        int numbers = Drawing.count(transform);
        text.append(transform.getClass().getSimpleName());
        if (numbers > 0) {
          text.append(' ')
              .append(Arrays.toString(Arrays.copyOfRange(table, at + 1, at + 1 + numbers)));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }
}
