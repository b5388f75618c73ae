package org.cochlea.cuda;

/** {@code FrontendParams} of kernels/frontend.cuh. */
final class FrontendLayout {
  private static final Struct S = new Struct();

  static final long SAMPLES = S.address();
  static final long ROWS = S.address();
  static final long OUT = S.address();
  static final long WINDOW = S.address();
  static final long TWIDDLES = S.address();
  static final long OFFSETS = S.address();
  static final long BANK_GROUPS = S.address();
  static final long BANK_SLOTS = S.address();
  static final long BANK_WEIGHTS = S.address();
  static final long OUT_ROW = S.int64();
  static final long OUT_BIN = S.int64();
  static final long MATRIX_BIN = S.int64();
  static final long DITHER_SEED = S.int64();
  static final long TILES = S.int32();
  static final long OUT_BINS = S.int32();
  static final long OUT_FRAMES = S.int32();
  static final long HOP = S.int32();
  static final long LEFT = S.int32();
  static final long PITCH = S.int32();
  static final long STAGE_COLUMNS = S.int32();
  static final long STAGE_FRAMES = S.int32();
  static final long SHIFT = S.int32();
  static final long SAMPLE_TYPE = S.int32();
  static final long PADDING = S.int32();
  static final long BEFORE = S.int32();
  static final long FRAME_OPERATIONS = S.int32();
  static final long FRAME_BEFORE = S.int32();
  static final long EMPHASIS = S.float32();
  static final long FRAME_EMPHASIS = S.float32();
  static final long DITHER = S.float32();
  static final long TAP = S.int32();
  static final long POWER = S.float32();
  static final long OUT_TYPE = S.int32();
  static final long OUT_VECTOR = S.int32();
  static final long BANK_GROUP_COUNT = S.int32();
  static final long FRAMES_PER_BLOCK = S.int32();
  static final long TILES_FACTOR = S.int32();
  static final long TILES_SHIFT = S.int32();
  static final long SIZE = S.int32();
  static final long COLUMNS = S.int32();
  static final long PASSES = S.int32();
  static final long RADIX = S.int32s(8);
  static final long CHAIN = S.chain();
  static final long ROOTS = S.address();
  static final long POSITIONS = S.address();
  static final long CHIRP = S.address();
  static final long FILTER = S.address();
  static final long BYTES = S.size();

  private FrontendLayout() {}
}
