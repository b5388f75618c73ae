package org.cochlea.opencl.kernel;

import com.aparapi.device.Device;

/**
 * Runs the operations of a device program: a table says which, so every pipeline is one OpenCL
 * program, compiled once. A launch is a pass; its groups take the pass's items (a tile of frames, a
 * block of samples, a line) one after the other.
 *
 * <p>Aparapi translates neither {@code switch} nor objects, and there is one barrier only, between
 * operations: what compilers for CPUs make of a barrier grows with every place that has one.
 */
public final class PipelineKernel extends AugmentSteps {

  /** Makes a kernel; its fields are set before it is executed. */
  public PipelineKernel() {}

  @Override
  public void run() {
    int pass = getPassId();
    int start = code[Op.PASSES + pass];
    int items = rows[Op.ITEMS + 2 * pass];
    int list = rows[Op.ITEMS + 2 * pass + 1];
    for (int item = getGroupId(0); item < items; item += getNumGroups(0)) {
      int row = rows[list + 2 * item];
      int first = rows[list + 2 * item + 1];
      int op = start;
      while (code[op] != 0) {
        localBarrier();
        if (code[op] < Op.SIGNAL) {
          frameStep(op, row, first);
        } else {
          globalStep(op, row, first);
        }
        op = op + code[op + 1];
      }
      localBarrier();
    }
  }

  void frameStep(int op, int row, int first) {
    int kind = code[op];
    int timed = code[op + 2];
    int frames = code[Op.FRAMES];
    // Operations that know the time tell how many frames are left of it; see the planner.
    frames = min(frames, rows[rows[Op.VALUES] + 2 * (timed * rows[Op.ROWS] + row) + 1] - first);
    if (kind == Op.GATHER) {
      gather(op + 1, row, first, frames);
    } else if (kind == Op.READ) {
      readFrames(op + 1, row, first, frames);
    } else if (kind == Op.WRITE) {
      writeFrames(op + 1, row, first, frames);
    } else if (kind == Op.BUTTERFLIES) {
      butterflies(op + 1, frames);
    } else if (kind == Op.SPLIT) {
      split(op + 1, frames);
    } else if (kind == Op.PROJECT) {
      project(op + 1, frames);
    } else if (kind == Op.POINTWISE) {
      pointwise(op + 1, frames);
    } else {
      rareFrameStep(kind, op + 1, row, first, frames);
    }
  }

  void rareFrameStep(int kind, int op, int row, int first, int frames) {
    if (kind == Op.EMPHASIS) {
      emphasis(op, frames);
    } else if (kind == Op.PARTIAL_SUMS) {
      partialSums(op, frames);
    } else if (kind == Op.REMOVE_MEAN) {
      removeMean(op, frames);
    } else if (kind == Op.TOTAL) {
      total(op, frames);
    } else if (kind == Op.DITHER_FRAMES) {
      ditherFrames(op, row, first, frames);
    } else if (kind == Op.MERGE) {
      merge(op, frames);
    } else if (kind == Op.HERMITIAN) {
      hermitian(op, frames);
    } else if (kind == Op.MULTIPLY) {
      multiply(op, frames);
    } else if (kind == Op.MODULUS) {
      moduli(op, frames);
    } else if (kind == Op.ANGLE) {
      angles(op, frames);
    } else {
      complexProject(op, frames);
    }
  }

  void globalStep(int op, int row, int first) {
    int kind = code[op];
    if (kind == Op.SIGNAL) {
      signal(op, row, first);
    } else if (kind == Op.LINE_SUMS) {
      lineSums(op, row, first);
    } else if (kind == Op.LINE_SQUARES) {
      lineSquares(op, row, first);
    } else if (kind == Op.LINE_STORE) {
      lineStore(op, row, first);
    } else if (kind == Op.SCOPE_PARTS) {
      scopeParts(op, row, first);
    } else if (kind == Op.SCOPE) {
      scope(op, first);
    } else if (kind == Op.NORMALIZE) {
      applyScope(op, row, first);
    } else if (kind == Op.FRAME_STATISTICS) {
      frameStatistics(op, row, first);
    } else if (kind == Op.SHIFT) {
      shiftFrames(op, row, first);
    } else if (kind == Op.DELTA) {
      delta(op, row, first);
    } else if (kind == Op.SLIDING) {
      sliding(op, row, first);
    } else if (kind == Op.PCEN) {
      pcen(op, row, first);
    } else if (kind == Op.OVERLAP_ADD) {
      overlapAdd(op, row, first);
    } else if (kind == Op.JOIN) {
      join(op, row, first);
    } else if (kind == Op.SECTIONS) {
      sections(op, row);
    } else {
      augmentStep(kind, op, row, first);
    }
  }

  void augmentStep(int kind, int op, int row, int first) {
    if (kind == Op.AUGMENT_KNOW) {
      augmentKnow(op, row);
    } else if (kind == Op.AUGMENT_WAVE) {
      augmentWave(op, row, first);
    } else if (kind == Op.AUGMENT_PICTURE) {
      augmentPicture(op, row, first);
    } else if (kind == Op.AUGMENT_PARTS) {
      augmentParts(op, row, first);
    } else if (kind == Op.AUGMENT_STORE) {
      augmentStore(op, row, first);
    } else if (kind == Op.PERCENTILE_COUNT) {
      percentileCount(op, row);
    } else if (kind == Op.PERCENTILE_HALVE) {
      percentileHalve(op, row);
    } else if (kind == Op.PERCENTILE_RANGE) {
      percentileRange(op, row);
    } else if (kind == Op.PERCENTILE_START) {
      percentileStart(op, row);
    } else if (kind == Op.PERCENTILE_NEXT) {
      percentileNext(op, row);
    } else {
      percentileStore(op, row);
    }
  }

  /** Aparapi asks this when a device has failed, to try another or Java's threads. */
  @Override
  @Deprecated
  public boolean hasNextExecutionMode() {
    throw new NotOnDeviceException("the device failed");
  }

  /** Returns the mode in which Aparapi runs on a device and nowhere else. */
  @SuppressWarnings("deprecation")
  public static EXECUTION_MODE mode(Device device) {
    return switch (device.getType()) {
      case GPU -> EXECUTION_MODE.GPU;
      case ACC -> EXECUTION_MODE.ACC;
      default -> EXECUTION_MODE.CPU;
    };
  }
}
