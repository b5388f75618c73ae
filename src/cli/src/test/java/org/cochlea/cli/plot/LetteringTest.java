package org.cochlea.cli.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;

class LetteringTest {
  @Test
  void lettersHaveTheirShape() {
    // DejaVu Sans: capitals are 1493 units high, an H is 1540 wide, of 2048 to the em.
    Lettering.Text h = Lettering.of("H", 20.48);
    Rectangle2D bounds = h.outline().getBounds2D();
    assertEquals(14.93, -bounds.getMinY(), 0.01);
    assertEquals(0, bounds.getMaxY(), 0.01);
    assertEquals(15.40, h.width(), 0.01);
    assertTrue(h.outline().contains(3, -7), "the left stem is filled");
    Lettering.Text o = Lettering.of("O", 20.48);
    assertTrue(!o.outline().contains(8, -7.5), "an O has a hole");
  }

  @Test
  void textGrowsLetterByLetter() {
    double sum = Lettering.of("d", 10).width() + Lettering.of("B", 10).width();
    assertEquals(sum, Lettering.of("dB", 10).width(), 1e-9);
    assertEquals(0, Lettering.of("", 10).width());
  }

  @Test
  void anyTextCanBeWritten() {
    for (String text : new String[] {"声.wav", "naïve", "\ud83c\udfb5", "\u0000"}) {
      assertTrue(Lettering.of(text, 10).width() >= 0, text);
    }
  }
}
