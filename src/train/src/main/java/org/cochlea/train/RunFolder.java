package org.cochlea.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.audio.file.AtomicFile;
import org.cochlea.train.data.Sequences;
import org.cochlea.train.data.Targets;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.PlateauState;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The folder of a training run:
 *
 * <ul>
 *   <li>{@code config.json}, the {@link TrainConfig}
 *   <li>{@code split.csv}, every clip with its part
 *   <li>{@code model.json}, what goes in and what comes out
 *   <li>{@code log.csv}, a line per epoch; {@code events.out.tfevents.*}, the same for TensorBoard
 *   <li>{@code best.safetensors}, the weights of the best epoch
 *   <li>{@code last.json} and the files it names, from which training goes on
 * </ul>
 *
 * @param path where it is
 */
public record RunFolder(Path path) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Which weights. */
  public enum Which {
    /** Of the best epoch on the validation part; of the last where there is none. */
    BEST,
    /** Of the last step. */
    LAST;

    /** Returns what is typed. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What goes in and what comes out.
   *
   * @param targets the outputs
   * @param input the features of a window
   */
  public record Description(Targets targets, Network.Input input) {}

  /**
   * From where training goes on.
   *
   * @param epoch that is under way or comes next, from 0
   * @param step done in it
   * @param total steps done in all
   * @param lossSum of the windows of the epoch so far
   * @param windows of the epoch so far
   * @param seconds of the epoch so far
   * @param times of the epoch so far
   * @param plateau for the learning rate
   * @param stopping for the best epoch and for stopping early
   * @param bestEpoch from 1; 0 for none yet
   * @param weights the file of the weights
   * @param optimizer the file of the optimiser's state
   */
  record State(
      int epoch,
      int step,
      long total,
      double lossSum,
      long windows,
      double seconds,
      TrainListener.Times times,
      PlateauState plateau,
      PlateauState stopping,
      int bestEpoch,
      String weights,
      String optimizer) {
    static final State START =
        new State(
            0,
            0,
            0,
            0,
            0,
            0,
            TrainListener.Times.NONE,
            PlateauState.START,
            PlateauState.START,
            0,
            "",
            "");
  }

  /** Returns the configuration's file. */
  public Path config() {
    return path.resolve("config.json");
  }

  /** Returns the file of the log. */
  public Path log() {
    return path.resolve("log.csv");
  }

  /** Returns the list of all clips with their parts. */
  public Path split() {
    return path.resolve("split.csv");
  }

  /** Returns the file that says what goes in and what comes out. */
  public Path model() {
    return path.resolve("model.json");
  }

  private Path last() {
    return path.resolve("last.json");
  }

  Path best() {
    return path.resolve("best.safetensors");
  }

  /** Returns whether a run was begun here. */
  public boolean begun() {
    return Files.exists(last()) || Files.exists(config());
  }

  /**
   * Returns the divided dataset of the run, its clips joined where that is configured.
   *
   * @throws IOException if it is not there, or a clip is gone
   */
  public Dataset dataset() throws IOException {
    return joined().dataset();
  }

  /** Returns the same with what the joined clips are. */
  Sequences.Joined joined() throws IOException {
    TrainConfig config = ConfigFile.read(config(), Map.of());
    return config.sequences().apply(clips(), config.training().seed());
  }

  private Dataset clips() throws IOException {
    Dataset read = Dataset.open(split());
    Targets targets = description().targets();
    List<String> classes =
        switch (targets.kind()) {
          case CLASS, TAGS, EMBEDDING -> targets.names();
          case NUMBER, TEXT -> read.classes();
        };
    return new Dataset(read.root(), classes, read.items());
  }

  /** Returns what goes in and what comes out. */
  public Description description() throws IOException {
    return read(model(), Description.class);
  }

  void write(Description description) throws IOException {
    write(model(), description);
  }

  /** Returns from where training goes on; null if no step was stored. */
  @Nullable State state() throws IOException {
    return Files.exists(last()) ? read(last(), State.class) : null;
  }

  void write(State state) throws IOException {
    write(last(), state);
  }

  /**
   * Returns the file of the weights.
   *
   * @throws IOException if there is none yet
   */
  public Path weights(Which which) throws IOException {
    if (which == Which.BEST && Files.exists(best())) {
      return best();
    }
    Path exported = path.resolve("model.safetensors");
    if (which == Which.BEST && Files.exists(exported)) {
      return exported;
    }
    State state = state();
    if (state == null || state.weights.isEmpty()) {
      throw new IOException(path + ": is no folder of a training run, or none that was trained");
    }
    return path.resolve(state.weights);
  }

  private static <T> T read(Path file, Class<T> type) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(
          "%s: no such file: is this the folder of a training run?".formatted(file));
    }
    try {
      return MAPPER.readValue(Files.readString(file), type);
    } catch (JacksonException e) {
      throw new IOException("%s: is damaged: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static void write(Path file, Object value) throws IOException {
    writeText(file, MAPPER.writeValueAsString(value) + "\n");
  }

  static void writeText(Path file, String text) throws IOException {
    try (AtomicFile target = AtomicFile.create(file)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        target.channel().write(bytes);
      }
      target.commit();
    }
  }
}
