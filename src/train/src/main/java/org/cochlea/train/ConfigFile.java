package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cochlea.audio.augment.AugmentationPlans;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.train.data.Division;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.optim.Loss;
import org.cochlea.train.optim.OptimizerSpec;
import org.cochlea.train.optim.Schedule;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@link TrainConfig} as JSON. What a file does not say has its default; what has a {@code type}
 * may be given by its name alone, {@code "model": "vgg"}; a word that is not known is an error.
 */
public final class ConfigFile {
  private static final String TYPE = "type";
  private static final String AUGMENTATION = "augmentation";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** What a name stands for: every type with its defaults, and the models with names. */
  private static final Map<String, JsonNode> NAMED = named();

  private ConfigFile() {}

  private static Map<String, JsonNode> named() {
    Map<String, JsonNode> named = new HashMap<>();
    List<Object> defaults =
        List.of(
            new Division.Parts(),
            new Division.Random(),
            new Division.Fold(),
            new Division.Group(),
            new Loss.CrossEntropy(),
            new Loss.BinaryCrossEntropy(),
            new Loss.MeanSquaredError(),
            new Loss.MeanAbsoluteError(),
            new Loss.Triplet(),
            new Loss.Contrastive(),
            new Loss.Prototypical(),
            new Loss.Ctc(),
            new OptimizerSpec.Adam(),
            new OptimizerSpec.AdamW(),
            new OptimizerSpec.Sgd(),
            new OptimizerSpec.RmsProp(),
            new Schedule.Constant(),
            new Schedule.Step(),
            new Schedule.Cosine(),
            new Schedule.OneCycle(),
            new Schedule.Cyclical(),
            new Schedule.Plateau());
    for (Object value : defaults) {
      JsonNode tree = MAPPER.valueToTree(value);
      named.put(tree.path(TYPE).asString(), tree);
    }
    ModelSpec.named().forEach((name, model) -> named.put(name, MAPPER.valueToTree(model)));
    return named;
  }

  /**
   * Reads a configuration.
   *
   * @param file JSON, or null for the defaults
   * @param overrides values by path, such as {@code training.epochs}; each as JSON, or a bare word
   *     <p>{@code augmentation} may be a plan, or the name of its file, from the configuration's
   *     folder
   * @throws IOException in one line if the file cannot be read
   * @throws IllegalArgumentException naming what is wrong
   */
  public static TrainConfig read(@Nullable Path file, Map<String, String> overrides)
      throws IOException {
    JsonNode tree = MAPPER.valueToTree(new TrainConfig());
    if (file != null) {
      Path folder = file.toAbsolutePath().getParent();
      tree = merge("", tree, withPaths(file + ": ", tree(file), folder));
    }
    List<String> paths = new ArrayList<>(overrides.keySet());
    // What chooses a kind comes before its parameters.
    paths.sort(Comparator.comparing(ConfigFile::isParameter).thenComparing(path -> path));
    for (String path : paths) {
      JsonNode given = nested(path, value(overrides.getOrDefault(path, "")));
      tree = merge("", tree, withPaths("", given, Path.of("")));
    }
    try {
      return MAPPER.treeToValue(tree, TrainConfig.class);
    } catch (DatabindException e) {
      throw new IllegalArgumentException((file == null ? "" : file + ": ") + explain(e), e);
    }
  }

  private static boolean isParameter(String path) {
    return !(path.endsWith(".type")
        || path.equals("frontEnd.feature")
        || path.equals("frontEnd.preset")
        || !path.contains("."));
  }

  private static JsonNode tree(Path file) throws IOException {
    try {
      JsonNode tree = MAPPER.readTree(Files.readString(file));
      if (!tree.isObject()) {
        throw new IOException(file + ": must be a JSON object");
      }
      return tree;
    } catch (JacksonException e) {
      throw new IOException("%s: not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  /**
   * Makes paths absolute, and puts the plan of augmentation in the place of its file's name, with
   * all its parameters: so it is the same wherever the configuration is read.
   */
  private static JsonNode withPaths(String source, JsonNode tree, @Nullable Path folder)
      throws IOException {
    JsonNode extracted = tree.path("loading").path("extracted");
    if (extracted.isString() && !extracted.asString().isEmpty()) {
      Path features = folder == null ? Path.of("") : folder;
      ((ObjectNode) tree.path("loading"))
          .put(
              "extracted",
              features.resolve(extracted.asString()).toAbsolutePath().normalize().toString());
    }
    JsonNode given = tree.get(AUGMENTATION);
    if (given == null) {
      return tree;
    }
    ObjectNode whole = (ObjectNode) tree;
    String where = source + AUGMENTATION;
    String text = given.toString();
    Path base = folder == null ? Path.of("") : folder;
    // What paths are relative to: any file of the folder.
    Path file = base.resolve(given.isString() ? given.asString() : AUGMENTATION);
    if (given.isString() && given.asString().equals("none")) {
      text = "{}";
    } else if (given.isString()) {
      where = file.toString();
      text = Files.readString(file);
    }
    AugmentationPlan plan =
        AugmentationPlans.parse(
            where, text, location -> new Named(file.toAbsolutePath().resolveSibling(location)));
    ObjectNode complete = (ObjectNode) MAPPER.readTree(AugmentationPlans.format(plan));
    if (given.isObject()) {
      // A part that is not given stays as it is.
      List.copyOf(complete.propertyNames()).stream()
          .filter(name -> !given.has(name))
          .forEach(complete::remove);
    }
    whole.set(AUGMENTATION, complete);
    return whole;
  }

  /** Clips that are not opened yet: a configuration can be read where they are not. */
  private record Named(Path path) implements ClipSource {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public float[] clip(int index, int sampleRate) {
      throw new UnsupportedOperationException(path + " is not opened");
    }

    @Override
    public String location() {
      return path.toAbsolutePath().normalize().toString();
    }
  }

  private static JsonNode value(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      return MAPPER.valueToTree(text);
    }
  }

  private static JsonNode nested(String path, JsonNode value) {
    JsonNode tree = value;
    List<String> names = List.of(path.split("\\.", -1));
    for (String name : names.reversed()) {
      ObjectNode parent = MAPPER.createObjectNode();
      parent.set(name, tree);
      tree = parent;
    }
    return tree;
  }

  /** What is given takes the place of what is there; objects are merged name by name. */
  private static JsonNode merge(String path, JsonNode there, JsonNode given) {
    if (!there.isObject()) {
      return given;
    }
    if (given.isString() && there.has(TYPE)) {
      return byName(path, given.asString());
    }
    if (!given.isObject()) {
      return given;
    }
    ObjectNode merged = ((ObjectNode) there).deepCopy();
    if (path.equals("frontEnd")) {
      // Parameters of one feature do not hold for another.
      if (given.has("feature") || given.has("preset")) {
        JsonNode rate = merged.get("sr");
        merged.removeAll();
        if (rate != null && given.has("feature")) {
          merged.set("sr", rate);
        }
      }
    }
    String type = given.path(TYPE).asString("");
    if (there.has(TYPE) && given.has(TYPE)) {
      if (!type.equals(there.path(TYPE).asString())) {
        merged = (ObjectNode) byName(path, type);
      }
    }
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      String name = entry.getKey();
      if (name.equals(TYPE)) {
        continue;
      }
      String inner = path.isEmpty() ? name : path + "." + name;
      JsonNode old = merged.get(name);
      merged.set(name, old == null ? entry.getValue() : merge(inner, old, entry.getValue()));
    }
    return merged;
  }

  private static JsonNode byName(String path, String name) {
    JsonNode named = NAMED.get(name);
    if (named == null) {
      throw new IllegalArgumentException("%s: there is no \"%s\"".formatted(path, name));
    }
    return named.deepCopy();
  }

  private static String explain(DatabindException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() == null
                        ? "[%d]".formatted(step.getIndex())
                        : step.getPropertyName())
            .collect(Collectors.joining("."));
    if (e instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds() == null
              ? ""
              : unknown.getKnownPropertyIds().stream()
                  .map(String::valueOf)
                  .sorted()
                  .collect(Collectors.joining(", ", "; known are ", ""));
      return "%s: not known%s".formatted(path, known);
    }
    Throwable cause = e.getCause();
    String why =
        cause instanceof IllegalArgumentException && cause.getMessage() != null
            ? cause.getMessage()
            : e.getOriginalMessage().lines().findFirst().orElse("");
    return path.isEmpty() ? why : "%s: %s".formatted(path, why);
  }

  /** What a model, a loss and so on is called. */
  static String type(Object value) {
    return MAPPER.valueToTree(value).path(TYPE).asString();
  }

  static String json(Map<String, Object> values) {
    return MAPPER.writeValueAsString(values);
  }

  /** Returns a configuration as JSON. */
  public static String toJson(TrainConfig config) {
    return MAPPER.writeValueAsString(config) + "\n";
  }

  /** Writes a configuration. */
  public static void write(TrainConfig config, Path file) throws IOException {
    RunFolder.writeText(file, toJson(config));
  }
}
