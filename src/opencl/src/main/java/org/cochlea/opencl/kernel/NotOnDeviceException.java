package org.cochlea.opencl.kernel;

/** A device failed, and Aparapi would go on elsewhere. */
public final class NotOnDeviceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotOnDeviceException(String message) {
    super(message);
  }
}
