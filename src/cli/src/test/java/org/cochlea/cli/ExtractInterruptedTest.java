package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.Npy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code cochlea extract} as a process that is told to end in the middle. */
class ExtractInterruptedTest {
  private static final int CLIPS = 200;
  private static final long MOST_MINUTES = 5;

  @TempDir Path folder;

  @BeforeEach
  void makeClips() throws IOException {
    Files.createDirectories(in());
    float[] tone = new float[16_000];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (float) (0.3 * Math.sin(0.05 * i * (1 + i * 1e-5)));
    }
    for (int i = 0; i < CLIPS; i++) {
      AudioWriter.write(
          in().resolve("clip %d.wav".formatted(i)), AudioFormat.WAV_16, new float[][] {tone}, 8000);
    }
  }

  private Path in() {
    return folder.resolve("in");
  }

  private Path log() {
    return folder.resolve("log");
  }

  private Process start(Path out, Object... more) throws IOException {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of("org.cochlea.cli.Main", "extract", in().toString()));
    words.addAll(List.of("--out", out.toString(), "--feature", "log-mel", "--batch", "4"));
    // Slow enough to be caught in the middle, on any machine.
    words.addAll(List.of("--engine", "reference", "--threads", "1"));
    for (Object one : more) {
      words.add(one.toString());
    }
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(log().toFile())
        .start();
  }

  private int end(Process process) throws IOException, InterruptedException {
    boolean ended = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
    if (!ended) {
      process.destroyForcibly();
    }
    assertTrue(ended, "the process did not end: " + Files.readString(log()));
    return process.exitValue();
  }

  /** Waits until an index has some lines, and sends a signal. */
  private static void interrupt(Process process, Path index, String signal)
      throws IOException, InterruptedException {
    while (process.isAlive() && (!Files.exists(index) || Files.readAllLines(index).size() < 20)) {
      Thread.sleep(5);
    }
    int code =
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    assertEquals(0, code, "kill");
  }

  /** All files of a folder, with what is in them. */
  private static Map<String, byte[]> contents(Path folder) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return all;
  }

  private static void assertSame(Path expected, Path actual) throws IOException {
    Map<String, byte[]> a = contents(expected);
    Map<String, byte[]> b = contents(actual);
    assertEquals(a.keySet(), b.keySet());
    a.forEach((name, bytes) -> assertArrayEquals(bytes, b.get(name), name));
  }

  private static void assumeSignals(String signal) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/kill")), "there is no kill here");
    Path status = Path.of("/proc/self/status");
    if (signal.equals("INT") && Files.exists(status)) {
      // What a shell starts with & ignores SIGINT, and so do its children.
      long ignored =
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
              .sum();
      assumeTrue((ignored & 2) == 0, "this process was started with SIGINT ignored");
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void whatIsFinishedStaysAndTheRestFollows(String signal, int code)
      throws IOException, InterruptedException {
    assumeSignals(signal);
    Path out = folder.resolve("out");
    Process process = start(out);
    interrupt(process, out.resolve("index.jsonl"), signal);
    assertEquals(code, end(process), Files.readString(log()));
    String said = Files.readString(log());
    assertTrue(said.contains("--resume goes on"), said);

    List<FeatureIndex.Entry> index = FeatureIndex.read(out.resolve("index.jsonl"));
    assertTrue(index.size() >= 20 && index.size() < CLIPS, index.size() + " lines");
    Map<String, byte[]> left = contents(out);
    assertEquals(index.size() + 1, left.size(), left.keySet()::toString);
    for (FeatureIndex.Entry entry : index) {
      assertEquals(entry.checksum(), Npy.read(out.resolve(entry.file())).checksum());
    }

    assertEquals(0, end(start(out, "--resume")), Files.readString(log()));
    said = Files.readString(log());
    assertTrue(
        said.contains(
            "%d of %d written, %d there already"
                .formatted(CLIPS - index.size(), CLIPS, index.size())),
        said);
    Path whole = folder.resolve("whole");
    assertEquals(0, end(start(whole)), Files.readString(log()));
    assertSame(whole, out);
  }

  @ParameterizedTest
  @CsvSource({"npz, INT", "hdf5, TERM", "safetensors, KILL"})
  void oneFileForAllAppearsWhenAllAreDone(String format, String signal)
      throws IOException, InterruptedException {
    assumeSignals(signal);
    Path out = folder.resolve("out");
    String name = "features." + (format.equals("hdf5") ? "h5" : format);
    Path parts = out.resolve("." + name + ".parts");
    Process process = start(out, "--format", format);
    interrupt(process, parts.resolve("index.jsonl"), signal);
    assertTrue(end(process) >= 128, Files.readString(log()));
    assertFalse(Files.exists(out.resolve(name)));
    assertFalse(Files.exists(out.resolve("index.jsonl")));

    assertEquals(0, end(start(out, "--format", format, "--resume")), Files.readString(log()));
    String said = Files.readString(log());
    assertTrue(said.contains("there already"), said);
    Path whole = folder.resolve("whole");
    assertEquals(0, end(start(whole, "--format", format)), Files.readString(log()));
    assertEquals(List.of(name, "index.jsonl"), List.copyOf(contents(out).keySet()));
    assertSame(whole, out);
  }

  @Test
  void aFullDiskEndsTheRunInOneLine() throws IOException, InterruptedException {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", disk.toString())
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start()
            .waitFor();
    assumeTrue(mounted == 0, "a small disk cannot be made here");
    try {
      Path out = disk.resolve("out");
      assertEquals(1, end(start(out)), Files.readString(log()));
      String said = Files.readString(log());
      assertTrue(said.contains("No space left on device"), said);
      assertTrue(said.contains("--resume goes on"), said);
      for (FeatureIndex.Entry entry : FeatureIndex.salvage(out.resolve("index.jsonl"))) {
        assertEquals(entry.checksum(), Npy.read(out.resolve(entry.file())).checksum());
      }
    } finally {
      new ProcessBuilder("umount", disk.toString()).start().waitFor();
    }
  }
}
