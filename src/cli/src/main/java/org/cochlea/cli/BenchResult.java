package org.cochlea.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cochlea.audio.file.AtomicFile;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What was measured of one feature on one engine.
 *
 * @param feature its name
 * @param engine its name
 * @param batch clips at a time
 * @param samples of a clip
 * @param sampleRate Hz
 * @param threads that were asked for, 0 for all
 * @param frames that come of a clip
 * @param times seconds per batch, of every round in their order
 */
record BenchResult(
    String feature,
    String engine,
    int batch,
    int samples,
    int sampleRate,
    int threads,
    int frames,
    List<Double> times) {

  /** Returns the seconds of the median round. */
  double median() {
    List<Double> sorted = times.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  double fastest() {
    return times.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  double slowest() {
    return times.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** Returns seconds of audio per second, in the median round. */
  double timesRealTime() {
    return (double) batch * samples / sampleRate / median();
  }

  double nanosPerFrame() {
    return 1e9 * median() / ((double) batch * Math.max(1, frames));
  }

  /** Writes results as one JSON object, whole or not at all. */
  static void write(Path file, List<BenchResult> results) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeStringProperty("java", Runtime.version().toString());
      json.writeStringProperty("os", System.getProperty("os.name", ""));
      json.writeStringProperty("architecture", System.getProperty("os.arch", ""));
      json.writeNumberProperty("processors", Runtime.getRuntime().availableProcessors());
      json.writeArrayPropertyStart("results");
      for (BenchResult result : results) {
        result.write(json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    try (AtomicFile target = AtomicFile.create(file);
        OutputStream out = Channels.newOutputStream(target.channel())) {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
      target.commit();
    }
  }

  private void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("feature", feature);
    json.writeStringProperty("engine", engine);
    json.writeNumberProperty("batch", batch);
    json.writeNumberProperty("samples", samples);
    json.writeNumberProperty("sample_rate", sampleRate);
    json.writeNumberProperty("threads", threads);
    json.writeNumberProperty("frames", frames);
    json.writeNumberProperty("median_seconds", median());
    json.writeNumberProperty("times_real_time", timesRealTime());
    json.writeNumberProperty("ns_per_frame", nanosPerFrame());
    json.writeArrayPropertyStart("round_seconds");
    for (double seconds : times) {
      json.writeNumber(seconds);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
