package org.cochlea.core.stage;

import java.util.ArrayList;
import java.util.List;

/**
 * Stages in order, and what they read: what a feature lowers to and an engine runs.
 *
 * <p>A pipeline that cannot run cannot exist: the constructor checks that every stage fits the one
 * before it.
 *
 * @param sampleRate the rate of the waveforms it reads, in Hz, or 0 for any
 * @param input what it reads: a signal, or frames for an inverse
 * @param stages at least one
 */
public record Pipeline(int sampleRate, Layout input, List<Stage> stages) {

  /**
   * Copies the list and checks that the stages fit.
   *
   * @throws IllegalArgumentException if there is none, or one cannot follow the other
   */
  public Pipeline {
    Require.atLeast("sampleRate", sampleRate, 0);
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a pipeline must have at least 1 stage, had 0");
    }
    layout(stages, input);
  }

  /** Returns a pipeline that reads waveforms of a rate (0: any). */
  public static Pipeline of(int sampleRate, Stage... stages) {
    return new Pipeline(sampleRate, Layout.signal(), List.of(stages));
  }

  /** Returns a pipeline that goes on where this one ends. */
  public Pipeline then(Stage... more) {
    List<Stage> all = new ArrayList<>(stages);
    all.addAll(List.of(more));
    return new Pipeline(sampleRate, input, all);
  }

  /** Returns what comes out. */
  public Layout output() {
    return layout(stages, input);
  }

  /** Returns how many frames (or samples) come out for an input of so many samples (or frames). */
  public long frames(long in) {
    return frames(stages, in);
  }

  static Layout layout(List<Stage> stages, Layout in) {
    Layout layout = in;
    for (Stage stage : stages) {
      layout = stage.apply(layout);
    }
    return layout;
  }

  static long frames(List<Stage> stages, long in) {
    long frames = in;
    // No iterator: engines ask in every call, which allocates nothing.
    for (int i = 0; i < stages.size(); i++) {
      frames = stages.get(i).frames(frames);
    }
    return frames;
  }
}
