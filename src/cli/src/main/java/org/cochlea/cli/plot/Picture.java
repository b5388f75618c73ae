package org.cochlea.cli.plot;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** What is drawn, with its axes. */
public sealed interface Picture {
  /** Returns what is written above it; may be empty. */
  String title();

  /** Returns the horizontal axis. */
  Axis x();

  /** Returns the vertical axis. */
  Axis y();

  /**
   * A matrix in colours, with a colour bar.
   *
   * @param title what is written above it
   * @param x the horizontal axis
   * @param y the vertical axis
   * @param values the matrix; rows go upwards
   * @param column the column at a value of the x axis; fractions lie between columns
   * @param row the row at a value of the y axis
   * @param colors the colours
   * @param limits the values at the ends of the colour map
   * @param bar how the colour bar is marked
   */
  record Heatmap(
      String title,
      Axis x,
      Axis y,
      Grid values,
      DoubleUnaryOperator column,
      DoubleUnaryOperator row,
      ColorMap colors,
      Limits limits,
      Scale bar)
      implements Picture {}

  /**
   * A waveform, one lane per channel: the extremes and, darker, the root mean square; the samples
   * themselves where they can be told apart.
   *
   * @param title what is written above it
   * @param x the horizontal axis, in seconds
   * @param y the axis of each lane
   * @param channels at least 1, all of one duration
   */
  record Waves(String title, Axis x, Axis y, List<Envelope> channels) implements Picture {
    /** Copies the list. */
    public Waves {
      channels = List.copyOf(channels);
    }
  }

  /**
   * A line over the x axis, filled below.
   *
   * @param title what is written above it
   * @param x the horizontal axis
   * @param y the vertical axis
   * @param values one row
   * @param place the value of the x axis of a column
   */
  record Curve(String title, Axis x, Axis y, Grid values, DoubleUnaryOperator place)
      implements Picture {}
}
