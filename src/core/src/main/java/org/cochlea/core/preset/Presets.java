package org.cochlea.core.preset;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The presets there are. */
public final class Presets {
  private static final List<Entry> ENTRIES =
      Stream.of(
              LibraryPresets.entries(),
              SpeechPresets.entries(),
              EventPresets.entries(),
              TutorialPresets.entries())
          .flatMap(List::stream)
          .toList();

  private Presets() {}

  /**
   * A preset that is made when it is asked for: making all of them, with their filter banks, takes
   * a second of a cold machine.
   *
   * @param name of the preset
   * @param preset makes it
   */
  record Entry(String name, Supplier<Preset> preset) {}

  /** Made once, when first asked for. */
  private static final class All {
    static final List<Preset> PRESETS =
        ENTRIES.stream().map(entry -> entry.preset().get()).toList();
  }

  /** Returns all presets: the libraries' defaults, speech, sound events, tutorials. */
  public static List<Preset> all() {
    return All.PRESETS;
  }

  /** Returns the names of {@link #all}, in the same order; quicker than asking the presets. */
  public static List<String> names() {
    return ENTRIES.stream().map(Entry::name).toList();
  }

  /**
   * Returns the preset of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Preset named(String name) {
    for (Entry entry : ENTRIES) {
      if (entry.name().equals(name)) {
        return entry.preset().get();
      }
    }
    throw new IllegalArgumentException(
        "preset must be one of %s, was %s".formatted(String.join(", ", names()), name));
  }
}
