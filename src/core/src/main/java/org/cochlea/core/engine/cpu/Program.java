package org.cochlea.core.engine.cpu;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempogram;
import org.jspecify.annotations.Nullable;

/** Stages as phases, with a block of memory for the result of each. */
final class Program {
  private final Phase[] phases;
  private final Block[] blocks;
  private final Layout[] layouts;
  private final Block own = new Block();

  /**
   * Prepares the stages.
   *
   * <p>The input is never written to.
   *
   * @param stages may be empty when the input has frames
   */
  Program(List<Stage> stages, Layout in, int workers) {
    List<Phase> made = new ArrayList<>();
    List<Layout> outputs = new ArrayList<>();
    Layout layout = in;
    int i = 0;
    while (i < stages.size()) {
      List<Stage> signal = new ArrayList<>();
      while (layout.isSignal() && i < stages.size() && SignalReader.reads(stages.get(i))) {
        signal.add(stages.get(i++));
      }
      Stage next = i < stages.size() ? stages.get(i) : null;
      if (layout.isSignal() && next instanceof Stage.Frame frame) {
        layout = frame.apply(layout);
        i++;
        int from = i;
        i = endOfSegment(stages, i);
        made.add(new Segment(signal, frame, stages.subList(from, i), layout, workers));
        layout = layoutAfter(stages.subList(from, i), layout);
      } else if (layout.isSignal()
          && next instanceof Stage.Resample resample
          && ResamplePhase.runs(resample)) {
        made.add(new ResamplePhase(signal, resample, workers));
        i++;
      } else if (layout.isSignal() && (!signal.isEmpty() || made.isEmpty())) {
        made.add(new CopyPhase(signal, workers));
      } else if (!layout.isSignal() && endOfSegment(stages, i) > i) {
        int from = i;
        i = endOfSegment(stages, i);
        made.add(new Segment(List.of(), null, stages.subList(from, i), layout, workers));
        layout = layoutAfter(stages.subList(from, i), layout);
      } else if (next instanceof Stage.Branch branch) {
        made.add(new BranchPhase(branch, layout, workers));
        layout = branch.apply(layout);
        i++;
      } else if (next instanceof Tempogram tempogram && TileAnalyses.runs(tempogram)) {
        made.add(new Segment(tempogram, workers));
        layout = next.apply(layout);
        i++;
      } else if (next != null) {
        made.add(new ClipPhase(next, layout, workers));
        layout = next.apply(layout);
        i++;
      }
      if (i > 0 && PreciseStage.leavesPairs(stages.get(i - 1))) {
        Layout pairs = Layout.complex(layout.bins());
        outputs.add(pairs);
        made.add(new ClipPhase(stages.get(i - 1), pairs, workers));
      }
      outputs.add(layout);
    }
    phases = made.toArray(Phase[]::new);
    layouts = outputs.toArray(Layout[]::new);
    blocks = new Block[phases.length];
    for (int p = 0; p < phases.length; p++) {
      boolean mayStay = p > 0 && phases[p].inPlace();
      blocks[p] = mayStay ? blocks[p - 1] : p == phases.length - 1 ? own : new Block();
    }
    // The phases at the end that stay in place write where the result goes.
    int p = phases.length - 1;
    while (p > 0 && phases[p].inPlace()) {
      p--;
    }
    for (; p >= 0 && p < phases.length; p++) {
      blocks[p] = own;
    }
  }

  private static int endOfSegment(List<Stage> stages, int from) {
    int i = from;
    while (i < stages.size() && TileProgram.runs(stages.get(i))) {
      i++;
      if (PreciseStage.leavesPairs(stages.get(i - 1))) {
        break;
      }
    }
    return i;
  }

  static Layout layoutAfter(List<Stage> stages, Layout in) {
    Layout layout = in;
    for (Stage stage : stages) {
      layout = stage.apply(layout);
    }
    return layout;
  }

  /** Returns how many floats of memory every thread needs. */
  int memory() {
    int most = 0;
    for (Phase phase : phases) {
      most = Math.max(most, phase.memory());
    }
    return most;
  }

  /** Returns how many frames (or samples) come out. */
  long frames(long in) {
    long n = in;
    for (Phase phase : phases) {
      n = phase.frames(n);
    }
    return n;
  }

  /** Returns how many doubles every thread needs. */
  int doubles() {
    int most = 0;
    for (Phase phase : phases) {
      most = Math.max(most, phase.doubles());
    }
    return most;
  }

  /** Forgets earlier calls. */
  void reset() {
    for (Phase phase : phases) {
      phase.reset();
    }
  }

  /** Returns the block the result is in when no other is given. */
  Block own() {
    return own;
  }

  /**
   * Runs on a batch.
   *
   * @param in frames, or null when the waveform of the call is the input
   * @param result where the result goes, its panels laid out already; or null for {@link #own}
   * @return where the result is; the input itself when there are no stages
   */
  Block run(Phase.Call call, @Nullable Block in, @Nullable Block result, Workers workers) {
    Block current = in;
    for (int p = 0; p < phases.length; p++) {
      boolean last = blocks[p] == own;
      Block out = last && result != null ? result : blocks[p];
      if (out == blocks[p] && (p == 0 || blocks[p] != blocks[p - 1])) {
        shape(call, current, out, phases[p], layouts[p]);
      }
      phases[p].run(call, current, out, workers);
      current = out;
    }
    if (current == null) {
      throw new AssertionError("a program without stages needs frames");
    }
    return current;
  }

  private static void shape(
      Phase.Call call, @Nullable Block in, Block out, Phase phase, Layout layout) {
    out.resize(call.items, call.channels);
    for (int b = 0; b < call.items; b++) {
      for (int c = 0; c < call.channels; c++) {
        long length =
            in != null
                ? in.panel(b, c).frames
                : call.waveform == null ? 0 : call.waveform.length(b);
        out.panel(b, c).reshape(layout.bins(), phase.frames(length), layout.complex() ? 2 : 1);
      }
    }
  }
}
