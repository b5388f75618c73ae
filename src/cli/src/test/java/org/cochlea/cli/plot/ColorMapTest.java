package org.cochlea.cli.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColorMapTest {
  /** Entries 0, 50, 100, 128, 200 and 255 of matplotlib's tables of 256. */
  @ParameterizedTest
  @CsvSource({
    "MAGMA, 000004, 390f6e, 892881, b73779, fd9869, fcfdbf",
    "VIRIDIS, 440154, 414287, 2a768e, 21918c, 70cf57, fde725",
    "COOLWARM, 3b4cc0, 7a9df8, bed2f6, dddcdc, f08b6e, b40426"
  })
  void mapsAreMatplotlibs(
      ColorMap map, String c0, String c50, String c100, String c128, String c200, String c255) {
    assertClose(c0, map.rgb(0));
    assertClose(c50, map.rgb(50 / 255.0));
    assertClose(c100, map.rgb(100 / 255.0));
    assertClose(c128, map.rgb(128 / 255.0));
    assertClose(c200, map.rgb(200 / 255.0));
    assertClose(c255, map.rgb(1));
  }

  /** 2 of 255: what straight lines between 33 points lose, and rounding. */
  private static void assertClose(String expected, int rgb) {
    int hex = Integer.parseInt(expected, 16);
    for (int shift = 0; shift < 24; shift += 8) {
      assertEquals(hex >> shift & 0xff, rgb >> shift & 0xff, 2, expected);
    }
  }

  @Test
  void valuesBeyondTheEndsTakeTheirColours() {
    assertEquals(0xffffff, ColorMap.GRAY_R.rgb(-3));
    assertEquals(0x000000, ColorMap.GRAY_R.rgb(Double.POSITIVE_INFINITY));
  }

  @Test
  void namesAreMatplotlibs() {
    assertEquals("gray_r", ColorMap.GRAY_R.toString());
  }
}
