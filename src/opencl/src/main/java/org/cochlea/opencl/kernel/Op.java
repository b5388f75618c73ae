package org.cochlea.opencl.kernel;

/** The operations of a device program, and the numbers that stand for their variants. */
public final class Op {
  private Op() {}

  // ---- on a tile of frames, in local memory
  // ------------------------------------------------------

  /** Cuts frames of a signal: value, first element, samples, size, hop, left, padding, window. */
  public static final int GATHER = 1;

  /** Reads frames: value, first element, bins, imaginary element or -1, first bin, shift. */
  public static final int READ = 2;

  /** Writes frames: value, first element, bins, imaginary element or -1, first bin. */
  public static final int WRITE = 3;

  /** Changes elements one by one: first element, count, function, table. */
  public static final int POINTWISE = 4;

  /** Emphasis along a frame: first element, count, result, coefficient, before. */
  public static final int EMPHASIS = 5;

  /** Sums of a part of a frame each: first element, count, result, of what. */
  public static final int PARTIAL_SUMS = 6;

  /** Takes the mean away: first element, count, partial sums. */
  public static final int REMOVE_MEAN = 7;

  /** Adds partial sums: partial sums, result, factor. */
  public static final int TOTAL = 8;

  /** Adds noise: first element, count, table (amount), seed, upper half of the seed, shift. */
  public static final int DITHER_FRAMES = 9;

  /** One pass of a Fourier transform: radix, size, stride, source, result, roots. */
  public static final int BUTTERFLIES = 10;

  /** Spectrum of real samples from the transform of pairs: size, source, result, roots, power. */
  public static final int SPLIT = 11;

  /** The converse: size, real, imaginary, result, roots. */
  public static final int MERGE = 12;

  /** Both halves of a Hermitian spectrum: size, real, imaginary, result, result's imaginary. */
  public static final int HERMITIAN = 13;

  /** Product with complex constants: count, room, source, result, table, conjugated. */
  public static final int MULTIPLY = 14;

  /** Modulus of complex elements: count, real, imaginary, result, power. */
  public static final int MODULUS = 15;

  /** Angle of complex elements: count, real, imaginary, result. */
  public static final int ANGLE = 16;

  /** Product with a banded matrix: rows, source, result, bands. */
  public static final int PROJECT = 17;

  /** The same of complex numbers: rows, real, imaginary or -1, result, bands, bands. */
  public static final int COMPLEX_PROJECT = 18;

  // ---- on values in global memory
  // ----------------------------------------------------------------

  /** A signal, sample by sample: value, result, function, table, and what the function takes. */
  public static final int SIGNAL = 30;

  /** Frames of another length: value, result, first frame, table (value of added ones). */
  public static final int SHIFT = 31;

  /** Derivative along the frames: value, result, width, table, padding. */
  public static final int DELTA = 32;

  /** Normalisation by a sliding window: value, result, window, least, centred, variance. */
  public static final int SLIDING = 33;

  /** Per-channel energy normalisation: value, result, table, width of the maximum. */
  public static final int PCEN = 34;

  /** Windowed overlap-add: value, result, length, hop, trim, table. */
  public static final int OVERLAP_ADD = 35;

  /** Second-order sections: value, result, table, how many, whether limited to [-1, 1]. */
  public static final int SECTIONS = 44;

  /** Product or quotient of two values: value, value, result, which. */
  public static final int JOIN = 36;

  /** First half of a line's statistics: value. */
  public static final int LINE_SUMS = 37;

  /** Second half: value. */
  public static final int LINE_SQUARES = 38;

  /** Stores a line's statistics: value, where. */
  public static final int LINE_STORE = 39;

  /** Statistics of a scope in parts: of its lines, which scope, bins. */
  public static final int SCOPE_PARTS = 40;

  /** What a scope is normalised by: result or -1, offset, spread, table. */
  public static final int SCOPE = 41;

  /** Normalises, or limits the range: value, result, bins, by what, which scope, table. */
  public static final int NORMALIZE = 42;

  /** Normalises every frame by itself, or limits its range: value, result, offset, spread. */
  public static final int FRAME_STATISTICS = 43;

  // ---- augmentation: where the rows of the pass are told of
  // ------------------------------------------------------------------------

  /** What the steps must know of their rows. */
  public static final int AUGMENT_KNOW = 50;

  /** Steps on samples. */
  public static final int AUGMENT_WAVE = 51;

  /** Steps on features: bins, numbers of a value. */
  public static final int AUGMENT_PICTURE = 52;

  /** Sums of a block's parts: whether of squares. */
  public static final int AUGMENT_PARTS = 53;

  /** Sums of a block. */
  public static final int AUGMENT_STORE = 54;

  /** Least and greatest of what a percentile is looked for in, in parts. */
  public static final int PERCENTILE_RANGE = 55;

  /** Joins the parts. */
  public static final int PERCENTILE_START = 56;

  /** How many are in the lower half of what is left of the range, in parts. */
  public static final int PERCENTILE_COUNT = 57;

  /** Joins the parts: leaves the half that has the percentile. */
  public static final int PERCENTILE_HALVE = 58;

  /** The least above what is left of the range, at either end, in parts. */
  public static final int PERCENTILE_NEXT = 59;

  /** Joins the parts: the percentile. */
  public static final int PERCENTILE_STORE = 60;

  /** How often a range is halved at most: then it is as nothing beside the greatest value. */
  public static final int HALVES = 48;

  /**
   * Numbers of a row of a pass: place, offset and length of what is read, place, offset and count
   * of what is written, where the steps are and how many, where the sums go or -1. Of a percentile:
   * place, offset and length of what is read, rank, where it goes, 1, -, 1 of absolute values,
   * where the part of the way to the next rank is.
   */
  public static final int ENTRY = 9;

  /**
   * Numbers of a step: kind, length before it, four of its own, place and offset of another row,
   * and those below.
   */
  public static final int STEP = 13;

  /** Of a step: where its numbers drawn are. */
  public static final int STEP_NUMBERS = 8;

  /** Where the sums of its row are. */
  public static final int STEP_PARTIAL = 9;

  /** How many; 0 where it need not know. */
  public static final int STEP_PARTIALS = 10;

  /** Where the sums of another row are. */
  public static final int STEP_OTHER = 11;

  /** How many values the sums are of. */
  public static final int STEP_COUNT = 12;

  /** Steps of a row in a pass at most. */
  public static final int MOST_STEPS = 256;

  /** Where the values of a block are in local memory, behind what the steps know. */
  public static final int VALUES_AT = 2 * MOST_STEPS;

  /** Where the sums of a block's parts are. */
  public static final int PARTS_AT = VALUES_AT + 1024;

  /** Elements of local memory that augmentation needs. */
  public static final int AUGMENT_AREA = PARTS_AT + 3 * 16;

  /** The gain is known: two floats whose sum it is. */
  public static final int WAVE_SCALE = 0;

  /** Over the peak; first: 1 where only if that is above 1. */
  public static final int WAVE_PEAK = 1;

  /** To a root mean square. */
  public static final int WAVE_RMS = 2;

  /** Moves to the right, what leaves comes in again. */
  public static final int WAVE_ROLL = 4;

  /** Moves to the right, silence comes in. */
  public static final int WAVE_MOVE = 5;

  /** Turns around. */
  public static final int WAVE_REVERSE = 6;

  /** Silence from first on, before second. */
  public static final int WAVE_SILENCE = 7;

  /** Sample first becomes the first. */
  public static final int WAVE_CROP = 8;

  /** First samples come before; second: padding. */
  public static final int WAVE_EXTEND = 9;

  /** Normal noise: stream, -, seed. */
  public static final int WAVE_NOISE = 10;

  /** A recording: where it is among the numbers drawn, its period, where it begins. */
  public static final int WAVE_ADD = 11;

  /** Another row of first samples. */
  public static final int WAVE_MIX = 12;

  /** Fewer bits: two floats whose sum is the factor, the divisor. */
  public static final int WAVE_CRUSH = 13;

  /** G.711; first: 0 mu-law, 1 A-law. */
  public static final int WAVE_CODEC = 14;

  /** Between two numbers in memory, from second on. */
  public static final int WAVE_CLIP = 15;

  /** Hyperbolic tangent; the smaller the number in memory at second, the steeper. */
  public static final int WAVE_TANH = 16;

  /** To the root mean square of other sums, of a row of first samples. */
  public static final int WAVE_RESTORE = 17;

  /** Frames from first on, before second. */
  public static final int PICTURE_FILL_FRAMES = 20;

  /** Bins from first on, before second. */
  public static final int PICTURE_FILL_BINS = 21;

  /** Bins from first on, before second; frames from third on, before fourth. */
  public static final int PICTURE_FILL_BOX = 22;

  /** By first frames to the right. */
  public static final int PICTURE_ROLL = 23;

  /** Time turns around. */
  public static final int PICTURE_FLIP = 24;

  /** Interpolates: tables of frames and of bins, or -1. The first step of a pass. */
  public static final int PICTURE_STRETCH = 25;

  /** {@code a x + b}. */
  public static final int PICTURE_AFFINE = 26;

  /** A power of where it lies between least and greatest. */
  public static final int PICTURE_POWER = 27;

  /** Uniform noise on bins from first on, before second: seed, stream. */
  public static final int PICTURE_NOISE = 28;

  /** Bin k by {@code 1 - a min(k / first, 1)}. */
  public static final int PICTURE_ATTENUATE = 29;

  /** Over the greatest. */
  public static final int PICTURE_OVER_GREATEST = 30;

  /** {@code a x + b x'} with another row; length: its frames. */
  public static final int PICTURE_MIXUP = 31;

  /** A box of another row, as of {@link #PICTURE_FILL_BOX}; length: its frames. */
  public static final int PICTURE_PASTE = 32;

  /** A mask is filled with the least value: the third number of its step. */
  public static final int FILL_LEAST = 1;

  // ---- functions
  // ---------------------------------------------------------------------------------

  /** {@code a x + b}. */
  public static final int AFFINE = 0;

  /** {@code a ln(max(x, b))}. */
  public static final int LOG_CLAMP = 1;

  /** {@code a ln(x + b)}. */
  public static final int LOG_ADD = 2;

  /** {@code a ln(x == 0 ? b : x)}. */
  public static final int LOG_REPLACE = 3;

  /** {@code x^a}. */
  public static final int POWER = 4;

  /** {@code floor(a x) / a}. */
  public static final int QUANTIZE = 5;

  /** {@code table[k] x}. */
  public static final int WEIGHTS = 6;

  /** 0. */
  public static final int ZERO = 7;

  /** Emphasis of a signal. */
  public static final int SIGNAL_EMPHASIS = 8;

  /** A signal with samples before and after, or cut. */
  public static final int SIGNAL_PAD = 9;

  /** A signal at another rate. */
  public static final int SIGNAL_RESAMPLE = 10;

  /** A signal with noise. */
  public static final int SIGNAL_DITHER = 11;

  // ---- what lies beyond the ends, as in Padding
  // --------------------------------------------------

  /** Zeros. */
  public static final int PAD_ZERO = 0;

  /** Mirrored, the edge not repeated. */
  public static final int PAD_REFLECT = 1;

  /** Mirrored, the edge repeated. */
  public static final int PAD_SYMMETRIC = 2;

  /** The edge. */
  public static final int PAD_EDGE = 3;

  /** The other end. */
  public static final int PAD_WRAP = 4;

  // ---- sums
  // --------------------------------------------------------------------------------------

  /** Σ x. */
  public static final int SUM = 0;

  /** Σ x². */
  public static final int SQUARES = 1;

  /** Sign changes. */
  public static final int CROSSINGS = 2;

  /** Into how many parts a sum is cut, whatever the device. */
  public static final int PARTS = 16;

  // ---- places
  // ------------------------------------------------------------------------------------

  /** What the host sends. */
  public static final int INPUT = 0;

  /** What stays on the device. */
  public static final int MEMORY = 1;

  /** What the host fetches. */
  public static final int OUTPUT = 2;

  /** Lanes: frames side by side; the others of a group share their work. */
  public static final int LANES = 0;

  /** Frames of a tile. */
  public static final int FRAMES = 1;

  /** Values or samples of one item of a pass over global memory. */
  public static final int BLOCK = 2;

  /** Where passes begin. */
  public static final int PASSES = 3;

  /** Rows of the batch. */
  public static final int ROWS = 0;

  /** Where values are told of. */
  public static final int VALUES = 1;

  /** Channels of a clip. */
  public static final int CHANNELS = 2;

  /** Where passes are told of: how many items, and where those are. */
  public static final int ITEMS = 3;

  /** Numbers of a line's statistics: count, mean, sum of squares, least, largest. */
  public static final int STATISTICS = 5;
}
