package org.cochlea.core.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts what calls put on the heap. */
public final class Allocated {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocated() {}

  /** Returns the bytes that this thread and the engines' threads allocate in some calls. */
  public static long by(int calls, Runnable call) {
    long[] ids =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t == Thread.currentThread() || t.getName().startsWith("cochlea-cpu-"))
            .mapToLong(Thread::threadId)
            .toArray();
    long before = sum(ids);
    long counting = sum(ids) - before;
    before = sum(ids);
    for (int i = 0; i < calls; i++) {
      call.run();
    }
    return sum(ids) - before - counting;
  }

  private static long sum(long[] ids) {
    long sum = 0;
    for (long bytes : THREADS.getThreadAllocatedBytes(ids)) {
      // -1: the thread has ended.
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
