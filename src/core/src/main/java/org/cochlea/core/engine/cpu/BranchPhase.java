package org.cochlea.core.engine.cpu;

import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Paths that need whole clips, and the joining of their results. */
final class BranchPhase extends Phase implements Workers.Job {
  private final Stage.Branch stage;
  private final Program[] paths;
  private final Block[] results;
  private Block result = new Block();

  BranchPhase(Stage.Branch stage, Layout in, int workers) {
    this.stage = stage;
    this.paths = new Program[stage.paths().size()];
    for (int p = 0; p < paths.length; p++) {
      paths[p] = new Program(stage.paths().get(p), in, workers);
    }
    this.results = new Block[paths.length];
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
    for (int p = 0; p < paths.length; p++) {
      results[p] = paths[p].run(call, in, null, workers);
    }
    result = out;
    workers.run(this, out.count());
  }

  @Override
  public void run(int task, Worker worker) {
    Panel to = result.panel(task);
    int row = 0;
    for (int p = 0; p < results.length; p++) {
      Panel from = results[p].panel(task);
      int n = to.frames * from.parts;
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
