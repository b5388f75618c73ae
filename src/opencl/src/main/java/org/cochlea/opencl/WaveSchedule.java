package org.cochlea.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.IntStream;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.opencl.kernel.Op;

/** Transforms of waveforms that were drawn for a chunk. */
final class WaveSchedule extends Schedule {
  private final int sampleRate;
  private final int[] most;
  private final IdentityHashMap<float[], Integer> recordings = new IdentityHashMap<>();

  /**
   * Prepares the rows of clips.
   *
   * @param lengths of the clips' samples
   * @param most samples that each has on its way
   * @param starts where rows begin in what the host sends
   */
  WaveSchedule(
      Draws draws,
      int fromItem,
      int channels,
      int sampleRate,
      int[] lengths,
      int[] most,
      Places starts,
      Numbers numbers,
      Room room) {
    super(Launch.Kind.WAVE, draws, fromItem, lengths.length, channels, 1, numbers, room);
    this.sampleRate = sampleRate;
    this.most = most;
    for (int b = 0; b < lengths.length; b++) {
      for (int c = 0; c < channels; c++) {
        int slot = b * channels + c;
        rows[b][c] = new Row(slot, Op.INPUT, starts.of(slot), lengths[b]);
      }
    }
  }

  /** Whether there is a kernel for a transform. */
  static boolean runs(WaveAugmentation transform) {
    return switch (transform) {
      case WaveAugmentation.Gain _,
          WaveAugmentation.PolarityInversion _,
          WaveAugmentation.PeakNormalization _,
          WaveAugmentation.RmsNormalization _,
          WaveAugmentation.Shift _,
          WaveAugmentation.TimeInversion _,
          WaveAugmentation.AdjustDuration _,
          WaveAugmentation.PadSection _,
          WaveAugmentation.ShuffleChannels _,
          WaveAugmentation.AddGaussianNoise _,
          WaveAugmentation.AddBackgroundNoise _,
          WaveAugmentation.Mix _,
          WaveAugmentation.ClippingDistortion _,
          WaveAugmentation.TanhDistortion _,
          WaveAugmentation.BitCrush _,
          WaveAugmentation.G711Codec _ ->
          true;
      case WaveAugmentation.LoudnessNormalization _,
          WaveAugmentation.SpliceOut _,
          WaveAugmentation.AddColoredNoise _,
          WaveAugmentation.ApplyImpulseResponse _,
          WaveAugmentation.LowPassFilter _,
          WaveAugmentation.HighPassFilter _,
          WaveAugmentation.BandPassFilter _,
          WaveAugmentation.BandStopFilter _,
          WaveAugmentation.SevenBandParametricEq _,
          WaveAugmentation.TimeStretch _,
          WaveAugmentation.PitchShift _,
          WaveAugmentation.SpeedPerturbation _ ->
          false;
    };
  }

  @Override
  int most(Row r) {
    return most[r.slot / channels];
  }

  /** Adds a transform. */
  void add(WaveAugmentation transform, int number) {
    switch (transform) {
      case WaveAugmentation.Mix _ -> mix(number);
      case WaveAugmentation.ShuffleChannels _ -> shuffle(number);
      case WaveAugmentation.ClippingDistortion _ -> clip(number);
      case WaveAugmentation.TanhDistortion _ -> tanh(number);
      case WaveAugmentation.PeakNormalization _,
          WaveAugmentation.RmsNormalization _,
          WaveAugmentation.AddBackgroundNoise _ -> {
        boolean any = false;
        for (int b = 0; b < rows.length; b++) {
          for (int c = 0; c < channels; c++) {
            any |= applied(b, c, number);
          }
        }
        if (any) {
          measure();
          for (int b = 0; b < rows.length; b++) {
            boolean whole = transform.chance().mode() != Chance.Mode.PER_CHANNEL;
            for (int c = 0; c < channels; c++) {
              // Where the channels share what was drawn, that is the first one's.
              int of = whole && !(transform instanceof WaveAugmentation.AddBackgroundNoise) ? 0 : c;
              if (applied(b, of, number) && rows[b][c].length > 0) {
                addKnowing(transform, b, c, of, whole, number);
              }
            }
          }
        }
      }
      default -> {
        for (int b = 0; b < rows.length; b++) {
          for (int c = 0; c < channels; c++) {
            if (applied(b, c, number)) {
              add(transform, rows[b][c], b, c, number);
            }
          }
        }
      }
    }
  }

  private void addKnowing(
      WaveAugmentation transform, int b, int c, int of, boolean whole, int number) {
    Row r = rows[b][c];
    int n = r.length;
    if (transform instanceof WaveAugmentation.AddBackgroundNoise a) {
      addNoise(a, r, b, c, number);
      return;
    }
    // The sums of a clip's channels lie one after the other.
    int partial = r.partial;
    int all = whole ? channels : 1;
    for (Row other : rows[b]) {
      partial = whole ? Math.min(partial, other.partial) : partial;
    }
    int count = Math.multiplyExact(n, all);
    if (transform instanceof WaveAugmentation.PeakNormalization a) {
      boolean always = a.applyTo() == WaveAugmentation.PeakNormalization.ApplyTo.ALL;
      knowing(r, Op.WAVE_PEAK, partial, all * blocks(r), count, always ? 0 : 1, 0, 0);
    } else {
      int[] step = knowing(r, Op.WAVE_RMS, partial, all * blocks(r), count, 0, 0, 0);
      drawn(step, numbers.add(Math.pow(10, number(b, of, number, 0) / 20)));
    }
  }

  private void add(WaveAugmentation transform, Row r, int b, int c, int number) {
    int n = r.length;
    switch (transform) {
      case WaveAugmentation.Gain _ -> r.gain *= Math.pow(10, number(b, c, number, 0) / 20);
      case WaveAugmentation.PolarityInversion _ -> r.gain = -r.gain;
      case WaveAugmentation.Shift a -> {
        if (n > 0) {
          long by = Applied.shift(a, number(b, c, number, 0), n, sampleRate);
          if (a.rollover()) {
            step(r, Op.WAVE_ROLL, (int) Math.floorMod(by, (long) n), 0, 0, 0);
          } else {
            step(r, Op.WAVE_MOVE, Math.clamp(by, -n, n), 0, 0, 0);
          }
        }
      }
      case WaveAugmentation.TimeInversion _ -> step(r, Op.WAVE_REVERSE, 0, 0, 0, 0);
      case WaveAugmentation.PadSection a -> {
        int count = (int) (number(b, c, number, 0) * n);
        boolean start = a.padSection() == WaveAugmentation.PadSection.Section.START;
        step(r, Op.WAVE_SILENCE, start ? 0 : n - count, start ? count : n, 0, 0);
      }
      case WaveAugmentation.AdjustDuration a -> {
        int length = Applied.duration(a, sampleRate);
        int place = Applied.place(a, number(b, c, number, 0), n, length);
        if (length != n) {
          int kind = length < n ? Op.WAVE_CROP : Op.WAVE_EXTEND;
          step(r, kind, place, Codes.of(a.padding()), 0, 0);
          r.length = length;
        }
      }
      case WaveAugmentation.AddGaussianNoise _ -> {
        settle(r);
        long seed = (long) number(b, c, number, 1);
        int[] step = step(r, Op.WAVE_NOISE, c, 0, (int) seed, (int) (seed >> 32));
        drawn(step, numbers.add(number(b, c, number, 0)));
      }
      case WaveAugmentation.BitCrush _ -> {
        double factor = Math.pow(2, number(b, c, number, 0)) / 2 + 1;
        int[] step = step(r, Op.WAVE_CRUSH, 0, 0, 0, 0);
        drawn(step, numbers.addExactly(r.gain * factor, factor));
        r.gain = 1;
      }
      case WaveAugmentation.G711Codec a -> {
        int law = a.law() == WaveAugmentation.G711Codec.Law.MU_LAW ? 0 : 1;
        int[] step = step(r, Op.WAVE_CODEC, law, 0, 0, 0);
        drawn(step, numbers.addExactly(32768 * r.gain));
        r.gain = 1;
      }
      default -> throw new AssertionError(transform + " does not run here");
    }
  }

  private void addNoise(WaveAugmentation.AddBackgroundNoise a, Row r, int b, int c, int number) {
    int n = r.length;
    float[] noise = a.noise().clip((int) number(b, c, number, 1), sampleRate);
    if (noise.length == 0) {
      return;
    }
    int start = Applied.noiseStart(number(b, c, number, 2), noise.length, n);
    double sum = 0;
    for (int i = 0, at = start; i < n; i++, at++) {
      at = at == noise.length ? 0 : at;
      sum += (double) noise[at] * noise[at];
    }
    double loud = Math.sqrt(sum / n);
    if (!(loud > 0)) {
      return;
    }
    // A longer recording gives a part; a shorter one goes over once, however many repeat it.
    boolean part = noise.length > n;
    int at =
        part
            ? numbers.add(noise, start, n)
            : recordings.computeIfAbsent(noise, all -> numbers.add(all, 0, all.length));
    int[] step =
        knowing(
            r, Op.WAVE_ADD, r.partial, blocks(r), n, at, part ? n : noise.length, part ? 0 : start);
    drawn(step, numbers.add(Math.pow(10, -number(b, c, number, 0) / 20) / loud));
  }

  private void shuffle(int number) {
    for (int b = 0; b < rows.length; b++) {
      if (applied(b, 0, number)) {
        long seed = (long) number(b, 0, number, 0);
        for (int c = channels - 1; c > 0; c--) {
          int other = Applied.exchange(seed, c);
          Row row = rows[b][c];
          rows[b][c] = rows[b][other];
          rows[b][other] = row;
        }
      }
    }
  }

  /** A row that a transform is applied to, with a number drawn for it. */
  private record Distorted(Row row, double drawn) {}

  private List<Distorted> distorted(int number) {
    List<Distorted> all = new ArrayList<>();
    for (int b = 0; b < rows.length; b++) {
      for (int c = 0; c < channels; c++) {
        if (applied(b, c, number) && rows[b][c].length > 0) {
          all.add(new Distorted(rows[b][c], number(b, c, number, 0)));
        }
      }
    }
    return all;
  }

  private void clip(int number) {
    List<Distorted> all = distorted(number);
    if (all.isEmpty()) {
      return;
    }
    store();
    int at =
        percentiles(
            all.stream().map(Distorted::row).toList(),
            false,
            all.stream()
                .map(
                    d -> {
                      int lower = (int) (d.drawn() / 2);
                      return new double[] {lower, 100.0 - lower};
                    })
                .toList());
    for (Distorted d : all) {
      step(d.row(), Op.WAVE_CLIP, 0, at, 0, 0);
      at += 2;
    }
  }

  private void tanh(int number) {
    List<Distorted> all = distorted(number);
    if (all.isEmpty()) {
      return;
    }
    measure();
    int[] before = all.stream().mapToInt(d -> d.row().partial).toArray();
    int at =
        percentiles(
            all.stream().map(Distorted::row).toList(),
            true,
            all.stream().map(d -> new double[] {100 - 99 * d.drawn()}).toList());
    for (Distorted d : all) {
      step(d.row(), Op.WAVE_TANH, 0, at++, 0, 0);
    }
    measure();
    for (int i = 0; i < before.length; i++) {
      Row r = all.get(i).row();
      int[] step = knowing(r, Op.WAVE_RESTORE, r.partial, blocks(r), r.length, r.length, 0, 0);
      step[Op.STEP_OTHER] = before[i];
    }
  }

  private void mix(int number) {
    List<int[]> pairs =
        IntStream.range(0, rows.length)
            .filter(b -> applied(b, 0, number) && partner(b, number) != b)
            .mapToObj(b -> new int[] {b, partner(b, number)})
            .toList();
    if (pairs.isEmpty()) {
      return;
    }
    measure();
    // All are looked at before the first is changed.
    Row[][] before = Arrays.stream(rows).map(Row[]::clone).toArray(Row[][]::new);
    for (int[] pair : pairs) {
      double ratio = Math.pow(10, -number(pair[0], 0, number, 1) / 20);
      for (int c = 0; c < channels; c++) {
        Row r = before[pair[0]][c];
        Row of = before[pair[1]][c];
        if (r.length > 0 && of.length > 0) {
          int[] step = knowing(r, Op.WAVE_MIX, r.partial, blocks(r), r.length, of.length, 0, 0);
          step[6] = of.place;
          step[7] = of.at;
          step[Op.STEP_OTHER] = of.partial;
          drawn(step, numbers.add(ratio));
        }
      }
    }
  }
}
