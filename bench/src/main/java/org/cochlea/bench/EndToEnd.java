package org.cochlea.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cochlea.bench.Comparison.Skipped;

/**
 * Whole commands in turns, start-up included: {@code cochlea extract} and scripts that do the same
 * in several Python processes.
 *
 * @param machine where
 * @param date when, UTC
 * @param command what was called
 * @param rounds of every pair
 * @param rows every corpus and peer
 * @param skipped who could not run, and why
 */
public record EndToEnd(
    Machine machine,
    String date,
    String command,
    int rounds,
    List<Row> rows,
    List<Skipped> skipped) {

  /**
   * A corpus and a peer.
   *
   * @param corpus what it is
   * @param audioSeconds of all files
   * @param peer its name
   * @param cochleaSeconds wall time
   * @param peerSeconds wall time
   * @param ratio of the pairs
   * @param agreement of all features, Cochlea's and the peer's
   */
  public record Row(
      String corpus,
      double audioSeconds,
      String peer,
      Spread cochleaSeconds,
      Spread peerSeconds,
      Spread ratio,
      Agreement agreement) {}

  /** Files of one length, 16 kHz, 16 bits. */
  private record Corpus(String name, int files, double seconds) {
    String title() {
      return "%,d files of %s s".formatted(files, seconds).replace(',', ' ');
    }
  }

  private static final List<Corpus> CORPORA =
      List.of(new Corpus("short", 3000, 0.5), new Corpus("long", 300, 30));

  private static final int RATE = 16_000;

  static EndToEnd measure(String command, Path root, String python, int rounds) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Skipped> skipped = new ArrayList<>();
    Path work = root.resolve("bench/target/data/extract").toAbsolutePath();
    Path outputs = work.resolve("outputs");
    delete(outputs);
    for (Corpus corpus : CORPORA) {
      Path audio = write(corpus, work.resolve(corpus.name()));
      for (String peer : List.of("librosa", "torch")) {
        List<String> own =
            List.of(
                root.resolve("bin/cochlea").toAbsolutePath().toString(),
                "extract",
                audio.toString(),
                "--feature=log-mel",
                "--sr=" + RATE,
                "--n-fft=512",
                "--hop-length=160",
                "--n-mels=80",
                "--top-db=none",
                "--out");
        List<String> other =
            List.of(
                python,
                root.resolve("bench/peers/extract.py").toAbsolutePath().toString(),
                "--library=" + peer,
                audio.toString());
        Path out = Files.createDirectories(outputs.resolve(corpus.name() + "-" + peer));
        double[] ownSeconds = new double[rounds];
        double[] otherSeconds = new double[rounds];
        double[] ratios = new double[rounds];
        try {
          for (int round = 0; round < rounds; round++) {
            System.err.printf(
                "%s: cochlea and %s, round %d of %d%n", corpus.name(), peer, round + 1, rounds);
            // Folders of their own, as users have: for half a minute ext4 looks through all
            // files that were deleted before it makes one in their place.
            ownSeconds[round] = seconds(own, out.resolve("own-" + round), work);
            otherSeconds[round] = seconds(other, out.resolve("other-" + round), work);
            ratios[round] = otherSeconds[round] / ownSeconds[round];
          }
        } catch (IOException e) {
          skipped.add(new Skipped(corpus.title(), peer, 0, String.valueOf(e.getMessage())));
          continue;
        }
        Agreement agreement = agreement(out.resolve("own-0"), out.resolve("other-0"));
        if (agreement.relativeL2() > 1e-4) {
          skipped.add(
              new Skipped(
                  corpus.title(), peer, 0, "refused, it computes something else: " + agreement));
          continue;
        }
        rows.add(
            new Row(
                corpus.title(),
                corpus.files() * corpus.seconds(),
                peer,
                Spread.of(ownSeconds),
                Spread.of(otherSeconds),
                Spread.of(ratios),
                agreement));
      }
    }
    delete(outputs);
    return new EndToEnd(Machine.here(null), Data.now(), command, rounds, rows, skipped);
  }

  private static double seconds(List<String> command, Path out, Path work) throws IOException {
    Path log = work.resolve("log.txt");
    List<String> all = new ArrayList<>(command);
    all.add(out.toString());
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (process.waitFor() != 0) {
        List<String> lines = Files.readAllLines(log);
        throw new IOException(lines.isEmpty() ? "it failed" : lines.getLast());
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The job's voice, cut in files; written once. */
  private static Path write(Corpus corpus, Path folder) throws IOException {
    if (Files.exists(folder.resolve("done"))) {
      return folder;
    }
    Files.createDirectories(folder);
    float[] voice = new Workload("voice", 16, 30, RATE, 512, 512, 160, 80).audio();
    int samples = (int) Math.round(corpus.seconds() * RATE);
    for (int file = 0; file < corpus.files(); file++) {
      ByteBuffer bytes = ByteBuffer.allocate(44 + 2 * samples).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII));
      bytes.putInt(36 + 2 * samples);
      bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII));
      bytes.putInt(16).putShort((short) 1).putShort((short) 1);
      bytes.putInt(RATE).putInt(2 * RATE).putShort((short) 2).putShort((short) 16);
      bytes.put("data".getBytes(StandardCharsets.US_ASCII));
      bytes.putInt(2 * samples);
      int from = (int) ((long) file * 7919 % (voice.length - samples));
      for (int i = 0; i < samples; i++) {
        bytes.putShort((short) Math.round(20_000 * voice[from + i]));
      }
      Path path = folder.resolve("%05d.wav".formatted(file));
      Files.write(path, bytes.array());
    }
    Files.createFile(folder.resolve("done"));
    return folder;
  }

  private static Agreement agreement(Path own, Path other) throws IOException {
    Map<String, Path> found = new LinkedHashMap<>();
    try (Stream<Path> all = Files.walk(own)) {
      all.filter(path -> path.toString().endsWith(".npy"))
          .sorted()
          .forEach(path -> found.put(path.getFileName().toString(), path));
    }
    double worst = 0;
    double difference = 0;
    for (Map.Entry<String, Path> entry : found.entrySet()) {
      Agreement one =
          Agreement.of(Npy.read(entry.getValue()), Npy.read(other.resolve(entry.getKey())));
      worst = Math.max(worst, one.relativeL2());
      difference = Math.max(difference, one.maxDifference());
    }
    return found.isEmpty()
        ? new Agreement(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)
        : new Agreement(worst, difference);
  }
}
