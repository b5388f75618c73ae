package org.cochlea.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While this is open, the end of the JVM (Ctrl-C) asks what is under way to stop and waits until it
 * has, so that what is computed is still written and temporary files are dropped.
 */
final class StopOnExit implements AutoCloseable {
  private static final long STOP_SECONDS = 60;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Registers the request.
   *
   * @param stop returns at once; called from another thread
   */
  StopOnExit(Runnable stop) {
    hook =
        new Thread(
            () -> {
              stop.run();
              try {
                boolean _ = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending already, and the hook with it.
    }
  }
}
