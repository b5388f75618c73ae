package org.cochlea.audio.dataset;

import java.util.Locale;
import java.util.Optional;

/** A part of a dataset. */
public enum Part {
  TRAIN,
  VALIDATION,
  TEST;

  /** Returns the part that datasets call so: train, val, valid, validation, dev, test, eval, … */
  public static Optional<Part> forName(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "train", "training" -> Optional.of(TRAIN);
      case "val", "valid", "validation", "dev" -> Optional.of(VALIDATION);
      case "test", "testing", "eval", "evaluation" -> Optional.of(TEST);
      default -> Optional.empty();
    };
  }

  /** Returns the name in files: {@code train}, {@code validation}, {@code test}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
