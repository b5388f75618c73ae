package org.cochlea.core.engine.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import org.cochlea.core.Waveform;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one extractor: the caller and daemons beside it. A job is a number of tasks, which
 * the threads take from a counter; nothing is allocated per job.
 */
public final class Workers implements AutoCloseable {

  /** Something that can be done in parts. */
  public interface Job {
    /** Does one part. */
    void run(int task, Worker worker);
  }

  private final Worker[] workers;
  private final Thread[] threads;
  private final AtomicInteger next = new AtomicInteger();
  private final Object lock = new Object();

  // Guarded by lock.
  private @Nullable Job job;
  private int tasks;
  private int generation;
  private int running;
  private boolean closed;
  private @Nullable Throwable failure;

  /** Starts all but the caller's. */
  public Workers(int count) {
    workers = new Worker[count];
    for (int i = 0; i < count; i++) {
      workers[i] = new Worker(i);
    }
    threads = new Thread[count - 1];
    for (int i = 0; i < threads.length; i++) {
      Worker worker = workers[i + 1];
      threads[i] =
          Thread.ofPlatform().daemon().name("cochlea-cpu-" + (i + 1)).start(() -> serve(worker));
    }
  }

  int count() {
    return workers.length;
  }

  Worker worker(int index) {
    return workers[index];
  }

  /** Whether every thread may read the samples. */
  public boolean canRead(Waveform in) {
    for (int b = 0; b < in.batch() && threads.length > 0; b++) {
      if (!in.segment(b).isAccessibleBy(threads[0])) {
        return false;
      }
    }
    return true;
  }

  /** Runs all tasks and returns when they are done; the first exception of any is thrown here. */
  public void run(Job work, int count) {
    if (threads.length == 0 || count <= 1) {
      for (int task = 0; task < count; task++) {
        work.run(task, workers[0]);
      }
      return;
    }
    synchronized (lock) {
      job = work;
      tasks = count;
      next.set(0);
      failure = null;
      running = threads.length;
      generation++;
      lock.notifyAll();
    }
    drain(work, count, workers[0]);
    synchronized (lock) {
      awaitThreads();
      job = null;
      if (failure != null) {
        throw rethrown(failure);
      }
    }
  }

  /** Waits even when interrupted: the job's memory is in use until all threads are done. */
  private void awaitThreads() {
    boolean interrupted = false;
    while (running > 0) {
      try {
        lock.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static RuntimeException rethrown(Throwable failure) {
    if (failure instanceof Error e) {
      throw e;
    }
    return failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
  }

  private void serve(Worker worker) {
    int seen = 0;
    while (true) {
      Job work;
      int count;
      synchronized (lock) {
        while (generation == seen && !closed) {
          try {
            lock.wait();
          } catch (InterruptedException e) {
            return;
          }
        }
        if (closed) {
          return;
        }
        seen = generation;
        work = job;
        count = tasks;
      }
      if (work != null) {
        drain(work, count, worker);
      }
      synchronized (lock) {
        running--;
        lock.notifyAll();
      }
    }
  }

  private void drain(Job work, int count, Worker worker) {
    try {
      for (int task = next.getAndIncrement(); task < count; task = next.getAndIncrement()) {
        work.run(task, worker);
      }
    } catch (Throwable e) {
      synchronized (lock) {
        if (failure == null) {
          failure = e;
        }
      }
      next.set(count);
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
  }
}
