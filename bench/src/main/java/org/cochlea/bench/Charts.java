package org.cochlea.bench;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cochlea.bench.Comparison.Measurement;
import org.cochlea.bench.Comparison.Pair;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of results, as PNG. */
final class Charts {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 420;
  private static final int DPI = 144;

  private Charts() {}

  /** Draws the log-mel jobs: how often faster than real time every contender is, on one core. */
  static void comparison(Comparison run, Path file) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Log-mel on one core, %s".formatted(run.machine().cpu()))
            .yAxisTitle("seconds of audio per second")
            .build();
    List<String> jobs = run.workloads().stream().map(Workload::name).toList();
    Set<String> names = new LinkedHashSet<>();
    run.measurements().stream()
        .filter(m -> m.threads() == 1 && jobs.contains(m.workload()))
        .forEach(m -> names.add(m.contender()));
    for (String name : names) {
      List<Double> values = new ArrayList<>();
      List<Double> errors = new ArrayList<>();
      for (Workload job : run.workloads()) {
        Measurement found =
            run.measurements().stream()
                .filter(m -> m.threads() == 1 && m.contender().equals(name))
                .filter(m -> m.workload().equals(job.name()))
                .findFirst()
                .orElse(null);
        Spread nanos = found == null ? null : found.nanosPerFrame();
        values.add(found == null ? 0 : found.timesRealTime());
        errors.add(
            found == null || nanos == null
                ? 0
                : found.timesRealTime() * (nanos.high() - nanos.low()) / 2 / nanos.median());
      }
      chart.addSeries(name, jobs, values, errors);
    }
    style(chart.getStyler());
    write(chart, file);
  }

  /** Draws the features: how many times as fast as its fastest peer each is. */
  static void features(Comparison run, Path file) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Features on one core, each beside its fastest peer")
            .yAxisTitle("times as fast")
            .build();
    List<String> names = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    for (Pair pair : Report.closest(run)) {
      if (pair.stands()) {
        names.add(pair.workload().toLowerCase(Locale.ROOT).replace('_', ' '));
        ratios.add(pair.ratio().median());
      }
    }
    if (names.isEmpty()) {
      return;
    }
    chart.addSeries("Cochlea", names, ratios);
    style(chart.getStyler());
    chart.getStyler().setXAxisLabelRotation(60).setLegendVisible(false);
    write(chart, file);
  }

  /** Draws the roofline: operations per second that jobs reach, over operations per byte. */
  static void roofline(Roofline run, Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("One core, %s".formatted(run.machine().cpu()))
            .xAxisTitle("operations per byte from and to memory")
            .yAxisTitle("10\u2079 operations per second")
            .build();
    double ridge = run.gigaflops() / run.gigabytes();
    double least = 0.5;
    double most = 100;
    line(
        chart,
        "roof: copy %.1f GB/s, multiply-add %.0f GFLOP/s"
            .formatted(run.gigabytes(), run.gigaflops()),
        new double[] {least, ridge, most},
        new double[] {least * run.gigabytes(), run.gigaflops(), run.gigaflops()});
    for (Roofline.Transform transform : run.transforms()) {
      if (transform.size() == 400 || transform.size() == 2048) {
        line(
            chart,
            "transform of %d alone".formatted(transform.size()),
            new double[] {least, most},
            new double[] {transform.gigaflops(), transform.gigaflops()});
      }
    }
    for (Roofline.Cost job : run.jobs()) {
      XYSeries series =
          chart.addSeries(
              job.name(), new double[] {job.intensity()}, new double[] {job.gigaflops()});
      series.setLineColor(new Color(0, true));
    }
    style(chart.getStyler());
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    write(chart, file);
  }

  private static void line(XYChart chart, String name, double[] x, double[] y) {
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  private static void style(AxesChartStyler styler) {
    styler
        .setLegendPosition(LegendPosition.OutsideE)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setAntiAlias(true);
  }

  private static void write(Chart<?, ?> chart, Path file) throws IOException {
    BitmapEncoder.saveBitmapWithDPI(chart, file.toString(), BitmapFormat.PNG, DPI);
  }
}
