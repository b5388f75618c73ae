package org.cochlea.core;

import java.util.List;

/**
 * Thrown when an engine that was asked for by name cannot run here; there is no silent fallback.
 */
public final class EngineUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes the exception; its message is one line with all reasons. */
  public EngineUnavailableException(String engine, List<String> reasons) {
    super("engine %s is not available: %s".formatted(engine, String.join("; ", reasons)));
  }
}
