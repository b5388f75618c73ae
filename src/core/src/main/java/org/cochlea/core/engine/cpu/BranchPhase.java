package org.cochlea.core.engine.cpu;

import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Paths that need whole clips, and the joining of their results. */
final class BranchPhase extends Phase implements Workers.Job {
  private final Stage.Branch stage;
  private final boolean concatenates;
  private final Program[] paths;
  private final int[] bins;
  private final Block[] results;

  /** The rows of the result that belong to each path: what is concatenated is written there. */
  private final Block[] parts;

  private Block result = new Block();

  BranchPhase(Stage.Branch stage, Layout in, int workers) {
    this.stage = stage;
    this.concatenates =
        stage.join() == Stage.Branch.Join.CONCATENATE
            || stage.join() == Stage.Branch.Join.CONCATENATE_SHORTEST;
    this.paths = new Program[stage.paths().size()];
    this.bins = new int[paths.length];
    for (int p = 0; p < paths.length; p++) {
      List<Stage> path = stage.paths().get(p);
      paths[p] = new Program(path, in, workers);
      bins[p] = Program.layoutAfter(path, in).bins();
    }
    this.results = new Block[paths.length];
    this.parts = new Block[paths.length];
    for (int p = 0; p < paths.length; p++) {
      parts[p] = new Block();
    }
  }

  @Override
  int memory() {
    int most = 0;
    for (Program path : paths) {
      most = Math.max(most, path.memory());
    }
    return most;
  }

  @Override
  int doubles() {
    int most = 0;
    for (Program path : paths) {
      most = Math.max(most, path.doubles());
    }
    return most;
  }

  @Override
  void reset() {
    for (Program path : paths) {
      path.reset();
    }
  }

  @Override
  long frames(long in) {
    return stage.frames(in);
  }

  @Override
  void run(Call call, @Nullable Block in, Block out, Workers workers) {
    int row = 0;
    boolean copies = false;
    for (int p = 0; p < paths.length; p++) {
      Block part = part(p, call, in, out, row) ? parts[p] : null;
      results[p] = paths[p].run(call, in, part, workers);
      copies |= results[p] != part;
      row += bins[p];
    }
    result = out;
    if (copies) {
      workers.run(this, out.count());
    }
  }

  /**
   * Lays the block of a path over its rows of the result; returns whether it may: a path that gives
   * more frames than are joined may look at all of them.
   */
  private boolean part(int path, Call call, @Nullable Block in, Block out, int row) {
    if (!concatenates) {
      return false;
    }
    parts[path].resize(call.items, call.channels);
    for (int i = 0; i < out.count(); i++) {
      Panel to = out.panel(i);
      long length =
          in != null
              ? in.panel(i).frames
              : call.waveform == null ? 0 : call.waveform.length(i / call.channels);
      if (paths[path].frames(length) != to.frames) {
        return false;
      }
      parts[path].panel(i).over(to.data, to.row(row), to.stride, bins[path], to.frames, to.parts);
    }
    return true;
  }

  @Override
  public void run(int task, Worker worker) {
    Panel to = result.panel(task);
    int row = 0;
    for (int p = 0; p < results.length; p++) {
      Panel from = results[p].panel(task);
      int n = to.frames * from.parts;
      if (results[p] == parts[p]) {
        row += from.rows;
        continue;
      }
      for (int k = 0; k < from.rows; k++) {
        int at = from.row(k);
        switch (stage.join()) {
          case CONCATENATE, CONCATENATE_SHORTEST ->
              System.arraycopy(from.data, at, to.data, to.row(row++), n);
          case MULTIPLY, DIVIDE -> {
            int out = to.row(k);
            if (p == 0) {
              System.arraycopy(from.data, at, to.data, out, n);
            } else if (stage.join() == Stage.Branch.Join.MULTIPLY) {
              for (int t = 0; t < n; t++) {
                to.data[out + t] *= from.data[at + t];
              }
            } else {
              for (int t = 0; t < n; t++) {
                to.data[out + t] /= from.data[at + t];
              }
            }
          }
        }
      }
    }
  }
}
