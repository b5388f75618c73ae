package org.cochlea.audio.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cochlea.audio.AudioReader;
import org.cochlea.audio.dataset.Manifests.Row;
import org.jspecify.annotations.Nullable;

/** How a dataset lies on disk. {@link #detect} tells which it is. */
public sealed interface DatasetLayout {

  /**
   * Reads the dataset.
   *
   * @param path its folder; for the manifests their file, or the folder with the only one
   * @throws DatasetException naming the file, the line and the column that are wrong, or the audio
   *     file that is missing
   */
  Dataset read(Path path) throws IOException;

  /** Returns what must be there for {@link #detect} to choose this layout. */
  String lookedFor();

  /** Returns whether it is there. */
  boolean matches(Path path) throws IOException;

  /**
   * Returns the first layout that fits.
   *
   * @throws DatasetException if there is none; the message names what was looked for
   */
  static DatasetLayout detect(Path path) throws IOException {
    List<DatasetLayout> layouts =
        List.of(
            new Esc50(Esc50.Subset.ALL),
            new UrbanSound8k(),
            new Fsd50k(),
            new FsdKaggle(),
            new SpeechCommands(SpeechCommands.Classes.WORDS),
            new SpeechCommandsTest(),
            new Instruments(),
            new SpokenDigits(),
            new JsonLines(),
            new Manifest(),
            new FolderPerClass());
    if (!Files.exists(path)) {
      throw new DatasetException(path, "no such file or folder");
    }
    for (DatasetLayout layout : layouts) {
      if (layout.matches(path)) {
        return layout;
      }
    }
    throw new DatasetException(
        path,
        "no dataset was found here; looked for "
            + String.join(", ", layouts.stream().map(DatasetLayout::lookedFor).toList()));
  }

  /**
   * {@code LABEL/CLIP.wav}, also below {@code train/}, {@code validation/} and {@code test/}. Names
   * that begin with a dot or an underscore are passed over.
   */
  record FolderPerClass() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "a folder per class with audio files";
    }

    @Override
    public boolean matches(Path path) throws IOException {
      return Files.isDirectory(path) && !read(path, path, null).isEmpty();
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = read(path, path, null);
      if (items.isEmpty()) {
        throw new DatasetException(path, "there is no folder with audio files in it");
      }
      return Dataset.of(path, items);
    }

    private static List<Item> read(Path root, Path folder, @Nullable Part part) throws IOException {
      List<Path> folders =
          Folders.list(folder).stream()
              .filter(entry -> Files.isDirectory(entry) && !Folders.name(entry).startsWith("_"))
              .toList();
      boolean parts =
          part == null
              && !folders.isEmpty()
              && folders.stream().allMatch(entry -> Part.forName(Folders.name(entry)).isPresent());
      List<Item> items = new ArrayList<>();
      for (Path entry : folders) {
        if (parts) {
          items.addAll(read(root, entry, Part.forName(Folders.name(entry)).orElseThrow()));
        } else {
          for (Path file : Folders.audio(entry)) {
            items.add(Item.of(file, Folders.name(entry)).withSplit(part));
          }
        }
      }
      return items;
    }
  }

  /**
   * A CSV or TSV whose first line names the columns, in any order and case.
   *
   * @param path the columns that may hold the file's name, relative to the manifest
   * @param label those of the label; a column named "labels" holds several, by commas or semicolons
   * @param group those of the speaker or uploader
   */
  record Manifest(List<String> path, List<String> label, List<String> group)
      implements DatasetLayout {

    public Manifest {
      path = lower(path);
      label = lower(label);
      group = lower(group);
    }

    /** Creates the layout with the usual columns' names. */
    public Manifest() {
      this(
          List.of(
              "path",
              "file",
              "filename",
              "fname",
              "slice_file_name",
              "audio_filepath",
              "filepath",
              "file_path",
              "files",
              "audio"),
          List.of("labels", "label", "class", "category", "target", "primary_label"),
          List.of("group", "speaker", "uploader", "speaker_id"));
    }

    private static List<String> lower(List<String> names) {
      return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    @Override
    public String lookedFor() {
      return "one .csv or .tsv";
    }

    @Override
    public boolean matches(Path path) throws IOException {
      return Folders.only(path, ".csv", ".tsv") != null;
    }

    @Override
    public Dataset read(Path path) throws IOException {
      Path file = Folders.only(path, ".csv", ".tsv");
      if (file == null) {
        throw new DatasetException(path, "there is not exactly one .csv or .tsv");
      }
      return rows(file, Manifests.csv(file));
    }

    Dataset rows(Path file, List<Row> rows) throws IOException {
      Path root = Folders.parent(file);
      List<Item> items = new ArrayList<>();
      for (Row row : rows) {
        String name = row.value(path);
        if (name == null) {
          throw new DatasetException(
              file, row.line(), "no column of " + path + " has the audio file's name");
        }
        List<String> labels = new ArrayList<>();
        for (String column : label) {
          List<String> values = row.cells().getOrDefault(column, List.of());
          boolean divide = column.equals("labels") && !Manifests.isJson(file);
          for (String value : values) {
            for (String one : divide ? value.split("[,;]") : new String[] {value}) {
              if (!one.isBlank()) {
                labels.add(one.strip());
              }
            }
          }
          if (!labels.isEmpty()) {
            break;
          }
        }
        String split = row.value(List.of("split"));
        String fold = row.value(List.of("fold"));
        String offset = row.value(List.of("offset"));
        String duration = row.value(List.of("duration"));
        items.add(
            new Item(
                Folders.audio(row, name, List.of(root)),
                labels,
                split == null ? null : row.part("split", split),
                fold == null ? null : row.integer("fold", fold),
                row.value(group),
                offset == null ? 0 : row.seconds("offset", offset, true),
                duration == null ? null : row.seconds("duration", duration, false),
                row.value(List.of("text", "transcript", "sentence"))));
      }
      return Dataset.of(root, items);
    }
  }

  /**
   * One JSON object per line, as NeMo writes it: {@code audio_filepath}, {@code duration}, {@code
   * text}, {@code offset}; and the columns of {@link Manifest}.
   */
  record JsonLines() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "one .jsonl";
    }

    @Override
    public boolean matches(Path path) throws IOException {
      return Files.isRegularFile(path)
          ? Manifests.isJson(path)
          : Folders.only(path, ".jsonl") != null;
    }

    @Override
    public Dataset read(Path path) throws IOException {
      Path file = Files.isDirectory(path) ? Folders.only(path, ".jsonl") : path;
      if (file == null) {
        throw new DatasetException(path, "there is not exactly one .jsonl");
      }
      return new Manifest().rows(file, Manifests.json(file));
    }
  }

  /**
   * ESC-50: {@code meta/esc50.csv}; the group is the recording that a clip was cut from.
   *
   * @param subset which clips
   */
  record Esc50(Subset subset) implements DatasetLayout {
    /** The clips of ESC-50. */
    public enum Subset {
      /** All 50 classes. */
      ALL,
      /** ESC-10: the ten classes whose rows say so, in the same folds. */
      ESC_10
    }

    @Override
    public String lookedFor() {
      return "meta/esc50.csv";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isRegularFile(path.resolve("meta/esc50.csv"));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (Row row : Manifests.csv(path.resolve("meta/esc50.csv"))) {
        if (subset == Subset.ESC_10 && !row.required("esc10").equalsIgnoreCase("true")) {
          continue;
        }
        Path file = Folders.audio(row, row.required("filename"), List.of(path.resolve("audio")));
        items.add(
            Item.of(file, row.required("category"))
                .withFold(row.integer("fold", row.required("fold")))
                .withGroup(row.value(List.of("src_file"))));
      }
      return Dataset.of(path, items);
    }
  }

  /** UrbanSound8K: {@code metadata/UrbanSound8K.csv}; the group is the recording (fsID). */
  record UrbanSound8k() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "metadata/UrbanSound8K.csv";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isRegularFile(path.resolve(lookedFor()));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (Row row : Manifests.csv(path.resolve(lookedFor()))) {
        int fold = row.integer("fold", row.required("fold"));
        Path folder = path.resolve("audio").resolve("fold" + fold);
        Path file = Folders.audio(row, row.required("slice_file_name"), List.of(folder));
        items.add(
            Item.of(file, row.required("class"))
                .withFold(fold)
                .withGroup(row.value(List.of("fsid"))));
      }
      return Dataset.of(path, items);
    }
  }

  /**
   * FSD50K: {@code FSD50K.ground_truth/dev.csv} and {@code eval.csv}. The evaluation part is left
   * out where its folder is absent. The group is the uploader, if {@code FSD50K.metadata} is there.
   */
  record Fsd50k() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "FSD50K.ground_truth/dev.csv";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isRegularFile(path.resolve(lookedFor()));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (String half : List.of("dev", "eval")) {
        Path audio = path.resolve("FSD50K." + half + "_audio");
        Path truth = path.resolve("FSD50K.ground_truth").resolve(half + ".csv");
        if (half.equals("eval") && !(Files.isDirectory(audio) && Files.isRegularFile(truth))) {
          continue;
        }
        Map<String, String> uploaders =
            Uploaders.read(
                path.resolve("FSD50K.metadata").resolve(half + "_clips_info_FSD50K.json"));
        for (Row row : Manifests.csv(truth)) {
          String name = row.required("fname");
          Part part = half.equals("eval") ? Part.TEST : row.part("split", row.required("split"));
          items.add(
              new Item(
                  Folders.audio(row, name + ".wav", List.of(audio)),
                  Arrays.asList(row.required("labels").split(",")),
                  part,
                  null,
                  uploaders.get(name),
                  0,
                  null,
                  null));
        }
      }
      return Dataset.of(path, items);
    }
  }

  /**
   * FSDKaggle2018 ({@code train.csv} beside {@code audio_train}) and FSDKaggle2019 ({@code
   * train_curated.csv}, {@code train_noisy.csv}), as on Kaggle or as published afterwards ({@code
   * FSDKaggle2018.meta}, …). Test clips without published labels are left out.
   */
  record FsdKaggle() implements DatasetLayout {
    private record Source(List<String> tables, List<String> folders, Part part) {}

    private static final List<Source> SOURCES =
        List.of(
            new Source(
                List.of("train.csv", "FSDKaggle2018.meta/train_post_competition.csv"),
                List.of("audio_train", "FSDKaggle2018.audio_train"),
                Part.TRAIN),
            new Source(
                List.of(
                    "test_post_competition.csv",
                    "FSDKaggle2018.meta/test_post_competition_scoring_clips.csv"),
                List.of("audio_test", "FSDKaggle2018.audio_test"),
                Part.TEST),
            new Source(
                List.of(
                    "train_curated.csv", "FSDKaggle2019.meta/train_curated_post_competition.csv"),
                List.of("train_curated", "FSDKaggle2019.audio_train_curated"),
                Part.TRAIN),
            new Source(
                List.of("train_noisy.csv", "FSDKaggle2019.meta/train_noisy_post_competition.csv"),
                List.of("train_noisy", "FSDKaggle2019.audio_train_noisy"),
                Part.TRAIN),
            new Source(
                List.of("FSDKaggle2019.meta/test_post_competition.csv"),
                List.of("test", "FSDKaggle2019.audio_test"),
                Part.TEST));

    @Override
    public String lookedFor() {
      return "train.csv with audio_train, train_curated.csv with train_curated";
    }

    private static @Nullable Path table(Path path, Source source) {
      boolean audio =
          source.folders().stream().anyMatch(name -> Files.isDirectory(path.resolve(name)));
      for (String name : source.tables()) {
        if (audio && Files.isRegularFile(path.resolve(name))) {
          return path.resolve(name);
        }
      }
      return null;
    }

    @Override
    public boolean matches(Path path) {
      return SOURCES.stream()
          .anyMatch(source -> source.part() == Part.TRAIN && table(path, source) != null);
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (Source source : SOURCES) {
        Path table = table(path, source);
        if (table == null) {
          continue;
        }
        List<Path> folders = source.folders().stream().map(path::resolve).toList();
        for (Row row : Manifests.csv(table)) {
          String labels = row.required("label".equals(column(row)) ? "label" : "labels");
          // Padding of the competition's test set, never scored.
          if (labels.equals("None")) {
            continue;
          }
          Path file = Folders.audio(row, row.required("fname"), folders);
          List<String> names = Arrays.asList(labels.split(","));
          items.add(new Item(file, names, source.part(), null, null, 0, null, null));
        }
      }
      if (items.isEmpty()) {
        throw new DatasetException(path, "looked for " + lookedFor());
      }
      return Dataset.of(path, items);
    }

    private static String column(Row row) {
      return row.cells().containsKey("label") ? "label" : "labels";
    }
  }

  /**
   * Speech Commands: {@code WORD/SPEAKER_nohash_N.wav}, {@code validation_list.txt}, {@code
   * testing_list.txt}. The group is the speaker.
   *
   * @param classes which classes there are
   */
  record SpeechCommands(Classes classes) implements DatasetLayout {
    /** The classes of Speech Commands. */
    public enum Classes {
      /** Every word is a class, the noises are left out. */
      WORDS,
      /**
       * Ten words, {@code _silence_} (every whole second of the background noises, half a second
       * apart; {@code running_tap} for validation) and {@code _unknown_} (all other words), in the
       * order of TensorFlow Datasets.
       */
      TWELVE
    }

    private static final List<String> TWELVE =
        List.of(
            "down",
            "go",
            "left",
            "no",
            "off",
            "on",
            "right",
            "stop",
            "up",
            "yes",
            "_silence_",
            "_unknown_");

    @Override
    public String lookedFor() {
      return "testing_list.txt with validation_list.txt";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isRegularFile(path.resolve("validation_list.txt"))
          && Files.isRegularFile(path.resolve("testing_list.txt"));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      Set<Path> validation = list(path, "validation_list.txt");
      Set<Path> testing = list(path, "testing_list.txt");
      List<Item> items = new ArrayList<>();
      for (Path folder : Folders.list(path)) {
        String word = Folders.name(folder);
        if (!Files.isDirectory(folder) || word.startsWith("_")) {
          continue;
        }
        boolean other = classes == Classes.TWELVE && !TWELVE.contains(word);
        for (Path file : Folders.audio(folder)) {
          Part part =
              testing.contains(file)
                  ? Part.TEST
                  : validation.contains(file) ? Part.VALIDATION : Part.TRAIN;
          items.add(
              Item.of(file, other ? "_unknown_" : word)
                  .withSplit(part)
                  .withGroup(speaker(Folders.name(file))));
        }
      }
      Path noises = path.resolve("_background_noise_");
      if (classes == Classes.WORDS) {
        return Dataset.of(path, items);
      }
      if (Files.isDirectory(noises)) {
        for (Path file : Folders.audio(noises)) {
          double seconds;
          try (AudioReader reader = AudioReader.open(file)) {
            seconds = reader.info().duration().orElse(0);
          }
          Part part = Folders.name(file).startsWith("running_tap") ? Part.VALIDATION : Part.TRAIN;
          for (double start = 0; start + 1 <= seconds; start += 0.5) {
            items.add(new Item(file, List.of("_silence_"), part, null, null, start, 1.0, null));
          }
        }
      }
      return new Dataset(path, TWELVE, items);
    }

    /** Returns who speaks in {@code SPEAKER_nohash_N.wav}, or {@code WORD_SPEAKER_nohash_N.wav}. */
    private static @Nullable String speaker(String name) {
      int end = name.indexOf("_nohash_");
      return end < 0 ? null : name.substring(name.lastIndexOf('_', end - 1) + 1, end);
    }

    private static Set<Path> list(Path root, String name) throws IOException {
      Path file = root.resolve(name);
      Set<Path> paths = new HashSet<>();
      long number = 0;
      for (String line : (Iterable<String>) Manifests.text(file).lines()::iterator) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        paths.add(Folders.audio(new Row(file, number, Map.of()), line.strip(), List.of(root)));
      }
      return paths;
    }
  }

  /**
   * The test archive of Speech Commands: ten words, {@code _silence_} and {@code _unknown_}, each a
   * folder. All of it is the test part, its classes those of {@link SpeechCommands.Classes#TWELVE};
   * the group is the speaker.
   */
  record SpeechCommandsTest() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "_silence_ with _unknown_";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isDirectory(path.resolve("_silence_"))
          && Files.isDirectory(path.resolve("_unknown_"));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (String label : SpeechCommands.TWELVE) {
        Path folder = path.resolve(label);
        if (!Files.isDirectory(folder)) {
          continue;
        }
        for (Path file : Folders.audio(folder)) {
          items.add(
              Item.of(file, label)
                  .withSplit(Part.TEST)
                  .withGroup(SpeechCommands.speaker(Folders.name(file))));
        }
      }
      return new Dataset(path, SpeechCommands.TWELVE, items);
    }
  }

  /**
   * {@code instruments.csv} with {@code fname,label}; the clips beside it, in {@code sounds/},
   * {@code cleanfiles/}, {@code wavfiles/} or a folder named by the label.
   */
  record Instruments() implements DatasetLayout {
    @Override
    public String lookedFor() {
      return "instruments.csv";
    }

    @Override
    public boolean matches(Path path) {
      return Files.isRegularFile(path.resolve(lookedFor()));
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (Row row : Manifests.csv(path.resolve(lookedFor()))) {
        String label = row.required("label");
        List<Path> folders =
            Stream.of(".", "sounds", "cleanfiles", "wavfiles", label)
                .map(name -> path.resolve(name).normalize())
                .toList();
        items.add(Item.of(Folders.audio(row, row.required("fname"), folders), label));
      }
      return Dataset.of(path, items);
    }
  }

  /**
   * Free Spoken Digit Dataset: {@code DIGIT_SPEAKER_N.wav}, here or in {@code recordings/}; N from
   * 0 to 4 is the test part, the group is the speaker.
   */
  record SpokenDigits() implements DatasetLayout {
    private static final Pattern NAME = Pattern.compile("(\\d)_(.+)_(\\d{1,6})\\.wav");

    @Override
    public String lookedFor() {
      return "DIGIT_SPEAKER_N.wav";
    }

    private static List<Path> clips(Path path) throws IOException {
      Path inner = path.resolve("recordings");
      return Folders.list(Files.isDirectory(inner) ? inner : path).stream()
          .filter(file -> NAME.matcher(Folders.name(file)).matches())
          .toList();
    }

    @Override
    public boolean matches(Path path) throws IOException {
      return Files.isDirectory(path) && !clips(path).isEmpty();
    }

    @Override
    public Dataset read(Path path) throws IOException {
      List<Item> items = new ArrayList<>();
      for (Path file : clips(path)) {
        Matcher name = NAME.matcher(Folders.name(file));
        if (name.matches()) {
          items.add(
              Item.of(file, name.group(1))
                  .withSplit(Integer.parseInt(name.group(3)) < 5 ? Part.TEST : Part.TRAIN)
                  .withGroup(name.group(2)));
        }
      }
      if (items.isEmpty()) {
        throw new DatasetException(path, "there is no " + lookedFor());
      }
      return Dataset.of(path, items);
    }
  }
}
