package org.cochlea.audio.augment;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cochlea.audio.file.Json;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.stage.Padding;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Plans of augmentation as JSON.
 *
 * <pre>{@code
 * {
 *   "waveform": [
 *     {"type": "Gain", "min_gain_db": -12, "max_gain_db": 3, "p": 0.5},
 *     {"type": "OneOf", "p": 0.8, "transforms": [
 *       {"type": "AddBackgroundNoise", "noise": "noises", "p": 1},
 *       {"type": "AddColoredNoise", "p": 1}]}],
 *   "spectrogram": [
 *     {"type": "TimeMasking", "time_mask_param": 35, "fill": "mean"},
 *     {"type": "SpecMix"}]
 * }
 * }</pre>
 *
 * <p>Names are those of the records of {@link WaveAugmentation} and {@link
 * SpectrogramAugmentation}, parameters those of their components with underscores; {@code p},
 * {@code mode} and {@code p_mode} (by default that of {@code mode}) are the {@link Chance}. What is
 * left out has the default of the record's factory; {@code p} is 0.5 for waveforms and 1 for
 * features where the factory asks for one. A {@link ClipSource} is a path, relative to the plan's
 * folder.
 */
public final class AugmentationPlans {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final Pattern CAPITAL = Pattern.compile("(?<=.)(?=[A-Z])");

  /** Stands for the files that a plan has to name. */
  private static final ClipSource NONE =
      new ClipSource() {
        @Override
        public int size() {
          return 0;
        }

        @Override
        public float[] clip(int index, int sampleRate) {
          return new float[0];
        }
      };

  private static final Map<String, Augmentation> WAVEFORM =
      named(
          List.of(
              WaveAugmentation.Gain.of(0.5),
              WaveAugmentation.PolarityInversion.of(0.5),
              WaveAugmentation.PeakNormalization.of(0.5),
              WaveAugmentation.RmsNormalization.of(0.5),
              WaveAugmentation.LoudnessNormalization.of(0.5),
              WaveAugmentation.Shift.of(0.5),
              WaveAugmentation.TimeInversion.of(0.5),
              new WaveAugmentation.AdjustDuration(
                  1, WaveAugmentation.AdjustDuration.Position.RANDOM, Padding.ZERO, Chance.ALWAYS),
              WaveAugmentation.PadSection.of(0.5),
              WaveAugmentation.SpliceOut.of(0.5),
              WaveAugmentation.ShuffleChannels.of(0.5),
              WaveAugmentation.AddGaussianNoise.of(0.5),
              WaveAugmentation.AddColoredNoise.of(0.5),
              WaveAugmentation.AddBackgroundNoise.of(NONE, 0.5),
              WaveAugmentation.Mix.of(0.5),
              WaveAugmentation.ApplyImpulseResponse.of(NONE, 0.5),
              WaveAugmentation.LowPassFilter.of(0.5),
              WaveAugmentation.HighPassFilter.of(0.5),
              WaveAugmentation.BandPassFilter.of(0.5),
              WaveAugmentation.BandStopFilter.of(0.5),
              WaveAugmentation.SevenBandParametricEq.of(0.5),
              WaveAugmentation.TimeStretch.of(0.5),
              WaveAugmentation.PitchShift.of(0.5),
              WaveAugmentation.SpeedPerturbation.threeWay(),
              WaveAugmentation.ClippingDistortion.of(0.5),
              WaveAugmentation.TanhDistortion.of(0.5),
              WaveAugmentation.BitCrush.of(0.5),
              WaveAugmentation.G711Codec.of(0.5)));

  private static final Map<String, Augmentation> SPECTROGRAM =
      named(
          List.of(
              SpectrogramAugmentation.TimeMasking.of(35),
              SpectrogramAugmentation.FrequencyMasking.of(15),
              SpectrogramAugmentation.AdaptiveTimeMasking.paper(),
              SpectrogramAugmentation.RandomErasing.of(1),
              SpectrogramAugmentation.TimeWarp.paper(),
              SpectrogramAugmentation.FrequencyWarp.paper(1),
              SpectrogramAugmentation.Roll.of(1),
              SpectrogramAugmentation.TimeFlip.of(1),
              SpectrogramAugmentation.ZoomCrop.ebouteillon(),
              SpectrogramAugmentation.RandomResizedCrop.of(1),
              new SpectrogramAugmentation.TimeStretch(0.8, 1.25, 1, Chance.ALWAYS),
              SpectrogramAugmentation.Mixup.of(1),
              SpectrogramAugmentation.CutMix.of(1),
              SpectrogramAugmentation.SpecMix.ebouteillon(),
              new SpectrogramAugmentation.RandomAffine(1, 1, 0, 0, Chance.ALWAYS),
              SpectrogramAugmentation.RandomPower.birdClef(),
              SpectrogramAugmentation.MelNoise.birdClefWhite(),
              SpectrogramAugmentation.MelBandNoise.birdClef(),
              SpectrogramAugmentation.AttenuateHighs.birdClef()));

  /** What has no default that would do for everyone. */
  private static final List<String> REQUIRED =
      List.of(
          "AdjustDuration.seconds",
          "TimeMasking.time_mask_param",
          "FrequencyMasking.freq_mask_param",
          "FrequencyWarp.max_frequency",
          "TimeStretch.hop_length",
          "RandomAffine.min_gain",
          "RandomAffine.max_gain");

  private AugmentationPlans() {}

  private static Map<String, Augmentation> named(List<Augmentation> defaults) {
    Map<String, Augmentation> map = new LinkedHashMap<>();
    for (Augmentation a : defaults) {
      map.put(lower(a.getClass().getSimpleName()), a);
    }
    return map;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a file. Paths in it are relative to its folder; each is opened once.
   *
   * @throws IOException in one line that begins with the file's name
   */
  public static AugmentationPlan read(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Map<String, ClipSource> opened = new LinkedHashMap<>();
    return parse(
        file.toString(),
        Files.readString(file),
        location -> {
          ClipSource source = opened.get(location);
          if (source == null) {
            Path path = Path.of(location);
            source = ClipBank.open(folder == null ? path : folder.resolve(path));
            opened.put(location, source);
          }
          return source;
        });
  }

  /** Finds clips by what a plan calls them. */
  @FunctionalInterface
  public interface Sources {
    /** Returns the clips. */
    ClipSource open(String location) throws IOException;
  }

  /**
   * Reads a text.
   *
   * @param source what an error's message begins with
   * @param sources finds noises and impulse responses
   * @throws IOException in one line if it is not JSON, or no plan
   */
  public static AugmentationPlan parse(String source, String text, Sources sources)
      throws IOException {
    Object json = Json.parse(source, text);
    try {
      Map<?, ?> map = map(json, "a plan");
      requireKnown("a plan", map, List.of("waveform", "spectrogram"));
      return new AugmentationPlan(
          list("waveform", map.get("waveform"), WAVEFORM, sources),
          list("spectrogram", map.get("spectrogram"), SPECTROGRAM, sources));
    } catch (IllegalArgumentException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
  }

  // ---- reading -------------------------------------------------------------------------------

  private static Map<?, ?> map(@Nullable Object json, String what) {
    if (json instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(what + " must be an object, was " + json);
  }

  private static void requireKnown(String what, Map<?, ?> map, List<String> names) {
    for (Object key : map.keySet()) {
      if (!names.contains(String.valueOf(key))) {
        throw new IllegalArgumentException(
            "%s has no \"%s\": there are %s".formatted(what, key, String.join(", ", names)));
      }
    }
  }

  private static List<Augmentation> list(
      String where, @Nullable Object json, Map<String, Augmentation> defaults, Sources sources)
      throws IOException {
    if (json == null) {
      return List.of();
    }
    if (!(json instanceof List<?> values)) {
      throw new IllegalArgumentException(where + " must be a list, was " + json);
    }
    List<Augmentation> list = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      list.add(augmentation("%s[%d]".formatted(where, i), values.get(i), defaults, sources));
    }
    return list;
  }

  private static Augmentation augmentation(
      String where, @Nullable Object json, Map<String, Augmentation> defaults, Sources sources)
      throws IOException {
    Map<?, ?> map = map(json, where);
    String type = String.valueOf(map.get("type"));
    String name = where + ", " + type;
    try {
      return switch (lower(type)) {
        case "compose" -> {
          requireKnown(name, map, List.of("type", "p", "transforms"));
          yield new Augmentation.Compose(
              p(map), list(name, map.get("transforms"), defaults, sources));
        }
        case "oneof" -> {
          requireKnown(name, map, List.of("type", "p", "transforms"));
          yield new Augmentation.OneOf(
              p(map), list(name, map.get("transforms"), defaults, sources));
        }
        case "someof" -> {
          requireKnown(
              name, map, List.of("type", "p", "min_transforms", "max_transforms", "transforms"));
          List<Augmentation> transforms = list(name, map.get("transforms"), defaults, sources);
          Object most = map.get("max_transforms");
          Object least = map.get("min_transforms");
          yield new Augmentation.SomeOf(
              least == null ? 1 : integer("min_transforms", least),
              most == null ? transforms.size() : integer("max_transforms", most),
              p(map),
              transforms);
        }
        default -> {
          Augmentation example = defaults.get(lower(type));
          if (example == null) {
            TreeSet<String> names = new TreeSet<>(List.of("Compose", "OneOf", "SomeOf"));
            defaults.values().forEach(a -> names.add(a.getClass().getSimpleName()));
            throw new IllegalArgumentException(
                "%s: type must be one of %s, was %s"
                    .formatted(where, String.join(", ", names), type));
          }
          yield transform(name, example, map, sources);
        }
      };
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(where) ? e : new IllegalArgumentException(name + ": " + message, e);
    }
  }

  private static double p(Map<?, ?> map) {
    Object p = map.get("p");
    return p == null ? 1 : number("p", p);
  }

  private static Augmentation transform(
      String name, Augmentation example, Map<?, ?> map, Sources sources) throws IOException {
    RecordComponent[] components = example.getClass().getRecordComponents();
    List<String> names = new ArrayList<>(List.of("type"));
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      RecordComponent component = components[i];
      Object standard = valueOf(component, example);
      if (standard instanceof Chance chance) {
        names.addAll(List.of("p", "mode", "p_mode"));
        values[i] = chance(chance, map);
        continue;
      }
      String key = key(component);
      names.add(key);
      Object given = map.get(key);
      boolean required =
          standard == NONE || REQUIRED.contains(example.getClass().getSimpleName() + "." + key);
      boolean stretchOfWaves = example instanceof WaveAugmentation.TimeStretch;
      if (given == null && required && !stretchOfWaves) {
        throw new IllegalArgumentException(key + " must be given");
      }
      values[i] = given == null ? standard : value(key, standard, given, sources);
    }
    requireKnown(name, map, names);
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<? extends Augmentation> constructor = example.getClass().getConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object valueOf(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String key(RecordComponent component) {
    return lower(CAPITAL.matcher(component.getName()).replaceAll("_"));
  }

  private static Chance chance(Chance standard, Map<?, ?> map) {
    Object p = map.get("p");
    Object mode = map.get("mode");
    Object pMode = map.get("p_mode");
    Chance.Mode drawn = mode == null ? standard.mode() : constant("mode", standard.mode(), mode);
    return new Chance(
        p == null ? standard.p() : number("p", p),
        drawn,
        pMode == null ? drawn : constant("p_mode", drawn, pMode));
  }

  private static Object value(String key, Object standard, Object given, Sources sources)
      throws IOException {
    return switch (standard) {
      case Double _ -> number(key, given);
      case Integer _ -> integer(key, given);
      case Boolean _ -> {
        if (given instanceof Boolean) {
          yield given;
        }
        throw new IllegalArgumentException(key + " must be true or false, was " + given);
      }
      case Enum<?> constant -> constant(key, constant, given);
      case ClipSource _ -> {
        if (given instanceof String location) {
          yield sources.open(location);
        }
        throw new IllegalArgumentException(key + " must be a path, was " + given);
      }
      case List<?> _ -> {
        if (!(given instanceof List<?> numbers)) {
          throw new IllegalArgumentException(key + " must be a list of numbers, was " + given);
        }
        List<Double> values = new ArrayList<>();
        for (Object number : numbers) {
          values.add(number(key, number));
        }
        yield values;
      }
      default -> throw new AssertionError("no parameter is a " + standard.getClass());
    };
  }

  private static double number(String key, @Nullable Object given) {
    if (given instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException(key + " must be a number, was " + given);
  }

  private static int integer(String key, Object given) {
    double value = number(key, given);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(key + " must be a whole number, was " + given);
    }
    return (int) value;
  }

  private static <E extends Enum<?>> E constant(String key, E example, Object given) {
    Class<E> type = declaring(example);
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      if (lower(constant.name()).equals(lower(String.valueOf(given)))) {
        return constant;
      }
      names.add(lower(constant.name()));
    }
    throw new IllegalArgumentException(
        "%s must be one of %s, was %s".formatted(key, String.join(", ", names), given));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Enum<?>> Class<E> declaring(E constant) {
    return (Class<E>) constant.getDeclaringClass();
  }

  // ---- writing -------------------------------------------------------------------------------

  /** Writes a plan, all parameters included; {@link #parse} reads it as it was. */
  public static String format(AugmentationPlan plan) {
    StringWriter text = new StringWriter();
    ObjectWriteContext pretty =
        new ObjectWriteContext.Base() {
          @Override
          public DefaultPrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
          }
        };
    try (JsonGenerator json = FACTORY.createGenerator(pretty, text)) {
      json.writeStartObject();
      json.writeName("waveform");
      write(json, plan.waveform());
      json.writeName("spectrogram");
      write(json, plan.spectrogram());
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, List<Augmentation> list) {
    json.writeStartArray();
    for (Augmentation augmentation : list) {
      json.writeStartObject();
      json.writeStringProperty("type", augmentation.getClass().getSimpleName());
      for (RecordComponent component : augmentation.getClass().getRecordComponents()) {
        write(json, key(component), valueOf(component, augmentation));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, String key, Object value) {
    switch (value) {
      case Chance chance -> {
        json.writeNumberProperty("p", chance.p());
        json.writeStringProperty("mode", lower(chance.mode().name()));
        json.writeStringProperty("p_mode", lower(chance.pMode().name()));
      }
      case Double number -> json.writeNumberProperty(key, number);
      case Integer number -> json.writeNumberProperty(key, number);
      case Boolean flag -> json.writeBooleanProperty(key, flag);
      case Enum<?> constant -> json.writeStringProperty(key, lower(constant.name()));
      case ClipSource source -> json.writeStringProperty(key, source.location());
      case List<?> list -> {
        json.writeName(key);
        List<Augmentation> inner = new ArrayList<>();
        for (Object element : list) {
          if (element instanceof Augmentation augmentation) {
            inner.add(augmentation);
          }
        }
        if (inner.isEmpty()) {
          json.writeStartArray();
          for (Object number : list) {
            json.writeNumber((Double) number);
          }
          json.writeEndArray();
        } else {
          write(json, inner);
        }
      }
      default -> throw new AssertionError("no parameter is a " + value.getClass());
    }
  }
}
