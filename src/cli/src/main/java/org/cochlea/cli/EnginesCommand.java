package org.cochlea.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.Engine;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Engines;
import org.cochlea.opencl.OpenClEngine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code cochlea engines}: which engines there are, and why one cannot run. */
@Command(
    name = "engines",
    description = {
      "Lists every engine: what it runs on here, or every reason why it cannot run; and which one"
          + " the other commands use if none is named with --engine.",
    },
    footer = {"", "Examples:", "  cochlea engines"})
final class EnginesCommand implements Callable<Integer> {
  @Mixin Common common = new Common();
  @Mixin GpuOptions gpu = new GpuOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    gpu.apply();
    PrintWriter out = spec.commandLine().getOut();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("engine", "available", "on, or why not"));
    for (Engine engine : Engines.all()) {
      try (engine) {
        switch (engine.probe()) {
          case Available yes -> rows.add(List.of(engine.name(), "yes", yes.device()));
          case Unavailable no -> {
            for (String reason : no.reasons()) {
              boolean first = reason.equals(no.reasons().getFirst());
              rows.add(List.of(first ? engine.name() : "", first ? "no" : "", reason));
            }
          }
        }
      }
    }
    Text.table(rows).forEach(out::println);
    out.println();
    List<String> devices = OpenClEngine.devices();
    for (int i = 0; i < devices.size(); i++) {
      out.printf("OpenCL device %d: %s%n", i, devices.get(i));
    }
    try {
      Engines.Choice choice = Engines.choose();
      try (Engine engine = choice.engine()) {
        out.printf("default: %s (%s)%n", engine.name(), choice.why());
      }
    } catch (EngineUnavailableException e) {
      out.println("default: none: " + Errors.describe(e));
    }
    return ExitCode.OK;
  }
}
