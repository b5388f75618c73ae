package org.cochlea.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.cochlea.audio.AudioInfo;
import org.cochlea.audio.AudioReader;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.cli.SparkOptions;
import org.cochlea.cli.extract.ClusterExtraction;
import org.cochlea.cli.extract.ClusterJob;
import org.cochlea.cli.extract.Report;
import org.cochlea.core.preset.Preset;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.ArraySeq;

/**
 * {@code cochlea extract --spark}: clips in partitions, which are computed some at a time; what is
 * finished of them is noted in {@code OUT/_cochlea}, for a later run to go on.
 */
public final class CommandOnSpark implements ClusterExtraction {
  /** Clips of a partition, unless their number is given. */
  private static final int CLIPS = 1000;

  /** Partitions that each core gets between two notes. */
  private static final int ROUNDS = 4;

  static final StructType CLIP =
      new StructType()
          .add("part", DataTypes.StringType, false)
          .add("name", DataTypes.StringType, false)
          .add("path", DataTypes.StringType, false)
          .add("offset", DataTypes.DoubleType, false)
          .add("duration", DataTypes.DoubleType, false)
          .add("labels", DataTypes.createArrayType(DataTypes.StringType, false), false);

  /** What executors make the feature of: the words of the command line. */
  record Words(List<String> words) implements Recipe {
    @Override
    public Preset preset(int sampleRate) {
      return Parsed.of(words).apply(sampleRate);
    }

    /** The words of the last command line, parsed once. */
    private static final class Parsed {
      private static @Nullable List<String> known;
      private static @Nullable IntFunction<Preset> presets;

      static synchronized IntFunction<Preset> of(List<String> words) {
        IntFunction<Preset> found = presets;
        if (found == null || !words.equals(known)) {
          found = SparkOptions.presets(words);
          presets = found;
          known = words;
        }
        return found;
      }
    }
  }

  /**
   * Some clips that are finished together.
   *
   * @param name of it, and of its file
   * @param clips in it
   * @param digest of the clips and of what is computed of them
   * @param split whether its clips are split into pieces
   */
  private record Part(String name, List<ClusterJob.Item> clips, String digest, boolean split) {}

  @Override
  public Report run(ClusterJob job) throws IOException {
    long start = System.nanoTime();
    if (Files.exists(job.out()) && !Files.isDirectory(job.out())) {
      throw new FileSystemException(job.out().toString(), null, "is not a folder");
    }
    Path notes = job.out().resolve("_cochlea");
    Files.createDirectories(notes);
    boolean there = SparkSession.getDefaultSession().isDefined();
    SparkSession spark = session(job);
    try {
      int cores = spark.sparkContext().defaultParallelism();
      Recipe recipe = new Words(List.copyOf(job.words()));
      List<Part> all = parts(job, recipe, cores);
      ExtractMetrics metrics = ExtractMetrics.register(spark);
      Map<String, Note> finished = new HashMap<>();
      List<Part> due = new ArrayList<>();
      for (Part part : all) {
        Note note = job.resume() ? Note.read(notes, part.name()) : null;
        if (note != null && note.digest().equals(part.digest())) {
          finished.put(part.name(), note);
        } else {
          Note.delete(notes, part.name());
          due.add(part);
        }
      }
      Set<String> earlier = Set.copyOf(finished.keySet());
      for (boolean split : List.of(false, true)) {
        List<Part> left = due.stream().filter(part -> part.split() == split).toList();
        for (int i = 0; i < left.size(); i += ROUNDS * cores) {
          List<Part> some = left.subList(i, Math.min(left.size(), i + ROUNDS * cores));
          for (Note note : compute(spark, job, recipe, metrics, some, ROUNDS * cores)) {
            note.write(notes);
            finished.put(note.part(), note);
          }
        }
      }
      return report(job, all, finished, earlier, (System.nanoTime() - start) / 1e9);
    } finally {
      if (!there) {
        spark.stop();
      }
    }
  }

  private static SparkSession session(ClusterJob job) {
    SparkSession.Builder builder = SparkSession.builder().appName("cochlea extract");
    if (System.getProperty("spark.master") == null && !job.master().isEmpty()) {
      builder = builder.master(job.master());
    }
    return builder
        // Every task writes one folder or few: they need not be sorted, which takes copies.
        .config("spark.sql.maxConcurrentOutputFileWriters", "64")
        .config("spark.sql.sources.partitionOverwriteMode", "dynamic")
        .getOrCreate();
  }

  // ---- parts ---------------------------------------------------------------------------------

  private static List<Part> parts(ClusterJob job, Recipe recipe, int cores) {
    int size = job.clips().size();
    int count =
        job.partitions() > 0
            ? job.partitions()
            : Math.max(Math.ceilDiv(size, CLIPS), Math.min(size, 2 * cores));
    Map<String, List<ClusterJob.Item>> shortOnes = new LinkedHashMap<>();
    Map<String, List<ClusterJob.Item>> longOnes = new LinkedHashMap<>();
    // Headers are read side by side: of a million files that takes a while.
    Set<String> longNames =
        new HashSet<>(
            job.clips().parallelStream()
                .filter(clip -> isSplit(job, recipe, clip))
                .map(ClusterJob.Item::name)
                .toList());
    for (ClusterJob.Item clip : job.clips()) {
      CRC32 hash = new CRC32();
      hash.update(clip.name().getBytes(StandardCharsets.UTF_8));
      if (longNames.contains(clip.name())) {
        longOnes
            .computeIfAbsent("long-%08x".formatted(hash.getValue()), _ -> new ArrayList<>())
            .add(clip);
      } else {
        shortOnes
            .computeIfAbsent("part-%05d".formatted(hash.getValue() % count), _ -> new ArrayList<>())
            .add(clip);
      }
    }
    List<Part> parts = new ArrayList<>();
    shortOnes.forEach((name, clips) -> parts.add(part(job, name, clips, false)));
    longOnes.forEach((name, clips) -> parts.add(part(job, name, clips, true)));
    return parts;
  }

  private static Part part(
      ClusterJob job, String name, List<ClusterJob.Item> clips, boolean split) {
    String fingerprint = job.fingerprint().apply(job.engine());
    CRC32 digest = new CRC32();
    digest.update(
        "%s %s %s"
            .formatted(fingerprint, job.format(), split ? job.longSeconds() : 0)
            .getBytes(StandardCharsets.UTF_8));
    clips.parallelStream()
        .map(clip -> clip + " " + origin(fingerprint, clip))
        .toList()
        .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
    return new Part(name, clips, "%08x".formatted(digest.getValue()), split);
  }

  private static FeatureIndex.Origin origin(String fingerprint, ClusterJob.Item clip) {
    long bytes = 0;
    long modified = 0;
    try {
      bytes = Files.size(clip.file());
      modified = Files.getLastModifiedTime(clip.file()).toMillis();
    } catch (IOException e) {
      // Whoever computes it will say that it is not there.
    }
    return new FeatureIndex.Origin(clip.offset(), clip.duration(), bytes, modified, fingerprint);
  }

  private static boolean isSplit(ClusterJob job, Recipe recipe, ClusterJob.Item clip) {
    try {
      if (Files.size(clip.file()) < job.longSeconds() * Clips.LEAST_BYTES_PER_SECOND) {
        return false;
      }
      try (AudioReader reader = AudioReader.open(clip.file())) {
        AudioInfo info = reader.info();
        OptionalDouble duration = info.duration();
        return duration.isPresent()
            && Math.min(duration.getAsDouble() - clip.offset(), clip.duration()) > job.longSeconds()
            && PieceFrontEnd.way(recipe.preset(info.sampleRate())) != PieceFrontEnd.Way.WHOLE;
      }
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  // ---- computing -----------------------------------------------------------------------------

  private static List<Note> compute(
      SparkSession spark,
      ClusterJob job,
      Recipe recipe,
      ExtractMetrics metrics,
      List<Part> parts,
      int tasks) {
    boolean split = parts.getFirst().split();
    // A task for every part.
    List<List<Row>> rows = new ArrayList<>();
    for (Part part : parts) {
      List<Row> clips = new ArrayList<>();
      for (ClusterJob.Item clip : part.clips()) {
        clips.add(
            RowFactory.create(
                part.name(),
                clip.name(),
                clip.file().toAbsolutePath().normalize().toString(),
                clip.offset(),
                clip.duration(),
                new ArraySeq.ofRef<>(clip.labels().toArray(new String[0]))));
      }
      rows.add(clips);
    }
    JavaRDD<Row> spread =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(rows, rows.size())
            .flatMap(List::iterator);
    ExtractOptions options =
        ExtractOptions.defaults()
            .withInput(new ClipInput.Paths("path", "offset", "duration"))
            .withEngine(job.engine())
            .withBatch(job.batch())
            .withLayout(
                job.framesFirst()
                    ? ExtractOptions.FeatureLayout.FRAMES_BINS
                    : ExtractOptions.FeatureLayout.BINS_FRAMES);
    if (split) {
      options = options.withPieces(Math.max(1, job.longSeconds()), tasks);
    }
    Dataset<Row> features =
        CochleaSpark.extract(spark.createDataFrame(spread, CLIP), recipe, options, metrics);
    List<Row> done =
        switch (job.format()) {
          case PARQUET -> parquet(spark, job, features, parts);
          case WEBDATASET ->
              collected(
                  split
                      ? features
                          .repartition(functions.col("part"))
                          .sortWithinPartitions("part", "name", "piece")
                      : features,
                  new Shards(job.out().toString()));
          case NPY ->
              collected(
                  split
                      // The last piece first: it tells how long the whole is.
                      ? features
                          .repartition(functions.col("name"))
                          .sortWithinPartitions(functions.col("name"), functions.desc("piece"))
                      : features,
                  new NpyFiles(
                      job.out().toString(), job.framesFirst(), CochleaSpark.isComplex(recipe)));
        };
    Map<String, Note> notes = new LinkedHashMap<>();
    Map<String, ClusterJob.Item> clips = new HashMap<>();
    for (Part part : parts) {
      notes.put(part.name(), Note.empty(part.name(), part.digest()));
      part.clips().forEach(clip -> clips.put(clip.name(), clip));
    }
    Set<String> failed = new HashSet<>();
    for (Row row : done) {
      Note note = notes.get(row.<String>getAs("part"));
      ClusterJob.Item clip = clips.get(row.<String>getAs("name"));
      if (note == null || clip == null) {
        throw new IllegalStateException("a clip that was not asked for: " + row);
      }
      String error = row.getAs("error");
      if (error == null) {
        // As without Spark, the digest names the engine that computed, and not "auto".
        note.add(
            clip,
            row,
            job.format() == ClusterJob.Format.NPY
                ? origin(job.fingerprint().apply(row.getAs("engine")), clip)
                : null);
      } else if (failed.add(clip.name())) {
        // Once, however many of its pieces failed.
        note.fail(new Report.Failure(clip.file(), error));
      }
    }
    return List.copyOf(notes.values());
  }

  /** What notes are made of. */
  static final StructType DONE =
      new StructType()
          .add("part", DataTypes.StringType)
          .add("name", DataTypes.StringType)
          .add("piece", DataTypes.IntegerType)
          .add("audio_rate", DataTypes.IntegerType)
          .add("seconds", DataTypes.DoubleType)
          .add("frames", DataTypes.IntegerType)
          .add("shape", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("checksum", DataTypes.StringType)
          .add("engine", DataTypes.StringType)
          .add("error", DataTypes.StringType);

  private static List<Row> collected(
      Dataset<Row> features, MapPartitionsFunction<Row, Row> writer) {
    return features.mapPartitions(writer, Encoders.row(DONE)).collectAsList();
  }

  private static List<Row> parquet(
      SparkSession spark, ClusterJob job, Dataset<Row> features, List<Part> parts) {
    features.write().mode(SaveMode.Overwrite).partitionBy("part").parquet(job.out().toString());
    String[] folders =
        parts.stream()
            .map(part -> job.out().resolve("part=" + part.name()))
            .filter(Files::isDirectory)
            .map(Path::toString)
            .toArray(String[]::new);
    return spark
        .read()
        .option("basePath", job.out().toString())
        .parquet(folders)
        .select("part", "name", "piece", "audio_rate", "seconds", "frames", "error")
        .collectAsList();
  }

  // ---- the end -------------------------------------------------------------------------------

  private static Report report(
      ClusterJob job, List<Part> all, Map<String, Note> finished, Set<String> earlier, double wall)
      throws IOException {
    List<Report.Failure> failures = new ArrayList<>();
    Map<String, FeatureIndex.Entry> entries = new HashMap<>();
    int written = 0;
    int skipped = 0;
    double seconds = 0;
    for (Part part : all) {
      Note note = finished.get(part.name());
      if (note == null) {
        continue;
      }
      failures.addAll(note.failures());
      int good = part.clips().size() - note.failures().size();
      if (earlier.contains(part.name())) {
        skipped += good;
      } else {
        written += good;
        seconds += note.seconds();
      }
      note.entries().forEach(entry -> entries.put(entry.file(), entry));
    }
    if (job.format() == ClusterJob.Format.NPY) {
      index(job, entries);
    }
    // In the order of the inputs, whatever part they were in.
    Map<Path, Integer> places = new HashMap<>();
    job.clips().forEach(clip -> places.putIfAbsent(clip.file(), places.size()));
    failures.sort(
        Comparator.comparingInt(failure -> places.getOrDefault(failure.file(), places.size())));
    failures.addAll(job.unreadable());
    return new Report(
        job.clips().size(), written, skipped, seconds, wall, failures, List.of(), false);
  }

  /** Writes the index: of these clips, and of others that an earlier run put here. */
  private static void index(ClusterJob job, Map<String, FeatureIndex.Entry> entries)
      throws IOException {
    Path file = job.out().resolve("index.jsonl");
    List<FeatureIndex.Entry> earlier =
        job.resume() && Files.isRegularFile(file) ? FeatureIndex.salvage(file) : List.of();
    Set<String> added = new HashSet<>();
    try (FeatureIndex index = FeatureIndex.create(file)) {
      for (ClusterJob.Item clip : job.clips()) {
        FeatureIndex.Entry entry = entries.get(clip.name() + ".npy");
        if (entry != null) {
          index.add(entry);
          added.add(entry.file());
        }
      }
      for (FeatureIndex.Entry entry : earlier) {
        if (!added.contains(entry.file()) && Files.isRegularFile(job.out().resolve(entry.file()))) {
          index.add(entry);
        }
      }
      index.finish();
    }
  }

  /** What is known of a finished part: a file of text beside the features. */
  private static final class Note {
    private final String part;
    private final String digest;
    private double seconds;
    private final List<Report.Failure> failures = new ArrayList<>();
    private final List<FeatureIndex.Entry> entries = new ArrayList<>();

    private Note(String part, String digest, double seconds) {
      this.part = part;
      this.digest = digest;
      this.seconds = seconds;
    }

    static Note empty(String part, String digest) {
      return new Note(part, digest, 0);
    }

    String part() {
      return part;
    }

    String digest() {
      return digest;
    }

    double seconds() {
      return seconds;
    }

    List<Report.Failure> failures() {
      return failures;
    }

    List<FeatureIndex.Entry> entries() {
      return entries;
    }

    void fail(Report.Failure failure) {
      failures.add(failure);
    }

    void add(ClusterJob.Item clip, Row row, FeatureIndex.@Nullable Origin origin) {
      double length = row.getAs("seconds");
      seconds += length;
      if (origin != null) {
        int rate = row.getAs("audio_rate");
        entries.add(
            new FeatureIndex.Entry(
                clip.file().toString(),
                clip.labels(),
                rate,
                Math.round(length * rate),
                clip.name() + ".npy",
                "",
                row.<Integer>getList(row.fieldIndex("shape")),
                row.getAs("frames"),
                row.getAs("checksum"),
                origin));
      }
    }

    private static Path file(Path folder, String part) {
      return folder.resolve(part + ".txt");
    }

    private static Path index(Path folder, String part) {
      return folder.resolve(part + ".jsonl");
    }

    static void delete(Path folder, String part) throws IOException {
      Files.deleteIfExists(file(folder, part));
      Files.deleteIfExists(index(folder, part));
    }

    void write(Path folder) throws IOException {
      if (!entries.isEmpty()) {
        try (FeatureIndex index = FeatureIndex.create(index(folder, part))) {
          for (FeatureIndex.Entry entry : entries) {
            index.add(entry);
          }
          index.finish();
        }
      }
      List<String> lines = new ArrayList<>(List.of(digest, String.valueOf(seconds)));
      for (Report.Failure failure : failures) {
        lines.add(failure.file() + "\t" + failure.reason());
      }
      // Under its name at once, and last: where it is, all of the part is.
      Path part = folder.resolve("." + part() + ".part");
      Files.write(part, lines);
      Files.move(
          part,
          file(folder, part()),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }

    static @Nullable Note read(Path folder, String part) {
      try {
        if (!Files.isRegularFile(file(folder, part))) {
          return null;
        }
        List<String> lines = Files.readAllLines(file(folder, part));
        Note note = new Note(part, lines.get(0), Double.parseDouble(lines.get(1)));
        for (String line : lines.subList(2, lines.size())) {
          int tab = line.indexOf('\t');
          note.fail(new Report.Failure(Path.of(line.substring(0, tab)), line.substring(tab + 1)));
        }
        if (Files.isRegularFile(index(folder, part))) {
          note.entries.addAll(FeatureIndex.read(index(folder, part)));
        }
        return note;
      } catch (IOException | RuntimeException e) {
        // Damaged: the part is computed anew.
        return null;
      }
    }
  }
}
