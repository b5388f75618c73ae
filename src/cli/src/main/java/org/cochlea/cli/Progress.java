package org.cochlea.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * How far a long command is: a bar with rate and time left on a terminal, a plain line now and then
 * elsewhere. Safe for use from several threads.
 */
interface Progress extends AutoCloseable {

  /** Counts more as done. */
  void advance(long count);

  /** Says more about how it goes, in a few words, until this is called again. */
  void note(String text);

  /** Ends the bar. */
  @Override
  void close();

  /**
   * Starts.
   *
   * @param err where it is shown if there is no terminal
   * @param what is counted, in the plural: "clips"
   * @param total how many there will be
   */
  static Progress of(PrintWriter err, String what, long total) {
    return Terminal.present() ? new Bar(what, total) : new Lines(err, what, total);
  }

  /** A bar that is redrawn in place. */
  final class Bar implements Progress {
    private static final int INTERVAL_MILLIS = 100;

    private final ProgressBar bar;

    private Bar(String what, long total) {
      PrintStream terminal = System.err;
      bar =
          new ProgressBarBuilder()
              .setTaskName(what)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.UNICODE_BLOCK)
              .setUpdateIntervalMillis(INTERVAL_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(terminal, Terminal.columns()))
              .showSpeed()
              .build();
    }

    @Override
    public void advance(long count) {
      bar.stepBy(count);
    }

    @Override
    public void note(String text) {
      bar.setExtraMessage(text);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line every few seconds, none for what is done sooner. */
  final class Lines implements Progress {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final String what;
    private final long total;
    private final long start = System.nanoTime();
    private long done;
    private long last = start;
    private String note = "";

    Lines(PrintWriter err, String what, long total) {
      this.err = err;
      this.what = what;
      this.total = total;
    }

    @Override
    public synchronized void advance(long count) {
      done += count;
      long now = System.nanoTime();
      if (now - last < INTERVAL.toNanos() || done >= total) {
        return;
      }
      last = now;
      double rate = done / ((now - start) / 1e9);
      err.println(
          String.format(
              Locale.ROOT,
              "%d of %d %s, %.4g per second, %s left%s",
              done,
              total,
              what,
              rate,
              Text.duration((total - done) / rate),
              note.isEmpty() ? "" : ", " + note));
      err.flush();
    }

    @Override
    public synchronized void note(String text) {
      note = text;
    }

    @Override
    public void close() {}
  }
}
