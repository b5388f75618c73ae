package org.cochlea.core;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;

/** Finds engines on the module or class path. */
public final class Engines {
  /** Engines that may be picked without being asked for, best first. */
  private static final List<String> PREFERENCE = List.of("cuda", "cpu");

  private Engines() {}

  /**
   * An engine and why it was picked.
   *
   * @param engine the engine
   * @param why in words: its device, and why others were passed over
   */
  public record Choice(Engine engine, String why) {}

  /** Returns every engine there is, available or not, in order of name. */
  public static List<Engine> all() {
    List<Engine> engines = new ArrayList<>();
    ServiceLoader.load(Engine.class).forEach(engines::add);
    engines.sort((a, b) -> a.name().compareTo(b.name()));
    return engines;
  }

  /**
   * Returns the engine of a name. It never falls back to another.
   *
   * @throws IllegalArgumentException if there is no engine of this name
   * @throws EngineUnavailableException if it cannot run here, with every reason
   */
  public static Engine named(String name) {
    List<String> names = new ArrayList<>();
    for (Engine engine : all()) {
      if (engine.name().equals(name)) {
        if (engine.probe() instanceof Unavailable no) {
          throw new EngineUnavailableException(name, no.reasons());
        }
        return engine;
      }
      names.add(engine.name());
    }
    throw new IllegalArgumentException(
        "engine must be one of %s, was %s".formatted(String.join(", ", names), name));
  }

  /** Returns the fastest engine that can run here: cuda, else cpu. */
  public static Engine best() {
    return choose().engine();
  }

  /**
   * Returns the fastest engine that can run here, with the reason.
   *
   * @throws EngineUnavailableException if none can
   */
  public static Choice choose() {
    List<Engine> engines = all();
    List<String> passed = new ArrayList<>();
    for (String name : PREFERENCE) {
      for (Engine engine : engines) {
        if (!engine.name().equals(name)) {
          continue;
        }
        switch (engine.probe()) {
          case Available yes -> {
            String why = yes.device();
            return new Choice(
                engine, passed.isEmpty() ? why : why + "; " + String.join("; ", passed));
          }
          case Unavailable no -> passed.add("not " + name + ": " + String.join(", ", no.reasons()));
        }
      }
    }
    throw new EngineUnavailableException(
        "any", passed.isEmpty() ? List.of("none is installed") : passed);
  }
}
