package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.SampleType;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.signal.Biquad;
import org.cochlea.core.signal.Loudness;
import org.cochlea.core.stage.Padding;

/**
 * Transforms of waveforms that were drawn for a batch, as launches: kernels/augment.cu,
 * augment_filter.cu, augment_fourier.cu and filter.cu.
 *
 * <p>Every row (a channel of a clip) collects its own steps; a pass over its samples is begun only
 * when a step must know something of the whole row, or is no step of a pass. Rows do not wait for
 * each other, but where clips are mixed: the n-th pass of one and the n-th of another are one
 * launch.
 */
final class WaveSchedule {
  /** A kernel. */
  enum Kind {
    /** Steps of rows. */
    PASS,
    /** Percentiles of rows. */
    PERCENTILE,
    /** Filters and impulse responses, as sums. */
    CONVOLVE,
    /** The same, by transforms: spectra, then their products. */
    PARTITIONS,
    /** Other speeds. */
    INTERPOLATE,
    /** Phase vocoders of one length: transforms, other rates, inverse transforms. */
    STRETCH,
    /** Equalizers and weightings. */
    SECTIONS,
    /** Gains to a loudness. */
    LOUDNESS
  }

  /** {@code WaveKind} of kernels/augment.cu, in its order. */
  private enum Op {
    SCALE(0),
    NORMALIZE_PEAK(1),
    NORMALIZE_RMS(2),
    RESTORE_RMS(3),
    SETTLE(4),
    ROLL_OVER(5),
    MOVE(6),
    REVERSE(7),
    SILENCE(8),
    CROP(9),
    EXTEND(10),
    NORMAL_NOISE(11),
    ADD(12),
    MIX(13),
    CLIP(14),
    TANH(15),
    CRUSH(16),
    CODEC(17),
    SPLICE(18),
    SCALE_BY_BOUND(19);

    private final int code;

    Op(int code) {
      this.code = code;
    }

    /** Whether it changes the gain alone. */
    boolean isGain() {
      return this == SCALE
          || this == SCALE_BY_BOUND
          || this == NORMALIZE_PEAK
          || this == NORMALIZE_RMS
          || this == RESTORE_RMS;
    }

    /** Whether the squares and the peak of the samples stay. */
    boolean keepsLevel() {
      return isGain() || this == ROLL_OVER || this == REVERSE;
    }
  }

  private static final int TILE = 2048;

  /** Bytes of the structs of the kernels. */
  private static final int STEP = 48;

  private static final int REFERENCE = 16;
  private static final int COLOUR = 24;
  private static final int PARTIAL = 24;
  private static final int SPECTRA = 40;
  private static final int PAIR = 8;

  /** Steps of a pass at most, and references: they are in shared memory. */
  private static final int MOST_STEPS = 400;

  private static final int MOST_REFERENCES = 600;
  private static final int WEIGHTINGS = 2;
  private static final int MOST_SPLICES = 16;
  private static final int MOST_BANDS = 7;

  /** {@code kMostChannels} of kernels/augment.cu. */
  private static final int LOUDNESS_CHANNELS = 5;

  /**
   * Taps of a sum at most; more are a matter of transforms. By their instructions both take the
   * same time at about 100 taps (a sum reads 5 words of shared memory for 4 products, transforms
   * some 35 words a sample, and 24 bytes of device memory); but the shorter a clip, the emptier its
   * transforms.
   */
  private static final int MOST_TAPS = 512;

  /** {@code kPartition} of kernels/augment_fourier.cu. */
  private static final int PARTITION = 2048;

  private static final long SPECTRUM_BYTES = 2L * PARTITION * Float.BYTES;

  // Addresses are known when all sizes are: until then they are an area and a place in it.
  private static final int AREA_SHIFT = 56;
  private static final long INPUT = 1L << AREA_SHIFT;
  private static final long FIRST = 2L << AREA_SHIFT;
  private static final long SECOND = 3L << AREA_SHIFT;
  private static final long OUT = 4L << AREA_SHIFT;
  private static final long SOURCE = 5L << AREA_SHIFT;
  private static final long NOISE = 6L << AREA_SHIFT;
  private static final long SCRATCH = 7L << AREA_SHIFT;
  private static final long STRETCHED = 8L << AREA_SHIFT;

  /**
   * Of stretched rows: which slot made it is in these bits, which of its entries in those below.
   */
  private static final int SLOT_SHIFT = 32;

  /** Of noise: the length, a power of two, is in these bits, the number among those below. */
  private static final int SIZE_SHIFT = 48;

  private record Reference(int partial, int partials, int gain, int length) {}

  private record Step(
      Op op,
      double value,
      long address,
      int length,
      int first,
      int second,
      List<Reference> references) {}

  /** Samples that go to the device with the tables. */
  private static final class Source {
    final float[] samples;
    final int from;
    final int count;
    final int at;

    Source(float[] samples, int from, int count, int at) {
      this.samples = samples;
      this.from = from;
      this.count = count;
      this.at = at;
    }
  }

  /** Noise that is made on the device. */
  private record Colour(long seed, double decay, int channel) {}

  /** A channel of a clip on its way. */
  private static final class Row {
    final int slot;
    long at;
    SampleType type;
    int length;

    /** The most samples it has had in the work area. */
    int most;

    /** Which of the gains waits; -1: 1. */
    int gain = -1;

    /** Where its squares and its peak are; -1: nowhere. */
    int partial = -1;

    /** The first launch that can be its next. */
    int next;

    /** The launch that what is pending must be in; -1: any. */
    int bound = -1;

    List<Step> pending = new ArrayList<>();
    int references;

    Row(int slot, long at, SampleType type, int length) {
      this.slot = slot;
      this.at = at;
      this.type = type;
      this.length = length;
    }
  }

  /** A row of a launch; which fields count depends on its kind. */
  private static final class Entry {
    long in;
    long out;
    long extra;
    SampleType type = SampleType.FLOAT32;
    int length;
    int count;
    int from;
    int period;
    int edge;
    int inGain = -1;
    int outGain = -1;
    int partial = -1;
    double first;
    double second;
    List<Step> steps = List.of();

    /** Of a loudness: where the channels of the clip are. */
    long[] channels = {};
  }

  private static final class Slot {
    final Kind kind;
    final List<Entry> entries = new ArrayList<>();

    /** Of products of spectra: what spectra are made of. */
    final List<Entry> spectra = new ArrayList<>();

    /** Where the spectra of taps are that rows share. */
    final Map<Long, Long> tapSpectra = new HashMap<>();

    long scratchBytes;

    /** Of a phase vocoder: its length, and what rows have room for. */
    final int size;

    int frames;
    int made;
    int samples;

    /** Where the first of its rows is. */
    long at;

    Slot(Kind kind, int size) {
      this.kind = kind;
      this.size = size;
    }

    int bins() {
      return size / 2 + 1;
    }

    /** Returns the bytes of the spectra before the rate changes. */
    long spectra() {
      return aligned((long) entries.size() * bins() * frames * PAIR);
    }

    /** Returns where spectra of an entry go. */
    long spectra(Entry e) {
      spectra.add(e);
      e.out = SCRATCH | scratchBytes;
      scratchBytes += e.count * SPECTRUM_BYTES;
      return e.out;
    }
  }

  private final Draws draws;
  private final int fromItem;
  private final int channels;
  private final int sampleRate;
  private final Row[][] rows;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private final IdentityHashMap<float[], Integer> whole = new IdentityHashMap<>();
  private long sourceFloats;

  /** By the logarithm of the length. */
  private final List<List<Colour>> colours = new ArrayList<>();

  private int gains;
  private int partials;
  private int bounds;
  private int steps;
  private int references;
  private int stride;
  private long[] slotStart = {};
  private long workFloats;
  private long stretchedFloats;
  private boolean changed;
  private float[] weighting = {};

  /**
   * Prepares the rows of clips.
   *
   * @param fromItem which example of the draws the first clip is
   * @param starts where rows begin, in samples
   */
  WaveSchedule(
      Draws draws,
      int fromItem,
      int items,
      int channels,
      int sampleRate,
      SampleType type,
      Chunk.Lengths lengths,
      Chunk.Starts starts) {
    this.draws = draws;
    this.fromItem = fromItem;
    this.channels = channels;
    this.sampleRate = sampleRate;
    this.rows = new Row[items][channels];
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        rows[b][c] =
            new Row(b * channels + c, INPUT | starts.of(b, c) * type.bytes(), type, lengths.of(b));
      }
    }
  }

  // ---- building ------------------------------------------------------------------------------

  private int place(Kind kind, int earliest) {
    return place(kind, 0, earliest);
  }

  private int place(Kind kind, int size, int earliest) {
    for (int s = earliest; s < slots.size(); s++) {
      if (slots.get(s).kind == kind && slots.get(s).size == size) {
        return s;
      }
    }
    slots.add(new Slot(kind, size));
    return slots.size() - 1;
  }

  private static boolean changes(Row r) {
    for (Step step : r.pending) {
      if (!step.op.isGain()) {
        return true;
      }
    }
    return false;
  }

  /** Puts what is pending into a pass. */
  private Entry pass(Row r, boolean store, boolean measure) {
    int s = r.bound >= 0 ? r.bound : place(Kind.PASS, r.next);
    Entry e = new Entry();
    e.in = r.at;
    e.type = r.type;
    e.length = r.length;
    e.count = r.length;
    e.steps = r.pending;
    e.inGain = r.gain;
    if (!r.pending.isEmpty()) {
      e.outGain = gains++;
      r.gain = e.outGain;
    }
    if (store) {
      e.out = other(r);
      moved(r, e.out);
    }
    if (measure) {
      e.partial = partials;
      r.partial = partials;
      partials += tiles(r.length);
    }
    slots.get(s).entries.add(e);
    r.pending = new ArrayList<>();
    r.references = 0;
    r.next = s + 1;
    r.bound = -1;
    changed = true;
    return e;
  }

  private static int tiles(int length) {
    return Launch.divideUp(length, TILE);
  }

  private static long other(Row r) {
    return (r.at >>> AREA_SHIFT == FIRST >>> AREA_SHIFT ? SECOND : FIRST) | r.slot;
  }

  private static void moved(Row r, long to) {
    r.at = to;
    r.type = SampleType.FLOAT32;
    r.most = Math.max(r.most, r.length);
  }

  private void add(Row r, Op op, double value, long address, int first, int second) {
    add(r, new Step(op, value, address, r.length, first, second, List.of()));
  }

  private void add(Row r, Step step) {
    if (r.pending.size() >= MOST_STEPS || r.references + step.references.size() > MOST_REFERENCES) {
      pass(r, changes(r), false);
    }
    r.pending.add(step);
    r.references += step.references.size();
    if (!step.op.keepsLevel()) {
      r.partial = -1;
    }
  }

  /** Returns the level of a row as it is now, its gain apart; looks at the row if need be. */
  private Reference level(Row r, int gain) {
    if (r.partial < 0) {
      pass(r, changes(r), true);
    }
    return new Reference(r.partial, tiles(r.length), gain, r.length);
  }

  /** Returns the levels of all channels of a clip, with the gains that wait. */
  private List<Reference> levels(Row[] clip) {
    if (clip.length == 1) {
      return List.of(level(clip[0], -2));
    }
    List<Reference> all = new ArrayList<>();
    int next = 0;
    for (Row r : clip) {
      Reference of = level(r, 0);
      if (!r.pending.isEmpty()) {
        pass(r, changes(r), false);
      }
      all.add(new Reference(of.partial, of.partials, r.gain, of.length));
      next = Math.max(next, r.next);
    }
    for (Row r : clip) {
      r.next = next;
    }
    return all;
  }

  /** Makes the samples lie in memory as they are now, float32; the gain may wait. */
  private void stored(Row r) {
    if (changes(r) || r.type != SampleType.FLOAT32) {
      pass(r, true, false);
    }
  }

  /** The same, with no gain that waits; looks at the level too if that is asked for. */
  private void settle(Row r, boolean measure) {
    if (r.gain >= 0 || !r.pending.isEmpty()) {
      add(r, Op.SETTLE, 0, 0, 0, 0);
    }
    if (changes(r) || r.type != SampleType.FLOAT32) {
      pass(r, true, measure);
      r.gain = -1;
    }
  }

  private long source(float[] samples, int from, int count) {
    if (from == 0 && count == samples.length) {
      Integer known = whole.get(samples);
      if (known != null) {
        return SOURCE | (long) known * Float.BYTES;
      }
      whole.put(samples, Math.toIntExact(sourceFloats));
    }
    int at = Math.toIntExact(sourceFloats);
    sources.add(new Source(samples, from, count, at));
    // Sections are doubles.
    sourceFloats += (count + 1L) / 2 * 2;
    return SOURCE | (long) at * Float.BYTES;
  }

  private boolean applied(int b, int c, int transform) {
    return draws.applied(fromItem + b, c, transform);
  }

  private double number(int b, int c, int transform, int index) {
    return draws.number(fromItem + b, c, transform, index);
  }

  /** Adds a transform. */
  void add(WaveAugmentation transform, int number) {
    switch (transform) {
      case WaveAugmentation.Mix _ -> mix(number);
      case WaveAugmentation.PeakNormalization _,
          WaveAugmentation.RmsNormalization _,
          WaveAugmentation.LoudnessNormalization _,
          WaveAugmentation.ShuffleChannels _ -> {
        for (int b = 0; b < rows.length; b++) {
          if (transform.chance().mode() == Chance.Mode.PER_CHANNEL) {
            for (int c = 0; c < channels; c++) {
              if (applied(b, c, number)) {
                normalize(transform, new Row[] {rows[b][c]}, b, c, number);
              }
            }
          } else if (applied(b, 0, number)) {
            normalize(transform, rows[b], b, 0, number);
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

  private void normalize(WaveAugmentation transform, Row[] clip, int b, int c, int number) {
    switch (transform) {
      case WaveAugmentation.PeakNormalization a -> {
        int loud = a.applyTo() == WaveAugmentation.PeakNormalization.ApplyTo.ALL ? 0 : 1;
        List<Reference> levels = levels(clip);
        for (Row r : clip) {
          add(r, new Step(Op.NORMALIZE_PEAK, 0, 0, r.length, loud, 0, levels));
        }
      }
      case WaveAugmentation.RmsNormalization _ -> {
        double wanted = Math.pow(10, number(b, c, number, 0) / 20);
        List<Reference> levels = levels(clip);
        for (Row r : clip) {
          add(r, new Step(Op.NORMALIZE_RMS, wanted, 0, r.length, 0, 0, levels));
        }
      }
      case WaveAugmentation.LoudnessNormalization _ ->
          normalizeLoudness(clip, number(b, c, number, 0));
      default -> {
        long seed = (long) number(b, 0, number, 0);
        for (int i = channels - 1; i > 0; i--) {
          int other = Applied.exchange(seed, i);
          Row row = rows[b][i];
          rows[b][i] = rows[b][other];
          rows[b][other] = row;
          changed |= other != i;
        }
      }
    }
  }

  private void normalizeLoudness(Row[] clip, double lufs) {
    int blocks = Applied.loudnessBlocks(clip[0].length, clip.length, sampleRate);
    if (blocks == 0) {
      return;
    }
    Entry e = new Entry();
    e.length = clip[0].length;
    e.first = lufs;
    e.second = sampleRate;
    e.count = blocks;
    e.channels = new long[clip.length];
    int next = 0;
    for (int c = 0; c < clip.length; c++) {
      Row r = clip[c];
      settle(r, false);
      int partial = r.partial;
      Entry weighted = sections(r, weighting(), WEIGHTINGS);
      // The row itself stays where and as it is.
      r.partial = partial;
      r.most = Math.max(r.most, r.length);
      e.channels[c] = weighted.out;
      next = Math.max(next, r.next);
    }
    int s = place(Kind.LOUDNESS, next);
    slots.get(s).entries.add(e);
    e.from = bounds;
    e.edge = bounds + blocks;
    bounds += blocks + 1;
    for (Row r : clip) {
      r.next = s + 1;
      add(r, Op.SCALE_BY_BOUND, 0, 0, e.edge, 0);
    }
  }

  /** Returns the sections of the K-weighting: the same array every time, so that it goes once. */
  private float[] weighting() {
    if (weighting.length == 0) {
      double[] all = new double[Filter.SECTION * WEIGHTINGS];
      int at = 0;
      for (Biquad q : Loudness.kWeighting(sampleRate).sections()) {
        Filter.section(all, at, q.b0(), q.b1(), q.b2(), q.a1(), q.a2());
        at += Filter.SECTION;
      }
      weighting = words(all, WEIGHTINGS);
    }
    return weighting;
  }

  private void add(WaveAugmentation transform, Row r, int b, int c, int number) {
    int n = r.length;
    switch (transform) {
      case WaveAugmentation.Gain _ ->
          add(r, Op.SCALE, Math.pow(10, number(b, c, number, 0) / 20), 0, 0, 0);
      case WaveAugmentation.PolarityInversion _ -> add(r, Op.SCALE, -1, 0, 0, 0);
      case WaveAugmentation.Shift a -> {
        if (n > 0) {
          long by = Applied.shift(a, number(b, c, number, 0), n, sampleRate);
          if (a.rollover()) {
            add(r, Op.ROLL_OVER, 0, 0, (int) Math.floorMod(by, (long) n), 0);
          } else {
            add(r, Op.MOVE, 0, 0, Math.clamp(by, -n, n), 0);
          }
        }
      }
      case WaveAugmentation.TimeInversion _ -> add(r, Op.REVERSE, 0, 0, 0, 0);
      case WaveAugmentation.PadSection a -> {
        int count = (int) (number(b, c, number, 0) * n);
        boolean start = a.padSection() == WaveAugmentation.PadSection.Section.START;
        add(r, Op.SILENCE, 0, 0, start ? 0 : n - count, start ? count : n);
      }
      case WaveAugmentation.AdjustDuration a -> {
        int length = Applied.duration(a, sampleRate);
        int place = Applied.place(a, number(b, c, number, 0), n, length);
        if (length != n) {
          add(r, length < n ? Op.CROP : Op.EXTEND, 0, 0, place, Codes.of(a.padding()));
          r.length = length;
        }
      }
      case WaveAugmentation.SpliceOut a -> splice(a, r, b, c, number);
      case WaveAugmentation.AddGaussianNoise _ ->
          add(r, Op.NORMAL_NOISE, number(b, c, number, 0), (long) number(b, c, number, 1), c, 0);
      case WaveAugmentation.AddColoredNoise _ -> {
        if (n > 0) {
          int size = Applied.noisePeriod(n, sampleRate);
          long seed = (long) number(b, c, number, 2);
          long at = colour(size, new Colour(seed, number(b, c, number, 1), c));
          addNoise(r, at, 0, size, number(b, c, number, 0));
        }
      }
      case WaveAugmentation.AddBackgroundNoise a -> {
        float[] noise = a.noise().clip((int) number(b, c, number, 1), sampleRate);
        if (noise.length > 0 && n > 0) {
          int start = Applied.noiseStart(number(b, c, number, 2), noise.length, n);
          boolean part = noise.length > n;
          addNoise(
              r,
              source(noise, part ? start : 0, part ? n : noise.length),
              part ? 0 : start,
              part ? n : noise.length,
              number(b, c, number, 0));
        }
      }
      case WaveAugmentation.ApplyImpulseResponse a -> {
        float[] response = clip(a.impulseResponses(), (int) number(b, c, number, 0));
        if (response.length > 0 && n > 0) {
          convolve(r, response, Applied.delay(a, response), false);
        }
      }
      case WaveAugmentation.LowPassFilter _ -> band(r, 0, number(b, c, number, 0), false);
      case WaveAugmentation.HighPassFilter _ -> band(r, 0, number(b, c, number, 0), true);
      case WaveAugmentation.BandPassFilter _ -> {
        double half = number(b, c, number, 1) / 2;
        double centre = number(b, c, number, 0);
        band(r, centre * (1 - half), centre * (1 + half), false);
      }
      case WaveAugmentation.BandStopFilter _ -> {
        double half = number(b, c, number, 1) / 2;
        double centre = number(b, c, number, 0);
        band(r, centre * (1 - half), centre * (1 + half), true);
      }
      case WaveAugmentation.SevenBandParametricEq _ -> equalize(r, b, c, number);
      case WaveAugmentation.SpeedPerturbation _ -> speed(r, number(b, c, number, 0));
      case WaveAugmentation.TimeStretch a -> {
        double rate = number(b, c, number, 0);
        if (n > 0) {
          stretch(r, a.fftSize(), rate);
          resize(r, Applied.stretched(a, n, rate));
        }
      }
      case WaveAugmentation.PitchShift a -> {
        double ratio = Math.pow(2, number(b, c, number, 0) / 12);
        if (n > 0) {
          stretch(r, a.fftSize(), 1 / ratio);
          r.length = Math.min(r.length, (int) Math.round(n * ratio));
          if (ratio == 1) {
            resize(r, n);
          } else {
            interpolate(r, ratio, n);
          }
        }
      }
      case WaveAugmentation.ClippingDistortion _ -> {
        if (n > 0) {
          int lower = (int) (number(b, c, number, 0) / 2);
          settle(r, false);
          int low = percentiles(r, false, lower, 100.0 - lower);
          add(r, Op.CLIP, 0, 0, low, low + 1);
        }
      }
      case WaveAugmentation.TanhDistortion _ -> {
        if (n > 0) {
          settle(r, true);
          Reference before = level(r, -1);
          int bound = percentiles(r, true, 100 - 99 * number(b, c, number, 0));
          add(r, Op.TANH, 0, 0, bound, 0);
          Reference after = level(r, -1);
          add(r, new Step(Op.RESTORE_RMS, 0, 0, n, 0, 0, List.of(before, after)));
        }
      }
      case WaveAugmentation.BitCrush _ ->
          add(r, Op.CRUSH, Math.pow(2, number(b, c, number, 0)) / 2 + 1, 0, 0, 0);
      case WaveAugmentation.G711Codec a ->
          add(r, Op.CODEC, 0, 0, a.law() == WaveAugmentation.G711Codec.Law.MU_LAW ? 0 : 1, 0);
      case WaveAugmentation.Mix _,
          WaveAugmentation.PeakNormalization _,
          WaveAugmentation.RmsNormalization _,
          WaveAugmentation.LoudnessNormalization _,
          WaveAugmentation.ShuffleChannels _ ->
          throw new AssertionError("runs on all channels at once");
    }
  }

  private float[] clip(ClipSource of, int index) {
    return of.clip(index, sampleRate);
  }

  private void splice(WaveAugmentation.SpliceOut a, Row r, int b, int c, int number) {
    int n = r.length;
    int left = n;
    List<Step> cuts = new ArrayList<>();
    for (int i = 0; i < a.numTimeIntervals(); i++) {
      int half = Applied.splice(a, number(b, c, number, 2 * i), left, sampleRate);
      if (half > 0) {
        int start = Applied.spliceStart(number(b, c, number, 2 * i + 1), left, half);
        cuts.add(new Step(Op.SPLICE, 1.0 / half, 0, left, start, half, List.of()));
        left -= half;
      }
    }
    for (int i = 0; i < cuts.size(); i += MOST_SPLICES) {
      // At the start of a pass; gains that wait may come after.
      stored(r);
      List<Step> part = cuts.subList(i, Math.min(cuts.size(), i + MOST_SPLICES));
      r.pending.addAll(0, part);
      r.partial = -1;
    }
    if (left < n) {
      add(r, Op.SILENCE, 0, 0, left, n);
    }
  }

  private long colour(int size, Colour colour) {
    int log2 = Integer.numberOfTrailingZeros(size);
    while (colours.size() <= log2) {
      colours.add(new ArrayList<>());
    }
    colours.get(log2).add(colour);
    return NOISE | (long) log2 << SIZE_SHIFT | (colours.get(log2).size() - 1);
  }

  /** Returns where the noise of a length begins, in floats; all of shorter ones lies before. */
  private long noiseStart(int log2) {
    long floats = 0;
    for (int i = 0; i < log2; i++) {
      floats += (long) colours.get(i).size() << i;
    }
    return floats;
  }

  /** Returns the bytes of the noise, and of the spectra of one length behind it. */
  long noiseBytes() {
    long spectra = 0;
    for (int i = 0; i < colours.size(); i++) {
      spectra = Math.max(spectra, colours.get(i).size() * ((1L << i) / 2 + 1) * 2);
    }
    return aligned(noiseStart(colours.size()) * Float.BYTES) + spectra * Float.BYTES;
  }

  private void addNoise(Row r, long at, int start, int period, double snrDb) {
    Entry look = new Entry();
    look.extra = at;
    look.from = start;
    look.period = period;
    look.length = r.length;
    look.partial = partials;
    Reference noise = new Reference(partials, tiles(r.length), -1, r.length);
    partials += tiles(r.length);
    int s = place(Kind.PASS, 0);
    slots.get(s).entries.add(look);
    Reference own = level(r, -2);
    r.next = Math.max(r.next, s + 1);
    add(
        r,
        new Step(
            Op.ADD, Math.pow(10, snrDb / 20), at, r.length, start, period, List.of(own, noise)));
  }

  private void mix(int number) {
    List<Row> involved = new ArrayList<>();
    List<int[]> pairs = new ArrayList<>();
    for (int b = 0; b < rows.length; b++) {
      int partner = (int) number(b, 0, number, 0) - fromItem;
      if (applied(b, 0, number) && partner != b) {
        pairs.add(new int[] {b, partner});
        involved.addAll(List.of(rows[b]));
        involved.addAll(List.of(rows[partner]));
      }
    }
    int next = 0;
    for (Row r : involved) {
      Reference _ = level(r, 0);
      if (!r.pending.isEmpty()) {
        pass(r, changes(r), false);
      }
      next = Math.max(next, r.next);
    }
    if (pairs.isEmpty()) {
      return;
    }
    int s = place(Kind.PASS, next);
    for (Row r : involved) {
      r.next = s;
    }
    List<Step> made = new ArrayList<>();
    for (int[] pair : pairs) {
      double ratio = Math.pow(10, number(pair[0], 0, number, 1) / 20);
      for (int c = 0; c < channels; c++) {
        Row r = rows[pair[0]][c];
        Row of = rows[pair[1]][c];
        made.add(
            new Step(
                Op.MIX,
                ratio,
                of.at,
                r.length,
                of.length,
                Codes.of(of.type),
                List.of(level(r, -2), level(of, of.gain))));
      }
    }
    // When all have been looked at: to add one changes its level.
    int i = 0;
    for (int[] pair : pairs) {
      for (int c = 0; c < channels; c++) {
        Row r = rows[pair[0]][c];
        add(r, made.get(i++));
        r.bound = s;
      }
    }
  }

  private void convolve(Row r, float[] taps, int from, boolean edge) {
    stored(r);
    boolean sum = taps.length <= MOST_TAPS;
    Entry e = entry(sum ? Kind.CONVOLVE : Kind.PARTITIONS, r);
    e.extra = source(taps, 0, taps.length);
    e.period = taps.length;
    e.from = from;
    e.edge = edge ? 1 : 0;
    e.count = r.length;
    e.out = other(r);
    if (!sum) {
      partition(slots.get(r.next - 1), e);
    }
    moved(r, e.out);
  }

  /** Makes a convolution one of spectra: of the taps, and of the samples that meet them. */
  private static void partition(Slot slot, Entry e) {
    int partitions = Launch.divideUp(e.period, PARTITION);
    int first = 1 - partitions;
    int end = Launch.divideUp(e.count, PARTITION);
    if (e.edge == 0) {
      // Block j has the samples from + (j - 1) PARTITION and as many again; outside are zeros.
      first = Math.max(first, Math.floorDiv(-e.from, PARTITION));
      end = Math.max(first, Math.min(end, Math.ceilDiv(e.length - e.from, PARTITION) + 1));
    }
    Entry samples = new Entry();
    samples.in = e.in;
    samples.length = e.length;
    samples.from = e.from + (first - 1) * PARTITION;
    samples.period = 2 * PARTITION;
    samples.edge = e.edge;
    samples.count = end - first;
    e.in = slot.spectra(samples);
    e.edge = end - first;
    e.from = first;
    long at = e.extra;
    int taps = e.period;
    e.extra =
        slot.tapSpectra.computeIfAbsent(
            at,
            _ -> {
              Entry response = new Entry();
              response.in = at;
              response.length = taps;
              response.period = PARTITION;
              response.count = partitions;
              return slot.spectra(response);
            });
    e.period = partitions;
  }

  private Entry entry(Kind kind, Row r) {
    return entry(place(kind, r.next), r);
  }

  private Entry entry(int s, Row r) {
    Entry e = new Entry();
    e.in = r.at;
    e.length = r.length;
    slots.get(s).entries.add(e);
    r.next = s + 1;
    r.partial = -1;
    changed = true;
    return e;
  }

  private void band(Row r, double low, double high, boolean stop) {
    boolean nothing = low <= 0 && high >= sampleRate / 2.0 && !stop;
    if (r.length > 0 && !nothing) {
      convolve(
          r, Applied.taps(low, high, stop, sampleRate), Applied.reach(low, high, sampleRate), true);
    }
  }

  private void equalize(Row r, int b, int c, int number) {
    if (r.length == 0) {
      return;
    }
    double[] all = new double[Filter.SECTION * MOST_BANDS];
    int count = 0;
    for (int band = 0; band < MOST_BANDS; band++) {
      Biquad filter =
          Applied.equalizer(
              band,
              number(b, c, number, 3 * band),
              number(b, c, number, 3 * band + 1),
              number(b, c, number, 3 * band + 2),
              sampleRate);
      if (filter != null) {
        Filter.section(
            all,
            Filter.SECTION * count++,
            filter.b0(),
            filter.b1(),
            filter.b2(),
            filter.a1(),
            filter.a2());
      }
    }
    if (count == 0) {
      return;
    }
    stored(r);
    moved(r, sections(r, words(all, count), count).out);
  }

  /** Returns doubles as the floats that tables are made of. */
  private static float[] words(double[] sections, int count) {
    float[] words = new float[2 * Filter.SECTION * count];
    for (int i = 0; i < words.length; i++) {
      long bits = Double.doubleToRawLongBits(sections[i / 2]);
      words[i] = Float.intBitsToFloat((int) (i % 2 == 0 ? bits : bits >>> 32));
    }
    return words;
  }

  private Entry sections(Row r, float[] words, int count) {
    Entry e = entry(Kind.SECTIONS, r);
    e.extra = source(words, 0, words.length);
    e.count = count;
    e.out = other(r);
    return e;
  }

  private void speed(Row r, double factor) {
    if (factor == 1) {
      return;
    }
    interpolate(r, factor, Applied.played(r.length, factor));
  }

  private void interpolate(Row r, double factor, int count) {
    stored(r);
    Entry e = entry(Kind.INTERPOLATE, r);
    r.length = count;
    e.count = count;
    e.first = factor;
    e.second = Applied.interpolatorCutoff(factor);
    e.out = other(r);
    moved(r, e.out);
  }

  /** Makes a row faster at the same pitch; it has as many samples as frames cover, at most. */
  private void stretch(Row r, int size, double rate) {
    stored(r);
    int s = place(Kind.STRETCH, size, r.next);
    Entry e = entry(s, r);
    int n = r.length;
    int hop = size / 4;
    e.first = rate;
    e.from = 1 + n / hop;
    e.count = Applied.stretched(e.from, rate);
    // The first sample is half a frame after the first of the first frame.
    e.period = Math.toIntExact((long) hop * (e.count - 1) + size);
    r.at = STRETCHED | (long) s << SLOT_SHIFT | (slots.get(s).entries.size() - 1);
    r.length = (int) Math.min(e.period - size / 2, Math.round(n / rate));
  }

  /** Cuts the end, or puts silence there. */
  private void resize(Row r, int length) {
    if (length > r.length) {
      add(r, Op.EXTEND, 0, 0, 0, Codes.of(Padding.ZERO));
    }
    r.length = length;
  }

  /** Returns the first of the bounds that percentiles will be; the samples must be settled. */
  private int percentiles(Row r, boolean absolute, double... percents) {
    int s = place(Kind.PERCENTILE, r.next);
    int first = bounds;
    for (double percent : percents) {
      Entry e = new Entry();
      double at = percent / 100 * (r.length - 1);
      int low = Math.clamp((int) at, 0, r.length - 1);
      e.in = r.at;
      e.length = r.length;
      e.from = low;
      e.first = low + 1 >= r.length ? 0 : at - low;
      e.edge = absolute ? 1 : 0;
      e.count = bounds++;
      slots.get(s).entries.add(e);
    }
    r.next = s + 1;
    return first;
  }

  /**
   * Ends with a pass that puts every row where the feature reads it.
   *
   * @return whether there is anything to launch; else the clips stay as and where they are
   */
  boolean finish() {
    int last = 0;
    for (Row[] clip : rows) {
      for (Row r : clip) {
        changed |= !r.pending.isEmpty();
        stride = Math.max(stride, (r.length + 3) / 4 * 4);
      }
    }
    if (!changed) {
      return false;
    }
    for (Row[] clip : rows) {
      for (Row r : clip) {
        last = Math.max(last, r.next);
      }
    }
    for (Row[] clip : rows) {
      for (Row r : clip) {
        if (r.bound >= 0 && r.bound < last) {
          pass(r, true, false);
          last = Math.max(last, r.next);
        }
      }
    }
    int s = place(Kind.PASS, last);
    Row[] bySlot = new Row[rows.length * channels];
    for (int b = 0; b < rows.length; b++) {
      for (int c = 0; c < channels; c++) {
        Row r = rows[b][c];
        r.pending.add(new Step(Op.SETTLE, 0, 0, r.length, 0, 0, List.of()));
        r.bound = s;
        pass(r, false, false).out = OUT | (b * channels + c);
        bySlot[r.slot] = r;
      }
    }
    slotStart = new long[bySlot.length];
    for (int i = 0; i < bySlot.length; i++) {
      slotStart[i] = workFloats;
      workFloats += (bySlot[i].most + 3L) / 4 * 4;
    }
    for (Slot slot : slots) {
      if (slot.kind == Kind.STRETCH) {
        room(slot);
      }
      for (Entry e : slot.entries) {
        steps += e.steps.size();
        for (Step step : e.steps) {
          references += step.references.size();
        }
      }
    }
    return true;
  }

  /** Counts what the rows of a phase vocoder need. */
  private void room(Slot slot) {
    for (Entry e : slot.entries) {
      slot.frames = Math.max(slot.frames, (e.from + 3) / 4 * 4);
      slot.made = Math.max(slot.made, (e.count + 3) / 4 * 4);
      slot.samples = Math.max(slot.samples, (e.period + 3) / 4 * 4);
    }
    int rows = slot.entries.size();
    slot.scratchBytes = slot.spectra() + (long) rows * slot.bins() * slot.made * PAIR;
    slot.at = stretchedFloats;
    stretchedFloats += (long) rows * slot.samples;
  }

  // ---- sizes ---------------------------------------------------------------------------------

  int channels() {
    return channels;
  }

  /** Returns the samples of a clip at the end. */
  int length(int item) {
    return rows[item][0].length;
  }

  /** Returns the samples from one row of the result to the next. */
  int stride() {
    return stride;
  }

  /** Returns the bytes of the tables, which the caller copies to the device. */
  long tableBytes() {
    long bytes = aligned(sourceFloats * Float.BYTES) + aligned((long) steps * STEP);
    bytes += aligned((long) references * REFERENCE) + colourBytes();
    for (Slot slot : slots) {
      bytes += slotBytes(slot);
    }
    return bytes;
  }

  /** Returns the bytes of each of the two work areas. */
  long workBytes() {
    return workFloats * Float.BYTES;
  }

  /** Returns the bytes of what a launch leaves to the next alone. */
  long scratchBytes() {
    long most = 0;
    for (Slot slot : slots) {
      most = Math.max(most, slot.scratchBytes);
    }
    return most;
  }

  /** Returns the bytes of the rows that phase vocoders make. */
  long stretchedBytes() {
    return stretchedFloats * Float.BYTES;
  }

  /** Returns the bytes of the result. */
  long outBytes() {
    return (long) rows.length * channels * stride * Float.BYTES;
  }

  /** Returns the bytes of what passes tell each other. */
  long stateBytes() {
    return aligned((long) gains * Double.BYTES)
        + aligned((long) bounds * Double.BYTES)
        + (long) partials * PARTIAL;
  }

  private static long aligned(long bytes) {
    return (bytes + 255) / 256 * 256;
  }

  private long colourBytes() {
    long bytes = 0;
    for (List<Colour> of : colours) {
      bytes += aligned((long) of.size() * COLOUR);
    }
    return bytes;
  }

  private static long slotBytes(Slot slot) {
    return aligned((long) slot.entries.size() * rowBytes(slot.kind)) + spectraBytes(slot);
  }

  private static long spectraBytes(Slot slot) {
    return aligned((long) slot.spectra.size() * SPECTRA);
  }

  private static int rowBytes(Kind kind) {
    return switch (kind) {
      case PASS -> 72;
      case CONVOLVE -> 48;
      case PARTITIONS, INTERPOLATE, STRETCH -> 40;
      case PERCENTILE, SECTIONS -> 32;
      case LOUDNESS -> 80;
    };
  }

  // ---- running -------------------------------------------------------------------------------

  private long address(long place, Areas areas) {
    long at = place & ((1L << AREA_SHIFT) - 1);
    return switch ((int) (place >>> AREA_SHIFT)) {
      case 0 -> 0;
      case 1 -> areas.input() + at;
      case 2 -> areas.first() + slotStart[(int) at] * Float.BYTES;
      case 3 -> areas.second() + slotStart[(int) at] * Float.BYTES;
      case 4 -> areas.out() + at * stride * Float.BYTES;
      case 6 -> {
        int log2 = (int) (at >>> SIZE_SHIFT);
        long number = at & ((1L << SIZE_SHIFT) - 1);
        yield areas.noise() + (noiseStart(log2) + (number << log2)) * Float.BYTES;
      }
      case 7 -> areas.scratch() + at;
      case 8 -> {
        Slot slot = slots.get((int) (at >>> SLOT_SHIFT));
        long start = slot.at + (long) (int) at * slot.samples + slot.size / 2;
        yield areas.stretched() + start * Float.BYTES;
      }
      default -> areas.tables() + at;
    };
  }

  /** Writes the tables. */
  void store(MemorySegment to, Areas areas) {
    for (Source s : sources) {
      MemorySegment.copy(
          s.samples, s.from, to, ValueLayout.JAVA_FLOAT, (long) s.at * Float.BYTES, s.count);
    }
    long stepAt = aligned(sourceFloats * Float.BYTES);
    long referenceAt = stepAt + aligned((long) steps * STEP);
    long at = referenceAt + aligned((long) references * REFERENCE);
    for (List<Colour> of : colours) {
      TableWriter table = new TableWriter(to, at);
      for (Colour colour : of) {
        table.int64(colour.seed);
        table.float64(colour.decay);
        table.int64(colour.channel);
      }
      at += aligned((long) of.size() * COLOUR);
    }
    TableWriter stepTable = new TableWriter(to, stepAt);
    TableWriter referenceTable = new TableWriter(to, referenceAt);
    int step = 0;
    int reference = 0;
    for (Slot slot : slots) {
      storeSpectra(new TableWriter(to, at), slot, areas);
      TableWriter table = new TableWriter(to, at + spectraBytes(slot));
      int row = 0;
      for (Entry e : slot.entries) {
        switch (slot.kind) {
          case PASS -> {
            storePass(table, e, step, reference, areas);
            for (Step one : e.steps) {
              storeStep(stepTable, one, reference, areas);
              for (Reference of : one.references) {
                referenceTable.int32(of.partial);
                referenceTable.int32(of.partials);
                referenceTable.int32(of.gain);
                referenceTable.int32(of.length);
                reference++;
              }
              step++;
            }
          }
          case PERCENTILE -> {
            table.int64(address(e.in, areas));
            table.float64(e.first);
            table.int32(e.length);
            table.int32(e.from);
            table.int32(e.edge);
            table.int32(e.count);
          }
          case CONVOLVE -> {
            table.int64(address(e.in, areas));
            table.int64(address(e.out, areas));
            table.int64(address(e.extra, areas));
            table.int32(e.length);
            table.int32(e.count);
            table.int32(e.period);
            table.int32(e.from);
            table.int32(e.edge);
            table.int32(0);
          }
          case PARTITIONS -> {
            table.int64(address(e.in, areas));
            table.int64(address(e.extra, areas));
            table.int64(address(e.out, areas));
            table.int32(e.count);
            table.int32(e.period);
            table.int32(e.from);
            table.int32(e.edge);
          }
          case INTERPOLATE -> {
            table.int64(address(e.in, areas));
            table.int64(address(e.out, areas));
            table.float64(e.first);
            table.float64(e.second);
            table.int32(e.length);
            table.int32(e.count);
          }
          case SECTIONS -> {
            table.int64(address(e.in, areas));
            table.int64(address(e.out, areas));
            table.int64(address(e.extra, areas));
            table.int32(e.length);
            table.int32(e.count);
          }
          case STRETCH -> {
            long values = (long) row++ * slot.bins() * PAIR;
            table.int64(areas.scratch() + values * slot.frames);
            table.int64(areas.scratch() + slot.spectra() + values * slot.made);
            table.float64(e.first);
            table.int32(2 * slot.frames);
            table.int32(2 * slot.made);
            table.int32(e.from);
            table.int32(e.count);
          }
          case LOUDNESS -> {
            for (int c = 0; c < LOUDNESS_CHANNELS; c++) {
              table.int64(c < e.channels.length ? address(e.channels[c], areas) : 0);
            }
            table.float64(e.first);
            table.float64(e.second);
            table.int32(e.channels.length);
            table.int32(e.length);
            table.int32(e.count);
            table.int32(e.from);
            table.int32(e.edge);
            table.int32(0);
          }
        }
      }
      at += slotBytes(slot);
    }
  }

  private void storeSpectra(TableWriter table, Slot slot, Areas areas) {
    for (Entry e : slot.spectra) {
      table.int64(address(e.in, areas));
      table.int64(address(e.out, areas));
      table.int32(e.length);
      table.int32(e.from);
      table.int32(e.period);
      table.int32(e.edge);
      table.int32(e.count);
      table.int32(0);
    }
  }

  private void storePass(TableWriter table, Entry e, int step, int reference, Areas areas) {
    int splices = 0;
    while (splices < e.steps.size() && e.steps.get(splices).op == Op.SPLICE) {
      splices++;
    }
    table.int64(address(e.in, areas));
    table.int64(address(e.out, areas));
    table.int64(address(e.extra, areas));
    table.int32(Codes.of(e.type));
    table.int32(step);
    table.int32(e.steps.size());
    table.int32(splices);
    table.int32(e.inGain);
    table.int32(e.outGain);
    table.int32(e.length);
    table.int32(e.length);
    table.int32(e.partial);
    table.int32(e.from);
    table.int32(e.period);
    table.int32(reference);
  }

  private void storeStep(TableWriter table, Step s, int reference, Areas areas) {
    table.float64(s.value);
    // The seed of noise is a number, not an address.
    table.int64(s.op == Op.NORMAL_NOISE ? s.address : address(s.address, areas));
    table.int32(s.op.code);
    table.int32(s.length);
    table.int32(s.first);
    table.int32(s.second);
    table.int32(reference);
    table.int32(s.references.size());
    table.int64(0);
  }

  /** Puts the launches into a queue. */
  void run(AugmentKernels kernels, Areas areas, Launch.Queue queue) {
    long stepAt = areas.tables() + aligned(sourceFloats * Float.BYTES);
    long referenceAt = stepAt + aligned((long) steps * STEP);
    long at = referenceAt + aligned((long) references * REFERENCE);
    long boundsAt = areas.state() + aligned((long) gains * Double.BYTES);
    long partialsAt = boundsAt + aligned((long) bounds * Double.BYTES);
    for (int i = 0; i < colours.size(); i++) {
      int count = colours.get(i).size();
      if (count > 0) {
        int size = 1 << i;
        long spectra = areas.noise() + aligned(noiseStart(colours.size()) * Float.BYTES);
        double slope = 2 * (Math.sqrt(sampleRate / 2.0) - 1) / size;
        kernels.colour(queue, count, at, spectra, slope, size);
        long out = areas.noise() + noiseStart(i) * Float.BYTES;
        kernels.noise(size).run(count, _ -> 1, null, 1, 1, spectra, out, queue);
        at += aligned((long) count * COLOUR);
      }
    }
    for (Slot slot : slots) {
      int count = slot.entries.size();
      int longest = 1;
      int mostSteps = 0;
      int mostReferences = 0;
      for (Entry e : slot.entries) {
        longest = Math.max(longest, slot.kind == Kind.PASS ? e.length : e.count);
        mostSteps = Math.max(mostSteps, e.steps.size());
        int of = 0;
        for (Step step : e.steps) {
          of += step.references.size();
        }
        mostReferences = Math.max(mostReferences, of);
      }
      switch (slot.kind) {
        case PASS -> {
          int tiles = tiles(longest);
          kernels.pass(
              queue,
              Launch.grid(count, tiles),
              at,
              stepAt,
              referenceAt,
              areas.state(),
              partialsAt,
              boundsAt,
              tiles,
              mostReferences,
              mostSteps);
        }
        case PERCENTILE -> kernels.percentile(queue, count, at, boundsAt);
        case CONVOLVE -> kernels.convolve(queue, count, at, longest);
        case PARTITIONS -> {
          int most = 0;
          for (Entry e : slot.spectra) {
            most = Math.max(most, e.count);
          }
          kernels.spectra(queue, slot.spectra.size(), at, most);
          int tiles = Launch.divideUp(longest, PARTITION);
          kernels.partitions(queue, count, at + spectraBytes(slot), tiles);
        }
        case INTERPOLATE -> kernels.interpolate(queue, count, at, longest);
        case STRETCH -> stretch(slot, at, kernels, areas, queue);
        case SECTIONS -> kernels.sections(queue, count, at, longest);
        case LOUDNESS -> kernels.loudness(queue, count, at, boundsAt);
      }
      at += slotBytes(slot);
    }
  }

  private void stretch(
      Slot slot, long at, AugmentKernels kernels, Areas areas, Launch.Queue queue) {
    List<Entry> entries = slot.entries;
    int rows = entries.size();
    long first = Long.MAX_VALUE;
    for (Entry e : entries) {
      first = Math.min(first, address(e.in, areas));
    }
    long in = first;
    long made = areas.scratch() + slot.spectra();
    kernels
        .transform(slot.size)
        .run(
            rows,
            i -> entries.get(i).length,
            (i, _) -> (address(entries.get(i).in, areas) - in) / Float.BYTES,
            0,
            slot.frames,
            in,
            areas.scratch(),
            queue);
    kernels.stretch(queue, rows, at, slot.bins());
    kernels
        .inverse(slot.size)
        .run(
            rows,
            i -> entries.get(i).count,
            null,
            slot.made,
            slot.samples,
            made,
            areas.stretched() + slot.at * Float.BYTES,
            queue);
  }
}
