package org.cochlea.cli.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RendererTest {
  private static final int ABSENT = 0xd9d9d9;

  @Test
  void cellsAreDrawnInTheirColoursFromLeftToRightAndBottomToTop() {
    float[] values = {0, 1, Float.NaN, Float.NEGATIVE_INFINITY, 1, 0, 1, 0};
    BufferedImage image = render(new Grid(2, 4, values), ColorMap.VIRIDIS);
    int low = ColorMap.VIRIDIS.rgb(0);
    int high = ColorMap.VIRIDIS.rgb(1);
    // A quarter of the height up, and three quarters, of where the cells are.
    assertEquals(List.of(low, high, ABSENT, low), cells(image, 0.3));
    assertEquals(List.of(high, low, high, low), cells(image, 0.7));
  }

  @Test
  void aSingleLoudFrameOfAMillionIsSeen() {
    float[] values = new float[1_000_000];
    values[654_321] = 1;
    BufferedImage image = render(new Grid(1, values.length, values), ColorMap.VIRIDIS);
    assertTrue(cells(image, 0.5).contains(ColorMap.VIRIDIS.rgb(1)));
  }

  @Test
  void ofValuesOfBothSignsTheFarthestFromZeroIsSeen() {
    float[] values = new float[100_000];
    values[40_000] = 0.5f;
    values[40_001] = -1;
    Grid grid = new Grid(1, values.length, values);
    assertEquals(-1, grid.pool(0, 1, 39_990, 40_010, true));
    assertEquals(0.5f, grid.pool(0, 1, 39_990, 40_010, false));
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -3.5f, 1e30f, Float.NaN, Float.POSITIVE_INFINITY})
  void constantDataIsDrawn(float value) {
    float[] values = new float[12];
    Arrays.fill(values, value);
    for (ColorMap map : ColorMap.values()) {
      BufferedImage image = render(new Grid(3, 4, values), map);
      assertEquals(1, cells(image, 0.5).size(), map.toString());
    }
  }

  @Test
  void oneFrameIsDrawn() {
    BufferedImage image = render(new Grid(3, 1, new float[] {0, 0.5f, 1}), ColorMap.VIRIDIS);
    assertEquals(List.of(ColorMap.VIRIDIS.rgb(0.5)), cells(image, 0.5));
  }

  @Test
  void wavesHaveALanePerChannelAndBreakWhereSamplesAreMissing() {
    float[] left = new float[300_000];
    Arrays.fill(left, 100_000, 200_000, Float.NaN);
    for (int i = 0; i < left.length; i++) {
      left[i] += (float) Math.sin(i * 0.01);
    }
    float[] right = new float[left.length];
    Axis x = new Axis("Time (s)", new Limits(0, 3), new Scale.Seconds());
    Axis y = new Axis("Amplitude", new Limits(-1.1, 1.1), new Scale.Linear());
    BufferedImage image =
        new Renderer(800, 400)
            .render(new Picture.Waves("", x, y, List.of(Envelope.of(left), Envelope.of(right))));
    // Half-way up the upper half of the upper lane.
    int row = 70;
    assertTrue(blue(image.getRGB(180, row)), "wave in the first third");
    assertFalse(blue(image.getRGB(420, row)), "nothing in the second");
    assertTrue(blue(image.getRGB(700, row)), "wave in the last third");
    assertFalse(blue(image.getRGB(180, row + 180)), "the other channel is silent");
  }

  @Test
  void curvesAreDrawnEvenWithOnePointOrGaps() {
    for (float[] values :
        List.of(
            new float[] {1},
            new float[] {Float.NaN},
            new float[] {1, Float.NaN, 2, 3, Float.NaN},
            new float[50_000])) {
      Grid grid = new Grid(1, values.length, values);
      Picture curve = FeaturePicture.of("curve", grid, 0, null);
      BufferedImage image = new Renderer(300, 200).render(curve);
      assertEquals(Picture.Curve.class, curve.getClass());
      assertEquals(0xffffff, image.getRGB(2, 2) & 0xffffff);
    }
  }

  @Test
  void everySizeHasRoomForTheAxes() {
    Grid grid = new Grid(2, 2, new float[] {0, 1, 2, 3});
    String title = "a very long title ".repeat(20);
    for (int[] size : new int[][] {{160, 160}, {160, 2000}, {2000, 160}, {3000, 2000}}) {
      BufferedImage image =
          new Renderer(size[0], size[1]).render(FeaturePicture.of(title, grid, 100, null));
      assertEquals(size[0], image.getWidth());
      assertEquals(size[1], image.getHeight());
    }
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Renderer(159, 500));
    assertEquals("width must be in [160, 16384], was 159", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Renderer(1000, 16_385));
    assertThrows(IllegalArgumentException.class, () -> new Grid(1, 0, new float[0]));
    assertThrows(IllegalArgumentException.class, () -> new Grid(2, 2, new float[3]));
  }

  private static BufferedImage render(Grid grid, ColorMap map) {
    DoubleUnaryOperator same = value -> value;
    return new Renderer(400, 300)
        .render(
            new Picture.Heatmap(
                "title",
                new Axis("x", new Limits(-0.5, grid.columns() - 0.5), new Scale.Count()),
                new Axis("y", new Limits(-0.5, grid.rows() - 0.5), new Scale.Count()),
                grid,
                same,
                same,
                map,
                new Limits(0, 1),
                new Scale.Linear()));
  }

  /** The colours in a row of the picture, from frame to frame, repetitions left out. */
  private static List<Integer> cells(BufferedImage image, double up) {
    // The margins above and below the cells, in ems of 0.7 times 13 pixels: 2.6 and 3.6.
    int top = 24;
    int bottom = image.getHeight() - 33;
    int y = (int) (bottom - up * (bottom - top));
    int ink = 0x262626;
    int x = 0;
    while ((image.getRGB(x, y) & 0xffffff) == 0xffffff || x < 20) {
      x++;
    }
    while (!isInk(image, x, y)) {
      x++;
    }
    x++;
    List<Integer> colors = new ArrayList<>();
    while ((image.getRGB(x, y) & 0xffffff) != ink) {
      int rgb = image.getRGB(x++, y) & 0xffffff;
      if (colors.isEmpty() || colors.getLast() != rgb) {
        colors.add(rgb);
      }
    }
    return colors;
  }

  /** Whether a pixel is on the left side of the frame: dark above and below too. */
  private static boolean isInk(BufferedImage image, int x, int y) {
    for (int dy = -15; dy <= 15; dy++) {
      if ((image.getRGB(x, y + dy) & 0xffffff) != 0x262626) {
        return false;
      }
    }
    return true;
  }

  private static boolean blue(int rgb) {
    return (rgb & 0xff) > (rgb >> 16 & 0xff) + 40;
  }
}
