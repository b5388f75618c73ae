package org.cochlea.cuda.driver;

/**
 * A device's primary context, retained until this is closed.
 *
 * <p>CUDA keeps the current context per platform thread. So every entry into the engine, from
 * whatever thread, is enclosed in {@link #push()} and {@link #pop()}, which leave the thread as it
 * was: another library may use another device on the same thread.
 *
 * <pre>{@code
 * context.push();
 * try {
 *   …
 * } finally {
 *   context.pop();
 * }
 * }</pre>
 */
public final class CudaContext implements AutoCloseable {
  private final CudaDriver driver;
  private final CudaDevice device;
  private final long handle;
  private boolean closed;

  private CudaContext(CudaDriver driver, CudaDevice device, long handle) {
    this.driver = driver;
    this.device = device;
    this.handle = handle;
  }

  /** Retains a device's primary context, which makes it if there is none. */
  public static CudaContext retain(CudaDriver driver, CudaDevice device) {
    return new CudaContext(driver, device, driver.devicePrimaryCtxRetain(device.handle()));
  }

  /** Returns the driver. */
  public CudaDriver driver() {
    return driver;
  }

  /** Returns the device. */
  public CudaDevice device() {
    return device;
  }

  /**
   * Makes this the calling thread's current context, until {@link #pop()}.
   *
   * @throws IllegalStateException on a virtual thread, whose platform thread changes at any time,
   *     or if the context is closed
   */
  public void push() {
    if (closed) {
      throw new IllegalStateException("the CUDA context of " + device.name() + " is closed");
    }
    if (Thread.currentThread().isVirtual()) {
      throw new IllegalStateException(
          "CUDA needs a platform thread: its context belongs to the thread of the operating system,"
              + " and this is the virtual thread "
              + Thread.currentThread().getName());
    }
    driver.ctxPushCurrent(handle);
  }

  /** Brings back the context that was current before {@link #push()}. */
  public void pop() {
    driver.ctxPopCurrent();
  }

  /** Releases the context; the last release frees everything in it. May be called twice. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      driver.devicePrimaryCtxRelease(device.handle());
    }
  }
}
