package org.cochlea.cli.plot;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Text as outlines, so that pictures look alike everywhere and need no installed fonts, which
 * servers seldom have. Only text with letters beyond the built-in ones asks Java's fonts.
 */
final class Lettering {
  private static final double EM = 2048;
  private static final Map<Integer, Glyph> GLYPHS = load();

  private Lettering() {}

  private record Glyph(int advance, Path2D outline) {}

  /** Text ready to fill: its origin is the left end of the base line, y grows downwards. */
  record Text(Shape outline, double width) {}

  /** Returns a text of a size in pixels per em. */
  static Text of(String text, double size) {
    if (text.codePoints().allMatch(GLYPHS::containsKey)) {
      return builtIn(text, size);
    }
    try {
      FontRenderContext context = new FontRenderContext(null, true, true);
      var glyphs =
          new Font(Font.SANS_SERIF, Font.PLAIN, 1)
              .deriveFont((float) size)
              .createGlyphVector(context, text);
      return new Text(glyphs.getOutline(), glyphs.getLogicalBounds().getWidth());
    } catch (RuntimeException | Error noFonts) {
      // Java without fonts or without libfontconfig throws various errors here.
      return builtIn(text, size);
    }
  }

  private static Text builtIn(String text, double size) {
    Path2D outline = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double x = 0;
    for (int codePoint : text.codePoints().toArray()) {
      int known = GLYPHS.containsKey(codePoint) ? codePoint : '?';
      Glyph glyph = Objects.requireNonNull(GLYPHS.get(known));
      AffineTransform place = AffineTransform.getTranslateInstance(x, 0);
      place.scale(size / EM, -size / EM);
      outline.append(glyph.outline.getPathIterator(place), false);
      x += glyph.advance * size / EM;
    }
    return new Text(outline, x);
  }

  private static Map<Integer, Glyph> load() {
    Map<Integer, Glyph> glyphs = new HashMap<>();
    try (InputStream in =
            Objects.requireNonNull(Lettering.class.getResourceAsStream("glyphs.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] tokens = line.split(" ");
          glyphs.put(Integer.parseInt(tokens[0], 16), glyph(tokens));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return glyphs;
  }

  private static Glyph glyph(String[] tokens) {
    Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double x = 0;
    double y = 0;
    int at = 2;
    while (at < tokens.length) {
      String command = tokens[at++];
      List<Point2D> points = new ArrayList<>();
      while (at < tokens.length && !Character.isLetter(tokens[at].charAt(0))) {
        x += Integer.parseInt(tokens[at++]);
        y += Integer.parseInt(tokens[at++]);
        points.add(new Point2D.Double(x, y));
      }
      switch (command) {
        case "m" -> path.moveTo(x, y);
        case "l" -> path.lineTo(x, y);
        case "q" -> curve(path, points);
        default -> path.closePath();
      }
    }
    return new Glyph(Integer.parseInt(tokens[1]), path);
  }

  /** Adds curves: all points but the last are control points, with an end midway between two. */
  private static void curve(Path2D path, List<Point2D> points) {
    int last = points.size() - 1;
    for (int i = 0; i < last; i++) {
      Point2D control = points.get(i);
      Point2D next = points.get(i + 1);
      boolean end = i == last - 1;
      path.quadTo(
          control.getX(),
          control.getY(),
          end ? next.getX() : (control.getX() + next.getX()) / 2,
          end ? next.getY() : (control.getY() + next.getY()) / 2);
    }
  }
}
