package org.cochlea.opencl;

/** A device failed: which, and what it said. */
public final class OpenClException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OpenClException(String message) {
    super(message);
  }

  OpenClException(String message, Throwable cause) {
    super(message, cause);
  }
}
