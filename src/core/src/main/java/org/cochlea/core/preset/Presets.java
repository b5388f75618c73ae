package org.cochlea.core.preset;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The presets there are. */
public final class Presets {
  private static final List<Preset> ALL =
      Stream.of(
              LibraryPresets.all(), SpeechPresets.all(), EventPresets.all(), TutorialPresets.all())
          .flatMap(List::stream)
          .toList();

  private Presets() {}

  /** Returns all presets: the libraries' defaults, speech, sound events, tutorials. */
  public static List<Preset> all() {
    return ALL;
  }

  /**
   * Returns the preset of a name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static Preset named(String name) {
    for (Preset preset : ALL) {
      if (preset.name().equals(name)) {
        return preset;
      }
    }
    throw new IllegalArgumentException(
        "preset must be one of %s, was %s"
            .formatted(ALL.stream().map(Preset::name).collect(Collectors.joining(", ")), name));
  }
}
