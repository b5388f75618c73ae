package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;

/** A pipeline as launches, for one kind of device. */
final class Program {
  private final Pipeline pipeline;
  private final List<Launch> launches;
  private final List<Time> times;
  private final List<RowTable> tables;
  private final List<Value> values;
  private final Value out;
  private final boolean wholeBatch;
  private final boolean storesHalf;

  Program(
      Pipeline pipeline,
      List<Launch> launches,
      List<Time> times,
      List<RowTable> tables,
      List<Value> scratch,
      Value out,
      boolean wholeBatch) {
    this.pipeline = pipeline;
    this.launches = List.copyOf(launches);
    this.times = List.copyOf(times);
    this.tables = List.copyOf(tables);
    this.out = out;
    this.wholeBatch = wholeBatch;
    Set<Value> roots = new LinkedHashSet<>();
    boolean half = !out.layout().complex();
    for (int i = 0; i < launches.size(); i++) {
      launches.get(i).use(i);
      Value root = launches.get(i).result().root();
      if (root.home() == Value.Home.WORKSPACE) {
        roots.add(root);
      } else {
        half &= launches.get(i).storesHalf();
      }
    }
    roots.addAll(scratch);
    this.values = List.copyOf(new ArrayList<>(roots));
    for (int v = 0; v < values.size(); v++) {
      values.get(v).setNumber(v);
    }
    this.storesHalf = half;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  List<Launch> launches() {
    return launches;
  }

  List<Time> times() {
    return times;
  }

  List<RowTable> tables() {
    return tables;
  }

  /** Returns what needs memory in the workspace. */
  List<Value> values() {
    return values;
  }

  /** Whether clips depend on each other, so that a batch cannot be split. */
  boolean needsWholeBatch() {
    return wholeBatch;
  }

  /** Whether results can be float16. */
  boolean storesHalf() {
    return storesHalf;
  }

  boolean readsSignal() {
    return pipeline.input().isSignal();
  }

  Layout input() {
    return pipeline.input();
  }

  int inputParts() {
    return pipeline.input().complex() ? 2 : 1;
  }

  Layout output() {
    return out.layout();
  }

  int outputParts() {
    return out.layout().complex() ? 2 : 1;
  }

  void load(Launch.Loader loader) {
    for (Launch launch : launches) {
      launch.load(loader);
    }
  }

  void run(Chunk chunk, Launch.Queue queue) {
    for (Launch launch : launches) {
      launch.run(chunk, queue);
    }
  }
}
