package org.cochlea.train.data;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.cochlea.audio.dataset.Item;
import org.cochlea.core.Waveform;

/**
 * Reads batches ahead of the model: some threads decode and cut, a bounded number of batches waits.
 * Batches come in their order, and what is in them does not depend on the threads.
 */
public final class BatchLoader implements AutoCloseable {
  private final Source store;
  private final Windows windows;
  private final Loading loading;
  private final BadClip onBad;
  private final ExecutorService threads;
  private final Set<Item> reported = ConcurrentHashMap.newKeySet();

  /** Is told of clips that cannot be read. */
  public interface BadClip {
    /**
     * Takes note.
     *
     * @param item the clip
     * @param why in one line
     */
    void skipped(Item item, String why);
  }

  /** Starts the threads, which cut clips; {@link #close} ends them. */
  public BatchLoader(ClipStore store, Windows windows, Loading loading, BadClip onBad) {
    this((Source) store, windows, loading, onBad);
  }

  /** Starts the threads, which cut features; {@link #close} ends them. */
  public BatchLoader(FeatureStore store, Windows windows, Loading loading, BadClip onBad) {
    this((Source) store, windows, loading, onBad);
  }

  private BatchLoader(Source store, Windows windows, Loading loading, BadClip onBad) {
    this.store = store;
    this.windows = windows;
    this.loading = loading;
    this.onBad = onBad;
    this.threads =
        Executors.newFixedThreadPool(
            loading.threads(), Thread.ofPlatform().daemon().name("cochlea-loader-", 1).factory());
  }

  /** One window of every clip, where its seed puts it. */
  public Batches training(List<Item> items, List<List<Draw>> batches) {
    return new Batches(items, batches, true);
  }

  /** All windows of every clip, a number of clips at a time. */
  public Batches evaluation(List<Item> items, int clips) {
    List<List<Draw>> batches = new ArrayList<>();
    for (int from = 0; from < items.size(); from += clips) {
      List<Draw> draws = new ArrayList<>();
      for (int i = from; i < Math.min(from + clips, items.size()); i++) {
        draws.add(new Draw(i, 0));
      }
      batches.add(draws);
    }
    return new Batches(items, batches, false);
  }

  /** Batches in their order; close them, so that what was read ahead is dropped. */
  public final class Batches implements Iterator<Batch>, AutoCloseable {
    private final List<Item> items;
    private final Iterator<List<Draw>> plan;
    private final boolean training;
    private final Deque<Future<Batch>> ahead = new ArrayDeque<>();

    private Batches(List<Item> items, List<List<Draw>> plan, boolean training) {
      this.items = items;
      this.plan = plan.iterator();
      this.training = training;
    }

    @Override
    public boolean hasNext() {
      return plan.hasNext() || !ahead.isEmpty();
    }

    /**
     * Returns the next batch, waiting for it.
     *
     * @throws java.io.UncheckedIOException if a clip cannot be read and that ends training
     */
    @Override
    public Batch next() {
      while (plan.hasNext() && ahead.size() < loading.ahead()) {
        List<Draw> draws = plan.next();
        ahead.add(threads.submit(() -> load(items, draws, training)));
      }
      Future<Batch> first = ahead.poll();
      if (first == null) {
        throw new NoSuchElementException("no batch is left");
      }
      try {
        return first.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException io) {
          throw new java.io.UncheckedIOException(io);
        }
        if (e.getCause() instanceof RuntimeException unchecked) {
          throw unchecked;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a batch", e);
      }
    }

    @Override
    public void close() {
      ahead.forEach(future -> future.cancel(false));
      ahead.clear();
    }
  }

  private Batch load(List<Item> items, List<Draw> draws, boolean training) throws IOException {
    long start = System.nanoTime();
    List<Waveform> cut = new ArrayList<>();
    List<Integer> from = new ArrayList<>();
    List<Long> keys = new ArrayList<>();
    for (Draw draw : draws) {
      Item item = items.get(draw.item());
      Clip clip;
      try {
        clip = store.load(item);
      } catch (IOException e) {
        if (loading.bad() == BadClips.FAIL) {
          throw e;
        }
        if (reported.add(item)) {
          onBad.skipped(item, e.getMessage() == null ? e.toString() : e.getMessage());
        }
        continue;
      }
      int length = store.length(windows);
      int[] starts =
          training
              ? new int[] {Windows.start(clip.samples(), length, new SplittableRandom(draw.seed()))}
              : Windows.starts(clip.samples(), length, store.hop(windows));
      for (int at : starts) {
        float[][] window = new float[clip.channels()][];
        for (int c = 0; c < window.length; c++) {
          window[c] = windows.cut(clip.channel(c), at, length, clip.silence());
        }
        cut.add(Waveform.ofChannels(window, store.rate()));
        from.add(draw.item());
        keys.add(draw.seed());
      }
    }
    return new Batch(
        cut, from, keys, store instanceof FeatureStore, (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
