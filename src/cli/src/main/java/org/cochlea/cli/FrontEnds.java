package org.cochlea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cochlea.core.preset.Preset;
import org.cochlea.train.TrainConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The front end of a training run: options of {@code cochlea extract}, without the dashes. */
@Command(name = "frontEnd")
final class FrontEnds {
  @Mixin FeatureOptions options = new FeatureOptions();

  private FrontEnds() {}

  /**
   * Returns the front end.
   *
   * @param frontEnd values by option, such as {@code n-mels}; true and false for options without
   *     one
   * @throws IllegalArgumentException naming the option that is wrong
   */
  static Preset of(Map<String, Object> frontEnd) {
    List<String> words = new ArrayList<>();
    for (Map.Entry<String, Object> entry : new TreeMap<>(frontEnd).entrySet()) {
      if (entry.getKey().equals(TrainConfig.TRAINABLE)) {
        continue;
      }
      String option = entry.getKey().replace('_', '-');
      if (entry.getValue() instanceof Boolean on) {
        words.add(on ? "--" + option : "--no-" + option);
      } else {
        words.add("--" + option);
        words.add(Text.plain(entry.getValue()));
      }
    }
    try {
      FrontEnds holder = new FrontEnds();
      CommandLine line = new CommandLine(holder).setAbbreviatedOptionsAllowed(false);
      ParseResult parsed = line.parseArgs(words.toArray(String[]::new));
      Integer rate = holder.options.sampleRate;
      if (rate == null && holder.options.preset == null) {
        throw new IllegalArgumentException("frontEnd: sr is needed, the rate in Hz of all clips");
      }
      return holder.options.presets(parsed).apply(rate == null ? 0 : rate);
    } catch (ParameterException e) {
      throw new IllegalArgumentException("frontEnd: " + e.getMessage(), e);
    }
  }
}
