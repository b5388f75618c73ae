package org.cochlea.cli.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.cli.plot.Picture.Curve;
import org.cochlea.cli.plot.Picture.Heatmap;
import org.cochlea.cli.plot.Picture.Waves;
import org.cochlea.cli.plot.Scale.Tick;

/** Draws pictures of one size. Needs neither a display nor fonts. */
public final class Renderer {
  /** The least width and height, so that there is room for the axes. */
  public static final int MIN_SIZE = 160;

  /** The greatest width and height. */
  public static final int MAX_SIZE = 16_384;

  /** How far to both sides of a pixel its root mean square reaches. */
  private static final double RMS_PIXELS = 4;

  private static final Color INK = new Color(0x262626);
  private static final Color GRID = new Color(0xe4e4e4);
  private static final Color ABSENT = new Color(0xd9d9d9);
  private static final Color OUTER = new Color(0x8fb8de);
  private static final Color INNER = new Color(0x2b6ca3);

  private final int width;
  private final int height;

  /** Text size in pixels; everything else is in proportion to it. */
  private final double em;

  /**
   * Makes a renderer.
   *
   * @param width pixels, in [160, 16384]
   * @param height pixels, in [160, 16384]
   * @throws IllegalArgumentException if a size is out of range
   */
  public Renderer(int width, int height) {
    this.width = require("width", width);
    this.height = require("height", height);
    em = 13 * Math.clamp(Math.min(width / 1000.0, height / 500.0), 0.7, 6);
  }

  private static int require(String name, int value) {
    if (value < MIN_SIZE || value > MAX_SIZE) {
      throw new IllegalArgumentException(
          "%s must be in [%d, %d], was %d".formatted(name, MIN_SIZE, MAX_SIZE, value));
    }
    return value;
  }

  /** Draws a picture. */
  public BufferedImage render(Picture picture) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, width, height);
      switch (picture) {
        case Heatmap heatmap -> draw(g, image, heatmap);
        case Waves waves -> draw(g, waves);
        case Curve curve -> draw(g, curve);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  // The three kinds.

  private void draw(Graphics2D g, BufferedImage image, Heatmap map) {
    List<Tick> barTicks = map.bar().ticks(map.limits(), (int) (height / (2.6 * em)));
    double barLabels = widest(barTicks);
    int barWidth = px(1.1);
    int right = barWidth + px(1.2) + px(0.9) + (int) Math.ceil(barLabels) + px(0.6);
    Plot plot = plot(map, right);
    paint(image, plot, map);
    frame(g, plot);
    axes(g, plot, map.x(), map.y(), 1);
    colorBar(g, image, map, barTicks, plot.right() + px(1.2), plot, barWidth);
    title(g, plot, map.title());
  }

  private void draw(Graphics2D g, Waves waves) {
    int lanes = waves.channels().size();
    Plot plot = plot(waves, px(lanes > 1 ? 2 : 1.2));
    for (int c = 0; c < lanes; c++) {
      Plot lane = plot.lane(c, lanes);
      for (Tick tick : waves.y().ticks(rowTicks(lane))) {
        rule(g, lane, lane.yAt(waves.y().position(tick.value())));
      }
      wave(g, lane, waves.y(), waves.channels().get(c));
      frame(g, lane);
      if (lanes > 1) {
        Lettering.Text name =
            Lettering.of(lanes == 2 ? (c == 0 ? "L" : "R") : String.valueOf(c + 1), em);
        text(g, name, lane.right() + px(0.6), lane.top() + lane.height() / 2.0 + 0.36 * em);
      }
    }
    axes(g, plot, waves.x(), waves.y(), lanes);
    title(g, plot, waves.title());
  }

  private void draw(Graphics2D g, Curve curve) {
    Plot plot = plot(curve, px(1.2));
    for (Tick tick : curve.y().ticks(rowTicks(plot))) {
      rule(g, plot, plot.yAt(curve.y().position(tick.value())));
    }
    for (Tick tick : curve.x().ticks(columnTicks(plot, curve.x()))) {
      g.setColor(GRID);
      double x = plot.xAt(curve.x().position(tick.value()));
      g.fill(new Rectangle2D.Double(Math.floor(x), plot.top(), 1, plot.height()));
    }
    line(g, plot, curve);
    frame(g, plot);
    axes(g, plot, curve.x(), curve.y(), 1);
    title(g, plot, curve.title());
  }

  // What is inside the axes.

  private static void paint(BufferedImage image, Plot plot, Heatmap map) {
    Grid grid = map.values();
    int[] columns = bounds(plot.width(), map.x(), map.column(), grid.columns());
    int[] rows = bounds(plot.height(), map.y(), map.row(), grid.rows());
    boolean signed = map.colors() == ColorMap.COOLWARM;
    for (int py = 0; py < plot.height(); py++) {
      for (int px = 0; px < plot.width(); px++) {
        float value =
            grid.pool(rows[2 * py], rows[2 * py + 1], columns[2 * px], columns[2 * px + 1], signed);
        int rgb =
            Float.isNaN(value) ? ABSENT.getRGB() : map.colors().rgb(map.limits().position(value));
        image.setRGB(plot.left() + px, plot.bottom() - 1 - py, rgb);
      }
    }
  }

  /**
   * Returns for every pixel along an axis the cells it shows, as pairs (from, to): the nearest one,
   * or all whose middle it covers.
   */
  private static int[] bounds(int pixels, Axis axis, DoubleUnaryOperator cell, int cells) {
    int[] bounds = new int[2 * pixels];
    for (int p = 0; p < pixels; p++) {
      double low = cell.applyAsDouble(axis.value((double) p / pixels));
      double high = cell.applyAsDouble(axis.value((p + 1.0) / pixels));
      double middle = cell.applyAsDouble(axis.value((p + 0.5) / pixels));
      long from = high - low > 1 ? (long) Math.ceil(low - 0.5) : Math.round(middle);
      long to = high - low > 1 ? (long) Math.ceil(high - 0.5) : from + 1;
      bounds[2 * p] = Math.clamp(from, 0, cells - 1);
      bounds[2 * p + 1] = Math.clamp(to, bounds[2 * p] + 1, cells);
    }
    return bounds;
  }

  private void wave(Graphics2D g, Plot plot, Axis y, Envelope signal) {
    Shape clip = g.getClip();
    g.clip(new Rectangle2D.Double(plot.left(), plot.top(), plot.width(), plot.height()));
    if (signal.exact() && signal.samples() < 2L * plot.width()) {
      samples(g, plot, y, signal);
    } else {
      double least = Math.max(1, em / 13);
      for (int p = 0; p < plot.width(); p++) {
        Envelope.Span span = signal.span((double) p / plot.width(), (p + 1.0) / plot.width());
        if (!Double.isNaN(span.rms())) {
          bar(g, plot, p, y, span.low(), span.high(), least, OUTER);
          // A pixel may be shorter than a period: the mean is taken over some of them.
          double rms =
              signal
                  .span(
                      Math.max(0, (p - RMS_PIXELS) / plot.width()),
                      Math.min(1, (p + 1 + RMS_PIXELS) / plot.width()))
                  .rms();
          double top = Math.min(rms, span.high());
          double bottom = Math.max(-rms, span.low());
          if (top > bottom) {
            bar(g, plot, p, y, bottom, top, least, INNER);
          }
        }
      }
    }
    g.setClip(clip);
  }

  private static void bar(
      Graphics2D g, Plot plot, int p, Axis y, double low, double high, double least, Color color) {
    double top = plot.yAt(y.position(high));
    double bottom = plot.yAt(y.position(low));
    double extra = Math.max(0, least - (bottom - top)) / 2;
    g.setColor(color);
    g.fill(new Rectangle2D.Double(plot.left() + p, top - extra, 1, bottom - top + 2 * extra));
  }

  private void samples(Graphics2D g, Plot plot, Axis y, Envelope signal) {
    Path2D line = new Path2D.Double();
    boolean down = false;
    int n = (int) signal.samples();
    double dot = em / 5;
    g.setColor(INNER);
    for (int i = 0; i < n; i++) {
      float value = signal.sample(i);
      if (Float.isNaN(value)) {
        down = false;
        continue;
      }
      double px = plot.xAt((i + 0.5) / n);
      double py = plot.yAt(y.position(value));
      if (down) {
        line.lineTo(px, py);
      } else {
        line.moveTo(px, py);
        line.lineTo(px, py);
      }
      down = true;
      if (n * 6L < plot.width()) {
        g.fill(new Ellipse2D.Double(px - dot, py - dot, 2 * dot, 2 * dot));
      }
    }
    g.setStroke(stroke(1.3));
    g.draw(line);
  }

  private void line(Graphics2D g, Plot plot, Curve curve) {
    Grid values = curve.values();
    Path2D line = new Path2D.Double();
    Path2D area = new Path2D.Double();
    double floor = plot.bottom();
    double lastX = Double.NaN;
    int i = 0;
    int n = values.columns();
    while (i < n) {
      // Points that share a pixel become one, their highest.
      double x = plot.xAt(curve.x().position(curve.place().applyAsDouble(i)));
      float value = values.at(0, i++);
      while (i < n
          && plot.xAt(curve.x().position(curve.place().applyAsDouble(i))) < Math.floor(x) + 1) {
        float other = values.at(0, i++);
        value = Float.isNaN(value) || other > value ? other : value;
      }
      if (Float.isNaN(value)) {
        close(area, lastX, floor);
        lastX = Double.NaN;
        continue;
      }
      double y = plot.yAt(Math.clamp(curve.y().position(value), -1, 2));
      if (Double.isNaN(lastX)) {
        line.moveTo(x, y);
        line.lineTo(x, y);
        area.moveTo(x, floor);
      } else {
        line.lineTo(x, y);
      }
      area.lineTo(x, y);
      lastX = x;
    }
    close(area, lastX, floor);
    Shape clip = g.getClip();
    g.clip(new Rectangle2D.Double(plot.left(), plot.top(), plot.width(), plot.height()));
    g.setColor(new Color(OUTER.getRed(), OUTER.getGreen(), OUTER.getBlue(), 90));
    g.fill(area);
    g.setColor(INNER);
    g.setStroke(stroke(1.4));
    g.draw(line);
    g.setClip(clip);
  }

  private static void close(Path2D area, double lastX, double floor) {
    if (!Double.isNaN(lastX)) {
      area.lineTo(lastX, floor);
      area.closePath();
    }
  }

  // What is around them.

  /** The pixels inside the axes. */
  private record Plot(int left, int top, int width, int height) {
    int right() {
      return left + width;
    }

    int bottom() {
      return top + height;
    }

    double xAt(double position) {
      return left + position * width;
    }

    double yAt(double position) {
      return bottom() - position * height;
    }

    Plot lane(int index, int count) {
      int from = (int) ((long) height * index / count);
      int to = (int) ((long) height * (index + 1) / count);
      int gap = index + 1 < count ? Math.max(2, height / (30 * count)) : 0;
      return new Plot(left, top + from, width, to - from - gap);
    }
  }

  private Plot plot(Picture picture, int right) {
    int top = picture.title().isEmpty() ? px(1.0) : px(2.6);
    int bottom = px(2.0) + (picture.x().label().isEmpty() ? 0 : px(1.6));
    int h = height - top - bottom;
    // The labels' width decides the left margin; their number depends on the height alone.
    double labels = widest(picture.y().ticks(rowTicks(new Plot(0, 0, 1, h))));
    int left =
        px(0.9) + (int) Math.ceil(labels) + (picture.y().label().isEmpty() ? px(0.6) : px(2.0));
    return new Plot(left, top, Math.max(16, width - left - right), Math.max(16, h));
  }

  private int rowTicks(Plot plot) {
    return Math.max(2, (int) (plot.height() / (2.4 * em)));
  }

  private int columnTicks(Plot plot, Axis x) {
    double label = Math.max(2 * em, widest(x.ticks(8)));
    return Math.max(2, (int) (plot.width() / (label + 3 * em)));
  }

  private double widest(List<Tick> ticks) {
    return ticks.stream().mapToDouble(t -> Lettering.of(t.label(), em).width()).max().orElse(0);
  }

  private void axes(Graphics2D g, Plot plot, Axis x, Axis y, int lanes) {
    int mark = px(0.35);
    for (Tick tick : x.ticks(columnTicks(plot, x))) {
      double px = Math.min(Math.floor(plot.xAt(x.position(tick.value()))), plot.right() - 1);
      g.setColor(INK);
      g.fill(new Rectangle2D.Double(px, plot.bottom(), hair(), mark));
      Lettering.Text label = Lettering.of(tick.label(), em);
      double at = Math.clamp(px + 0.5 - label.width() / 2, 1, width - label.width() - 1);
      text(g, label, at, plot.bottom() + mark + px(1.05));
    }
    for (int lane = 0; lane < lanes; lane++) {
      Plot part = plot.lane(lane, lanes);
      for (Tick tick : y.ticks(rowTicks(part))) {
        double py = Math.min(Math.floor(part.yAt(y.position(tick.value()))), part.bottom() - 1);
        g.setColor(INK);
        g.fill(new Rectangle2D.Double(part.left() - mark, py, mark, hair()));
        Lettering.Text label = Lettering.of(tick.label(), em);
        text(g, label, part.left() - mark - px(0.35) - label.width(), py + 0.36 * em);
      }
    }
    Lettering.Text name = Lettering.of(x.label(), em);
    text(g, name, plot.left() + (plot.width() - name.width()) / 2, height - px(0.75));
    Lettering.Text side = Lettering.of(y.label(), em);
    AffineTransform saved = g.getTransform();
    g.translate(px(1.25), plot.top() + (plot.height() + side.width()) / 2);
    g.rotate(-Math.PI / 2);
    g.setColor(INK);
    g.fill(side.outline());
    g.setTransform(saved);
  }

  private void colorBar(
      Graphics2D g,
      BufferedImage image,
      Heatmap map,
      List<Tick> ticks,
      int left,
      Plot plot,
      int barWidth) {
    int h = plot.height();
    for (int py = 0; py < h; py++) {
      int rgb = map.colors().rgb((py + 0.5) / h);
      for (int px = 0; px < barWidth; px++) {
        image.setRGB(left + px, plot.bottom() - 1 - py, rgb);
      }
    }
    frame(g, new Plot(left, plot.top(), barWidth, h));
    if (map.values().highest() > map.limits().high()) {
      arrow(g, left, barWidth, plot.top() - hair(), -1, map.colors().rgb(1));
    }
    if (map.values().lowest() < map.limits().low()) {
      arrow(g, left, barWidth, plot.bottom() + hair(), 1, map.colors().rgb(0));
    }
    int mark = px(0.3);
    for (Tick tick : ticks) {
      double y = plot.yAt(map.limits().position(tick.value()));
      double py = Math.min(Math.floor(y), plot.bottom() - 1);
      g.setColor(INK);
      g.fill(new Rectangle2D.Double(left + barWidth, py, mark, hair()));
      text(g, Lettering.of(tick.label(), em), left + barWidth + mark + px(0.35), py + 0.36 * em);
    }
  }

  /** Says that there are values beyond this end of the colour bar. */
  private void arrow(Graphics2D g, int left, int barWidth, double y, int direction, int rgb) {
    Path2D arrow = new Path2D.Double();
    arrow.moveTo(left - hair() / 2, y);
    arrow.lineTo(left + barWidth + hair() / 2, y);
    arrow.lineTo(left + barWidth / 2.0, y + direction * 0.8 * barWidth);
    arrow.closePath();
    g.setColor(new Color(rgb));
    g.fill(arrow);
    g.setColor(INK);
    g.setStroke(new BasicStroke((float) hair()));
    g.draw(arrow);
  }

  private void title(Graphics2D g, Plot plot, String title) {
    Lettering.Text text = Lettering.of(title, 1.2 * em);
    double room = width - 2.0 * px(0.6);
    if (text.width() > room) {
      int[] letters = title.codePoints().toArray();
      int keep = Math.max(4, (int) (letters.length * room / text.width()) - 1);
      int head = keep / 2;
      // The end of a path says more than its middle.
      title =
          new String(letters, 0, head)
              + "…"
              + new String(letters, letters.length - (keep - head), keep - head);
      text = Lettering.of(title, 1.2 * em);
    }
    double centred = plot.left() + (plot.width() - text.width()) / 2;
    double at = Math.max(px(0.6), Math.min(centred, width - text.width() - px(0.6)));
    text(g, text, at, plot.top() - px(0.8));
  }

  private static void text(Graphics2D g, Lettering.Text text, double x, double y) {
    AffineTransform saved = g.getTransform();
    // Whole pixels keep the base line sharp.
    g.translate(Math.rint(x), Math.rint(y));
    g.setColor(INK);
    g.fill(text.outline());
    g.setTransform(saved);
  }

  private void frame(Graphics2D g, Plot plot) {
    g.setColor(INK);
    g.setStroke(new BasicStroke((float) hair()));
    double half = hair() / 2;
    g.draw(
        new Rectangle2D.Double(
            plot.left() - half,
            plot.top() - half,
            plot.width() + 2 * half,
            plot.height() + 2 * half));
  }

  private void rule(Graphics2D g, Plot plot, double y) {
    g.setColor(GRID);
    g.setStroke(new BasicStroke((float) hair()));
    double at = Math.floor(y) + 0.5;
    g.draw(new Line2D.Double(plot.left(), at, plot.right(), at));
  }

  private BasicStroke stroke(double pixels) {
    return new BasicStroke(
        (float) (pixels * Math.max(1, em / 13)), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  private double hair() {
    return Math.max(1, Math.round(em / 13));
  }

  private int px(double ems) {
    return (int) Math.round(ems * em);
  }
}
