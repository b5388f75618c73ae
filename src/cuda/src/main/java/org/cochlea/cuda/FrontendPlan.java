package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.cuda.Instances.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Which fused kernel computes a spectrum, with how many frames to a block, and its tables. Header
 * comments of kernels/frontend.cuh and frontend_any.cuh say what the tables are.
 *
 * <p>What a plan computes for a frame is the same to the last bit for every number of frames per
 * block; another kernel may differ in the last bits, so the choice never depends on a batch.
 */
final class FrontendPlan {
  /** The longest transform of the kernels for any length. */
  static final int LONGEST = 8192;

  private static final int ANY_THREADS = 256;

  /** What is asked for: the parts of a {@link Frontend} that the tables depend on. */
  record Request(int size, int hop, int frameLength, boolean stagedFrames, @Nullable Basis bank) {
    int bins() {
      return size / 2 + 1;
    }
  }

  private enum Way {
    FIXED,
    SMOOTH,
    BLUESTEIN
  }

  private final Request request;
  private final Way way;
  private final @Nullable Instance instance;
  private final int framesPerBlock;
  private final int threads;
  private final int pitch;
  private final int sharedBytes;
  private final int columns;
  private final int[] passes;

  private FrontendPlan(Request request, Instance instance) {
    this.request = request;
    this.way = Way.FIXED;
    this.instance = instance;
    this.framesPerBlock = instance.framesPerBlock();
    this.threads = instance.threads();
    this.columns = 0;
    this.passes = new int[0];
    this.pitch = pitch();
    int f = framesPerBlock;
    int tasks = 32 / f;
    int gridPitch = f < 16 ? (instance.rows() | 1) * f : instance.rows() * f;
    int gridWords = 2 * ((instance.columns() - 1) / 2 + 1) * gridPitch;
    int powerWords = request.bank == null ? 0 : (tasks - 1 + request.bins() + BankTables.GUARD) * f;
    this.sharedBytes = 4 * (gridWords + Math.max(audioWords(), powerWords));
  }

  private FrontendPlan(Request request, Way way, int framesPerBlock) {
    this.request = request;
    this.way = way;
    this.instance = null;
    this.framesPerBlock = framesPerBlock;
    this.threads = ANY_THREADS;
    int count;
    if (way == Way.SMOOTH) {
      passes = request.size == 1 ? new int[] {1} : Radix.passes(request.size);
      columns = request.size / passes[0];
      count = (passes[0] / 2 + 1) * columns;
    } else {
      columns = Radix.smoothFrom(request.size + request.size / 2);
      passes = Radix.passes(columns);
      count = columns;
    }
    this.pitch = pitch();
    int grid = 2 * place(count + 15) * framesPerBlock;
    int lead = framesPerBlock >= 4 ? 32 / framesPerBlock - 1 : 0;
    int power =
        request.bank == null ? 0 : framesPerBlock * (lead + request.bins() + BankTables.GUARD);
    this.sharedBytes = 4 * (grid + Math.max(audioWords(), power));
  }

  /**
   * Returns the plans for a spectrum, most frames per block first; none where no fused kernel can
   * compute it on this device.
   */
  static List<FrontendPlan> of(Request request, List<Instance> instances, Limits limits) {
    List<FrontendPlan> plans = new ArrayList<>();
    for (Instance i : instances) {
      boolean knownHop = request.bank != null && !request.stagedFrames && i.hop() == request.hop;
      boolean knownBank = i.bank() != null && request.bank != null && i.bank().is(request.bank);
      if (i.size() == request.size
          && (i.hop() == 0 || knownHop)
          && (i.bank() == null || knownBank)) {
        FrontendPlan plan = new FrontendPlan(request, i);
        if (plan.sharedBytes <= limits.sharedPerBlock()) {
          plans.add(plan);
        }
      }
    }
    if (!plans.isEmpty() || request.size > LONGEST) {
      return largestFirst(plans);
    }
    Way way = Radix.smooth(request.size) ? Way.SMOOTH : Way.BLUESTEIN;
    int f = 32;
    FrontendPlan plan = new FrontendPlan(request, way, f);
    while (f > 1 && plan.sharedBytes > limits.sharedOfTwo()) {
      f /= 2;
      plan = new FrontendPlan(request, way, f);
    }
    return plan.sharedBytes <= limits.sharedPerBlock() ? List.of(plan) : List.of();
  }

  /**
   * Keeps one plan for every number of frames: a kernel made for the bank before one for any, and
   * one made for the hop before one for any.
   */
  private static List<FrontendPlan> largestFirst(List<FrontendPlan> plans) {
    plans.sort(
        Comparator.comparingInt((FrontendPlan p) -> -p.framesPerBlock)
            .thenComparing(p -> p.instance == null || p.instance.bank() == null)
            .thenComparingInt(p -> p.instance == null ? 0 : -p.instance.hop()));
    List<FrontendPlan> kept = new ArrayList<>();
    for (FrontendPlan plan : plans) {
      if (kept.isEmpty() || kept.getLast().framesPerBlock != plan.framesPerBlock) {
        kept.add(plan);
      }
    }
    return kept;
  }

  /** Where place {@code i} of the grid lies: a gap keeps powers of two apart in the banks. */
  private static int place(int i) {
    return i + (i >> 4);
  }

  /** The words of a staged row: an odd multiple of the tasks of a warp. */
  private int pitch() {
    int tasks = 32 / framesPerBlock;
    int words = request.stagedFrames ? request.size : request.hop;
    while (words % (2 * tasks) != tasks) {
      words++;
    }
    return words;
  }

  private int audioWords() {
    if (request.stagedFrames) {
      return framesPerBlock * pitch;
    }
    return (framesPerBlock - 1 + (request.size + request.hop - 1) / request.hop) * pitch;
  }

  /** Where sample {@code n} of a frame lies in the staged audio. */
  private int offset(int n) {
    return request.stagedFrames ? n : n + n / request.hop * (pitch - request.hop);
  }

  String module() {
    return way != Way.FIXED
        ? "frontend_any"
        : request.bank == null ? "frontend_spectrum" : "frontend_bank";
  }

  String kernel() {
    return switch (way) {
      case FIXED -> module() + "_" + (instance == null ? "" : instance.suffix());
      case SMOOTH -> "frontend_smooth";
      case BLUESTEIN -> "frontend_bluestein";
    };
  }

  int framesPerBlock() {
    return framesPerBlock;
  }

  int threads() {
    return threads;
  }

  int sharedBytes() {
    return sharedBytes;
  }

  /** Writes sizes and tables into the parameters; returns them as they depend on no batch. */
  void store(Parameters p, Tables tables, double[] window) {
    p.int32(FrontendLayout.PITCH, pitch);
    p.int32(FrontendLayout.FRAMES_PER_BLOCK, framesPerBlock);
    p.int32(FrontendLayout.SIZE, request.size);
    p.int32(FrontendLayout.COLUMNS, columns);
    p.int32(FrontendLayout.PASSES, passes.length);
    p.int32s(FrontendLayout.RADIX, passes);
    if (instance != null) {
      storeFixed(p, tables, window, instance);
    } else {
      int[] offsets = new int[request.size];
      float[] factors = new float[request.size];
      for (int n = 0; n < request.size; n++) {
        offsets[n] = offset(n);
        factors[n] = (float) window[n];
      }
      p.address(FrontendLayout.OFFSETS, tables.ints(offsets));
      p.address(FrontendLayout.WINDOW, tables.floats(factors));
      if (way == Way.SMOOTH) {
        storeSmooth(p, tables);
      } else {
        storeBluestein(p, tables, window);
      }
    }
    if (request.bank != null) {
      BankTables bank = new BankTables(request.bank, framesPerBlock);
      p.int32(FrontendLayout.BANK_GROUP_COUNT, bank.groupCount());
      p.address(FrontendLayout.BANK_GROUPS, tables.ints(bank.groups()));
      p.address(FrontendLayout.BANK_SLOTS, tables.ints(bank.slots()));
      p.address(FrontendLayout.BANK_WEIGHTS, tables.floats(bank.weights()));
    }
  }

  private void storeFixed(Parameters p, Tables tables, double[] window, Instance i) {
    int tasks = 32 / i.framesPerBlock();
    int middle = (i.columns() - 1) / 2;
    int chunks = (i.columns() + 3) / 4;
    int twiddleChunks = (middle + 1) / 2;
    int groups = (i.rows() + tasks - 1) / tasks;
    float[] factors = new float[groups * tasks * chunks * 4];
    int[] offsets = new int[factors.length];
    float[] twiddles = new float[groups * tasks * twiddleChunks * 4];
    for (int n2 = 0; n2 < i.rows(); n2++) {
      for (int n1 = 0; n1 < i.columns(); n1++) {
        int at = ((n2 / tasks * chunks + n1 / 4) * tasks + n2 % tasks) * 4 + n1 % 4;
        factors[at] = (float) window[i.rows() * n1 + n2];
        offsets[at] = offset(i.rows() * n1 + n2);
      }
      for (int k1 = 1; k1 <= middle; k1++) {
        int chunk = (n2 / tasks * twiddleChunks + (k1 - 1) / 2) * tasks + n2 % tasks;
        Radix.root(twiddles, chunk * 2 + (k1 - 1) % 2, (long) k1 * n2, i.size());
      }
    }
    p.address(FrontendLayout.WINDOW, tables.floats(factors));
    p.address(FrontendLayout.OFFSETS, tables.ints(offsets));
    p.address(FrontendLayout.TWIDDLES, tables.floats(twiddles));
  }

  private void storeSmooth(Parameters p, Tables tables) {
    int first = passes[0];
    int[] positions = new int[request.bins()];
    for (int k = 0; k < positions.length; k++) {
      int k1 = k % first;
      int k2 = k / first;
      boolean mirrored = 2 * k1 > first;
      if (mirrored) {
        k1 = first - k1;
        k2 = columns - 1 - k2;
      }
      int at = k1 * columns + Radix.place(passes, 1, columns, k2);
      positions[k] = mirrored ? ~at : at;
    }
    p.address(FrontendLayout.ROOTS, tables.floats(Radix.roots(request.size)));
    p.address(FrontendLayout.POSITIONS, tables.ints(positions));
  }

  private void storeBluestein(Parameters p, Tables tables, double[] window) {
    int n = request.size;
    Bluestein bluestein = new Bluestein(n, columns);
    float[] chirps = new float[2 * (n + request.bins())];
    for (int i = 0; i < n; i++) {
      bluestein.chirp(chirps, i, i, window[i]);
    }
    for (int k = 0; k < request.bins(); k++) {
      bluestein.chirp(chirps, n + k, k, 1);
    }
    float[] ordered = bluestein.filter(n / 2);
    float[] filter = new float[ordered.length];
    for (int k = 0; k < columns; k++) {
      int at = Radix.place(passes, 0, columns, k);
      filter[2 * at] = ordered[2 * k];
      filter[2 * at + 1] = ordered[2 * k + 1];
    }
    p.address(FrontendLayout.ROOTS, tables.floats(Radix.roots(columns)));
    p.address(FrontendLayout.CHIRP, tables.floats(chirps));
    p.address(FrontendLayout.FILTER, tables.floats(filter));
  }
}
