package org.cochlea.cli.plot;

import java.util.function.DoubleUnaryOperator;
import org.cochlea.cli.plot.Picture.Curve;
import org.cochlea.cli.plot.Picture.Heatmap;
import org.jspecify.annotations.Nullable;

/** Pictures of features that were computed before. */
public final class FeaturePicture {
  private FeaturePicture() {}

  /**
   * Makes the picture of a matrix, or a line if it has one row.
   *
   * @param title what is written above it
   * @param values bins and frames
   * @param frameRate frames per second for a time axis; 0 to number the frames
   * @param colors the colour map; null for magma, or coolwarm where values have both signs
   */
  public static Picture of(String title, Grid values, double frameRate, @Nullable ColorMap colors) {
    Axis x;
    DoubleUnaryOperator column;
    DoubleUnaryOperator place;
    if (frameRate > 0) {
      double duration = values.columns() / frameRate;
      x = new Axis("Time (s)", new Limits(0, duration), new Scale.Seconds());
      column = seconds -> seconds * frameRate - 0.5;
      place = frame -> (frame + 0.5) / frameRate;
    } else {
      x = new Axis("Frame", new Limits(-0.5, values.columns() - 0.5), new Scale.Count());
      column = frame -> frame;
      place = frame -> frame;
    }
    Limits range = values.range();
    if (values.rows() == 1) {
      double room = 0.05 * (range.high() - range.low());
      Limits padded = new Limits(range.low() - room, range.high() + room);
      return new Curve(title, x, new Axis("Value", padded, new Scale.Linear()), values, place);
    }
    ColorMap map = colors != null ? colors : signed(range) ? ColorMap.COOLWARM : ColorMap.MAGMA;
    return new Heatmap(
        title,
        x,
        new Axis("Bin", new Limits(-0.5, values.rows() - 0.5), new Scale.Count()),
        values,
        column,
        bin -> bin,
        map,
        map == ColorMap.COOLWARM ? values.symmetricRange(0, 0.02) : range,
        new Scale.Linear());
  }

  /** Whether both signs matter: decibels that only just rise above zero are not signed. */
  private static boolean signed(Limits range) {
    return range.low() < 0
        && range.high() > 0
        && Math.min(-range.low(), range.high()) > 0.25 * Math.max(-range.low(), range.high());
  }
}
