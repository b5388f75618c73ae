package org.cochlea.cli.plot;

import java.util.List;

/**
 * One side of a picture.
 *
 * @param label what is written beside it, such as "Hz"; may be empty
 * @param limits its ends
 * @param scale how values lie between them
 */
public record Axis(String label, Limits limits, Scale scale) {
  /** Returns where a value lies, 0 at the low end and 1 at the high. */
  double position(double value) {
    double low = scale.forward(limits.low());
    return (scale.forward(value) - low) / (scale.forward(limits.high()) - low);
  }

  /** Returns the value at a position. */
  double value(double position) {
    double low = scale.forward(limits.low());
    return scale.inverse(low + position * (scale.forward(limits.high()) - low));
  }

  List<Scale.Tick> ticks(int most) {
    return scale.ticks(limits, most);
  }
}
