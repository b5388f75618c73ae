package org.cochlea.bench.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a benchmark got done, so that JMH also gives the time per frame and per second of audio. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Progress {
  /** Frames computed. */
  public double frames;

  /** Seconds of audio read. */
  public double audioSeconds;

  void add(int moreFrames, double moreSeconds) {
    frames += moreFrames;
    audioSeconds += moreSeconds;
  }
}
