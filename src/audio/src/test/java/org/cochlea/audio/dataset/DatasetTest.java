package org.cochlea.audio.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  @TempDir Path root;

  private void put(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void clips(String... names) throws IOException {
    for (String name : names) {
      put(name, "");
    }
  }

  private static List<String> told(Dataset dataset) {
    return dataset.items().stream()
        .map(i -> "%s %s %s %s".formatted(i.labels(), i.split(), i.fold(), i.group()))
        .toList();
  }

  @Test
  void folders() throws IOException {
    clips("dog/b.wav", "dog/a.flac", "cat/x/c.mp3", "dog/notes.txt", ".git/z.wav");
    Dataset dataset = Dataset.open(root);
    assertEquals(List.of("cat", "dog"), dataset.classes());
    assertEquals(3, dataset.items().size());
    assertEquals(root.resolve("dog/a.flac"), dataset.items().get(1).path());
  }

  @Test
  void foldersOfParts() throws IOException {
    clips("train/dog/b.wav", "test/cat/a.wav");
    assertEquals(
        List.of("[cat] test null null", "[dog] train null null"), told(Dataset.open(root)));
  }

  @Test
  void esc50() throws IOException {
    clips("audio/1-100032-A-0.wav");
    put(
        "meta/esc50.csv",
        "filename,fold,target,category,esc10,src_file,take\n1-100032-A-0.wav,1,0,dog,True,100032,A\n");
    assertEquals(List.of("[dog] null 1 100032"), told(Dataset.open(root)));
  }

  @Test
  void esc10() throws IOException {
    clips("audio/1-1-A-0.wav", "audio/1-2-A-1.wav");
    put(
        "meta/esc50.csv",
        """
        filename,fold,target,category,esc10,src_file,take
        1-1-A-0.wav,1,0,dog,True,1,A
        1-2-A-1.wav,1,1,hen,False,2,A
        """);
    DatasetLayout.Esc50 subset = new DatasetLayout.Esc50(DatasetLayout.Esc50.Subset.ESC_10);
    assertEquals(List.of("[dog] null 1 1"), told(subset.read(root)));
    assertEquals(List.of("dog"), subset.read(root).classes());
    assertEquals(2, Dataset.open(root).items().size());
  }

  @Test
  void speechCommandsTestArchive() throws IOException {
    clips("_silence_/0.wav", "_unknown_/bed_0a7c_nohash_1.wav", "yes/0a7c_nohash_0.wav");
    Dataset dataset = Dataset.open(root);
    assertEquals(
        List.of("[yes] test null 0a7c", "[_silence_] test null null", "[_unknown_] test null 0a7c"),
        told(dataset));
    assertEquals(12, dataset.classes().size());
  }

  @Test
  void urbanSound() throws IOException {
    clips("audio/fold5/100032-3-0-0.wav");
    put(
        "metadata/UrbanSound8K.csv",
        """
        slice_file_name,fsID,start,end,salience,fold,classID,class
        100032-3-0-0.wav,100032,0.0,0.317551,1,5,3,dog_bark
        """);
    assertEquals(List.of("[dog_bark] null 5 100032"), told(Dataset.open(root)));
  }

  @Test
  void fsd50k() throws IOException {
    clips("FSD50K.dev_audio/1.wav", "FSD50K.eval_audio/2.wav");
    put(
        "FSD50K.ground_truth/dev.csv",
        "fname,labels,mids,split\n1,\"Bark,Dog\",\"/m/a,/m/b\",val\n");
    put("FSD50K.ground_truth/eval.csv", "fname,labels,mids\n2,Bark,/m/a\n");
    put(
        "FSD50K.metadata/dev_clips_info_FSD50K.json",
        "{\"1\":{\"tags\":[1],\"uploader\":\"ann\"}}");
    assertEquals(
        List.of("[Bark, Dog] validation null ann", "[Bark] test null null"),
        told(Dataset.open(root)));
  }

  @Test
  void kaggle() throws IOException {
    clips("audio_train/a.wav", "train_curated/b.wav");
    put("train.csv", "fname,label,manually_verified\na.wav,Cello,1\n");
    put("train_curated.csv", "fname,labels\nb.wav,\"Bark,Meow\"\n");
    assertEquals(
        List.of("[Cello] train null null", "[Bark, Meow] train null null"),
        told(Dataset.open(root)));
  }

  @Test
  void speechCommands() throws IOException {
    clips("yes/ab_nohash_0.wav", "yes/cd_nohash_0.wav", "tree/ef_nohash_1.wav");
    put("testing_list.txt", "yes/cd_nohash_0.wav\n");
    put("validation_list.txt", "tree/ef_nohash_1.wav\n");
    assertEquals(
        List.of("[tree] validation null ef", "[yes] train null ab", "[yes] test null cd"),
        told(Dataset.open(root)));
    Dataset twelve =
        new DatasetLayout.SpeechCommands(DatasetLayout.SpeechCommands.Classes.TWELVE).read(root);
    assertEquals(9, twelve.classes().indexOf("yes"));
    assertEquals(List.of("_unknown_"), twelve.items().getFirst().labels());
  }

  @Test
  void instrumentsAndDigits() throws IOException {
    clips("Cello/a.wav", "digits/7_jo_4.wav", "digits/7_jo_5.wav");
    put("instruments.csv", "fname,label\na.wav,Cello\n");
    assertEquals(root.resolve("Cello/a.wav"), Dataset.open(root).items().getFirst().path());
    assertEquals(
        List.of("[7] test null jo", "[7] train null jo"),
        told(Dataset.open(root.resolve("digits"))));
  }

  @Test
  void nemo() throws IOException {
    clips("a.wav");
    put("m.jsonl", "{\"audio_filepath\": \"a.wav\", \"duration\": 1.5, \"text\": \"hi\"}\n");
    Item item = Dataset.open(root).items().getFirst();
    assertEquals(1.5, item.duration());
    assertEquals("hi", item.text());
  }

  @Test
  void errorsNameFileAndLine() throws IOException {
    clips("a.wav");
    put("m.csv", "\uFEFFfile;class;fold\na.wav;x;1\na.wav;x;one\n");
    wrong("m.csv", "line 3: column fold must be a whole number, was \"one\"");
    put("m.csv", "file,class\nb.wav,x\n");
    wrong("m.csv", "line 2: no audio file");
    put("m.csv", "file,class\na.wav\n");
    wrong("m.csv", "line 2: 1 columns, the first line has 2");
    put("m.jsonl", "{\"path\": \"a.wav\"}\n{\"path\": }\n");
    wrong("m.jsonl", "line 2: column ");
    Files.createDirectories(root.resolve("empty"));
    wrong("empty", "meta/esc50.csv");
    wrong("absent", "no such file or folder");
  }

  private void wrong(String name, String problem) {
    Path file = root.resolve(name);
    DatasetException e = assertThrows(DatasetException.class, () -> Dataset.open(file));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith(file + ": "), message);
    assertTrue(message.contains(problem), message);
    assertEquals(1, String.valueOf(e.getMessage()).lines().count());
  }

  private Dataset made() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 143; i++) {
      String label = i % 7 == 0 ? "rare" : i % 2 == 0 ? "even" : "odd";
      items.add(Item.of(root.resolve(i + ".wav"), label).withGroup("g" + i % 13));
    }
    return Dataset.of(root, items);
  }

  @Test
  void stratifiedWithinOneItem() {
    Dataset dataset = Split.of(0.7, 0.2, 0.1).apply(made());
    for (String label : dataset.classes()) {
      long all = dataset.items().stream().filter(i -> i.labels().contains(label)).count();
      for (Part part : Part.values()) {
        double share =
            switch (part) {
              case TRAIN -> 0.7;
              case VALIDATION -> 0.2;
              case TEST -> 0.1;
            };
        long n = dataset.items(part).stream().filter(i -> i.labels().contains(label)).count();
        assertTrue(Math.abs(n - share * all) < 1, label + " " + part + " " + n + " of " + all);
      }
    }
  }

  @Test
  void sameSeedSameSplitInAnyOrder() {
    Split split = Split.of(0.5, 0.25, 0.25).withSeed(3);
    List<Item> turned = new ArrayList<>(made().items());
    Collections.reverse(turned);
    List<Item> again = new ArrayList<>(split.apply(Dataset.of(root, turned)).items());
    Collections.reverse(again);
    assertEquals(split.apply(made()).items(), again);
    assertNotEquals(again, split.withSeed(4).apply(made()).items());
  }

  @Test
  void groupsStayWhole() {
    Dataset dataset = Split.of(0.6, 0.2, 0.2).withGrouped(true).apply(made());
    Map<String, Part> parts = new HashMap<>();
    for (Item item : dataset.items()) {
      Part before = parts.putIfAbsent(item.group(), item.split());
      assertTrue(before == null || before == item.split(), item.toString());
    }
    for (Part part : Part.values()) {
      assertTrue(parts.containsValue(part), part.toString());
    }
  }

  @Test
  void writtenAndRead() throws IOException {
    clips("a.wav", "b.wav");
    Dataset dataset =
        Dataset.of(
            root,
            List.of(
                new Item(
                    root.resolve("a.wav"), List.of("x", "y"), Part.TEST, 2, "g", 0.5, 1.0, "t"),
                Item.of(root.resolve("b.wav"), "x").withSplit(Part.TRAIN)));
    for (String name : List.of("s.csv", "s.tsv", "s.jsonl")) {
      dataset.write(root.resolve(name));
      assertEquals(dataset, Dataset.open(root.resolve(name)), name);
    }
  }

  @Test
  void sharesMustSumToOne() {
    assertThrows(IllegalArgumentException.class, () -> Split.of(0.5, 0.2, 0.2));
    assertThrows(IllegalArgumentException.class, () -> Split.of(1.5, -0.5, 0));
  }
}
