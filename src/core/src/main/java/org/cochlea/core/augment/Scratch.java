package org.cochlea.core.augment;

/** Memory of one thread; it grows and never shrinks. */
final class Scratch {
  private float[] block = {};
  private float[] kernel = {};
  private float[] padded = {};
  private float[] first = {};
  private float[] second = {};
  private double[] sums = {};
  private final Normals normals = new Normals();
  private final Cascade cascade = new Cascade();
  private final Interpolator.Places places = new Interpolator.Places();
  private final Vocoder vocoder = new Vocoder();

  /** A block to transform. */
  float[] block(int floats) {
    if (block.length < floats) {
      block = new float[floats];
    }
    return block;
  }

  /** A kernel's spectrum. */
  float[] kernel(int floats) {
    if (kernel.length < floats) {
      kernel = new float[floats];
    }
    return kernel;
  }

  /** A signal with what is beyond its ends. */
  float[] padded(int floats) {
    if (padded.length < floats) {
      padded = new float[floats];
    }
    return padded;
  }

  /** Anything. */
  float[] first(int floats) {
    if (first.length < floats) {
      first = new float[floats];
    }
    return first;
  }

  /** Anything else. */
  float[] second(int floats) {
    if (second.length < floats) {
      second = new float[floats];
    }
    return second;
  }

  /** Sums. */
  double[] sums(int count) {
    if (sums.length < count) {
      sums = new double[count];
    }
    return sums;
  }

  Normals normals() {
    return normals;
  }

  Cascade cascade() {
    return cascade;
  }

  Interpolator.Places places() {
    return places;
  }

  Vocoder vocoder() {
    return vocoder;
  }
}
