package org.cochlea.cli.verify;

import java.util.Arrays;
import java.util.Set;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;

/** How the distance between a result and its reference is measured, and how far it may be. */
sealed interface Comparison {

  /** The bound on a relative error where a case gives none. */
  double DEFAULT_RELATIVE = 1e-5;

  /** The bound on resamplers of another design where a case gives none. */
  double DEFAULT_RESAMPLED = 1e-3;

  /** The bound on decibels where a case gives none. */
  double DEFAULT_DECIBELS = 1e-4;

  /** Features whose values jump from one choice to another, however small the difference is. */
  Set<String> DISCONTINUOUS = Set.of("yin", "pyin");

  /** The part of such values that may be of another choice. */
  double MOST_OFF = 0.02;

  /** Returns the largest error that passes. */
  double bound();

  /** Returns the unit of the error, for people. */
  String unit();

  /** Returns the error; not a number if any value is not. */
  double error(float[] result, float[] reference);

  /** Returns how a case is to be judged. */
  static Comparison of(ReferenceCase one, int sampleRate) {
    Double relative = one.relativeL2();
    double bound = relative == null ? DEFAULT_RELATIVE : relative;
    double part = commonBand(one);
    if (part > 0) {
      int target = one.params().get("target_sr") instanceof Number n ? n.intValue() : sampleRate;
      int source = one.params().get("orig_sr") instanceof Number n ? n.intValue() : sampleRate;
      double most = relative == null ? DEFAULT_RESAMPLED : relative;
      return new BandLimited(most, target, part * Math.min(source, target) / 2);
    }
    if (relative == null && DISCONTINUOUS.contains(one.feature())) {
      return new Mostly(MOST_OFF);
    }
    if (relative == null && one.feature().endsWith("_db")) {
      return new Decibels(DEFAULT_DECIBELS);
    }
    return new RelativeL2(bound);
  }

  /**
   * Returns the part of the lower band in which filters of a resampler's bands, but another design,
   * agree; 0 for what is no such resampler.
   */
  private static double commonBand(ReferenceCase one) {
    if (!one.feature().equals("resample") && !one.feature().startsWith("resample.")) {
      return 0;
    }
    String named = one.feature().substring(Math.min(one.feature().length(), "resample.".length()));
    Object given = one.params().get("res_type");
    String type = given instanceof String name ? name : named.isEmpty() ? "soxr_hq" : named;
    return switch (type) {
      case "soxr_hq", "soxr_vhq", "soxr_mq", "sinc_best" -> 0.9;
      case "sinc_medium" -> 0.8;
      case "soxr_lq", "sinc_fastest" -> 0.6;
      default -> 0;
    };
  }

  /**
   * {@code ‖result - reference‖ / ‖reference‖}; absolute where the reference is zero, or so small
   * that it is nothing but the rounding of the library that wrote it.
   */
  record RelativeL2(double bound) implements Comparison {
    /** Mean square below which a reference counts as zero: what double leaves of 1. */
    private static final double NOTHING = 1e-24;

    @Override
    public String unit() {
      return "relative L2";
    }

    @Override
    public double error(float[] result, float[] reference) {
      double error = 0;
      double norm = 0;
      for (int i = 0; i < reference.length; i++) {
        double difference = difference(result[i], reference[i]);
        error += difference * difference;
        norm += (double) reference[i] * reference[i];
      }
      return Math.sqrt(norm <= NOTHING * reference.length ? error : error / norm);
    }
  }

  /** {@code √(mean((result - reference)²))}, in the unit of the values. */
  record Decibels(double bound) implements Comparison {
    @Override
    public String unit() {
      return "dB RMS";
    }

    @Override
    public double error(float[] result, float[] reference) {
      double error = 0;
      for (int i = 0; i < reference.length; i++) {
        double difference = difference(result[i], reference[i]);
        error += difference * difference;
      }
      return Math.sqrt(error / Math.max(1, reference.length));
    }
  }

  /**
   * The part of the values that are off by more than a hundredth.
   *
   * @param bound on that part
   */
  record Mostly(double bound) implements Comparison {
    private static final double OFF = 0.01;

    @Override
    public String unit() {
      return "of values off by 1 %";
    }

    @Override
    public double error(float[] result, float[] reference) {
      int off = 0;
      for (int i = 0; i < reference.length; i++) {
        boolean same =
            Float.isNaN(reference[i])
                ? Float.isNaN(result[i])
                : Math.abs(difference(result[i], reference[i])) <= OFF * Math.abs(reference[i]);
        off += same ? 0 : 1;
      }
      return (double) off / Math.max(1, reference.length);
    }
  }

  /**
   * The relative error of resampled signals away from both edges and within the band where filters
   * of one quality but another design agree.
   *
   * @param bound on the error
   * @param sampleRate of the result in Hz
   * @param band where it ends, in Hz
   */
  record BandLimited(double bound, int sampleRate, double band) implements Comparison {
    private static final int LONGEST_FRAME = 2048;
    private static final int SHORTEST_FRAME = 64;
    private static final int LONGEST_EDGE = 1024;

    @Override
    public String unit() {
      return "relative L2 in band";
    }

    @Override
    public double error(float[] result, float[] reference) {
      int edge = Math.min(LONGEST_EDGE, reference.length / 4);
      int frame =
          Math.min(LONGEST_FRAME, Integer.highestOneBit(Math.max(1, reference.length - 2 * edge)));
      if (frame < SHORTEST_FRAME) {
        return new RelativeL2(bound).error(result, reference);
      }
      float[] difference = new float[reference.length];
      for (int i = 0; i < difference.length; i++) {
        difference[i] = (float) difference(result[i], reference[i]);
      }
      double norm = energy(reference, edge, frame);
      double error = energy(difference, edge, frame);
      return Math.sqrt(norm == 0 ? error : error / norm);
    }

    /** The squares of half-overlapped sines add up to a constant, so that all samples count. */
    private double energy(float[] signal, int edge, int frame) {
      StftSpec spec =
          StftSpec.centred(frame, frame / 2, Padding.ZERO)
              .withWindow(Window.COSINE)
              .withCenter(false);
      float[] inner = Arrays.copyOfRange(signal, edge, signal.length - edge);
      try (Engine engine = Engines.named("reference");
          Extractor extractor = engine.compile(new Spectrogram(0, spec, 2).pipeline())) {
        Tensor power = extractor.extract(Waveform.of(inner, sampleRate));
        int last = (int) (band * frame / sampleRate);
        double sum = 0;
        for (int k = 0; k <= last; k++) {
          for (int t = 0; t < power.shape().frames(); t++) {
            sum += power.at(0, 0, k, t);
          }
        }
        return sum;
      }
    }
  }

  /** Equal values, infinities among them, do not differ. */
  private static double difference(float result, float reference) {
    return result == reference ? 0 : (double) result - reference;
  }
}
