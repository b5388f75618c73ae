package org.cochlea.core.engine.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The vector shape of this JVM. */
final class VectorLanes {

  /**
   * The widest shape of the processor, at most 512 bits. The system property {@code
   * cochlea.cpu.vectorBits} (128, 256 or 512) forces another, for tests.
   */
  static final VectorSpecies<Float> SPECIES = species();

  /** As many integers. */
  static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, SPECIES.vectorShape());

  /** As many bits of doubles: half the lanes. */
  static final VectorSpecies<Double> DOUBLES =
      VectorSpecies.of(double.class, SPECIES.vectorShape());

  /** As many floats as {@link #DOUBLES} has lanes. */
  static final VectorSpecies<Float> HALF =
      VectorSpecies.of(float.class, VectorShape.forBitSize(SPECIES.vectorBitSize() / 2));

  private VectorLanes() {}

  private static VectorSpecies<Float> species() {
    int bits = Integer.getInteger("cochlea.cpu.vectorBits", 0);
    return switch (bits == 0
        ? Math.min(512, FloatVector.SPECIES_PREFERRED.vectorBitSize())
        : bits) {
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "cochlea.cpu.vectorBits must be 128, 256 or 512, was " + bits);
    };
  }

  static int count() {
    return SPECIES.length();
  }

  static TileKernels kernels() {
    return new VectorKernels();
  }

  /** The shuffle that moves every lane up by a number, the last ones to the front. */
  static VectorShuffle<Float> turn(int by) {
    return VectorShuffle.fromOp(SPECIES, lane -> Math.floorMod(lane - by, SPECIES.length()));
  }

  /** The lanes whose number has a bit. */
  static VectorMask<Float> lanesWith(int bit) {
    VectorMask<Float> mask = SPECIES.maskAll(false);
    for (int lane = 0; lane < SPECIES.length(); lane++) {
      if ((lane & bit) != 0) {
        mask = mask.or(VectorMask.fromLong(SPECIES, 1L << lane));
      }
    }
    return mask;
  }
}
