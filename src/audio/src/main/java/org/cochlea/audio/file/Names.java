package org.cochlea.audio.file;

import java.util.HashSet;
import java.util.Set;

/** The names used in a file so far. */
final class Names {
  private final Set<String> used = new HashSet<>();

  void add(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be blank");
    }
    if (!used.add(name)) {
      throw new IllegalArgumentException(
          "name must be unique, \"%s\" was used before".formatted(name));
    }
  }
}
