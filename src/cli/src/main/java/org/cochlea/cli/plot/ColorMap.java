package org.cochlea.cli.plot;

import java.util.HexFormat;
import java.util.Locale;

/**
 * Colours of values in [0, 1], by matplotlib's names.
 *
 * <p>Each map is matplotlib's at 33 equidistant points with straight lines between them, within 2
 * of 255 of the full table. Magma and viridis are by Nathaniel Smith and Stéfan van der Walt, under
 * CC0; coolwarm is by Kenneth Moreland, "Diverging Color Maps for Scientific Visualization", 2009.
 */
public enum ColorMap {
  /** Black over purple to light yellow, equally stepped to the eye: librosa's choice for sound. */
  MAGMA(
      "0000040303110a0822130d331d114628115a36106a430f7650127c5d177f691c817621818226818f2a819c2e7fa9"
          + "327db63779c33b75cf4170db486ae65163ee5c5ef5695cf9785dfb8761fd9668fea571feb47bfec387fed1"
          + "94fde0a2fceeb0fcfdbf"),
  /** Purple over green to yellow, equally stepped to the eye. */
  VIRIDIS(
      "440154470d6048186a482374472d7b4536814240863f49893b528b375a8d33638d2f6a8e2c728e297a8e26818e23"
          + "898e21908c1f988b1f9f8821a68528ae8031b57b3ebc744cc26c5dc9636ece5882d34c96d83fabdc32c0df"
          + "24d5e21aeae51afde725"),
  /** White to black, for print. */
  GRAY_R("ffffff000000"),
  /** Blue over grey to red, for values of both signs. */
  COOLWARM(
      "3b4cc0445acc4d68d75775e16282ea6c8ef1779af782a5fb8db0fe98b9ffa3c2feaec9fcb8d0f9c2d5f4ccd9eed5"
          + "dbe6dddddde5d8d1ecd3c5f1ccb9f4c4adf7bba0f7b194f7a687f49a7bf18d6fec7f63e57058de604dd550"
          + "42cb3e38c0282fb40426");

  private final String points;

  ColorMap(String points) {
    this.points = points;
  }

  /**
   * Returns the colour of a value as 0xRRGGBB; values beyond [0, 1] take that of the nearer end.
   */
  public int rgb(double value) {
    int last = points.length() / 6 - 1;
    double at = Math.clamp(value, 0, 1) * last;
    int from = Math.min((int) at, last - 1);
    int low = HexFormat.fromHexDigits(points, 6 * from, 6 * from + 6);
    int high = HexFormat.fromHexDigits(points, 6 * from + 6, 6 * from + 12);
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = low >> shift & 0xff;
      int b = high >> shift & 0xff;
      rgb |= (int) Math.round(a + (b - a) * (at - from)) << shift;
    }
    return rgb;
  }

  /** Returns matplotlib's name. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
