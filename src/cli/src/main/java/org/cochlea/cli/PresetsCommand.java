package org.cochlea.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.preset.Presets;
import org.cochlea.core.stage.Layout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cochlea presets}: the front-ends of named systems. */
@Command(
    name = "presets",
    description = {
      "Lists the presets: front-ends of published systems, from the samples of a file to what the"
          + " model reads. With 'show' and names, shows every parameter and where it is from.",
    },
    footer = {
      "",
      "Examples:",
      "  cochlea presets",
      "  cochlea presets --search speech",
      "  cochlea presets show whisper"
    })
final class PresetsCommand implements Callable<Integer> {
  @Mixin Common common = new Common();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "0..*",
      paramLabel = "show NAME",
      hideParamSyntax = true,
      description = "The presets to show.")
  private List<String> words = List.of();

  @Option(
      names = "--search",
      paramLabel = "WORD",
      description = "List only presets with this in their name or description.")
  private @Nullable String word;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (words.isEmpty()) {
      return list(out);
    }
    if (!words.getFirst().equals("show")) {
      throw new ParameterException(
          spec.commandLine(), "unexpected argument " + words.getFirst() + "; did you mean show?");
    }
    if (words.size() == 1) {
      throw new ParameterException(spec.commandLine(), "show: NAME is missing");
    }
    // All are looked up first, so that a wrong name does not leave half an answer.
    List<Preset> presets = words.stream().skip(1).map(PresetsCommand::named).toList();
    out.println(
        String.join(
            System.lineSeparator().repeat(2), presets.stream().map(Preset::describe).toList()));
    return ExitCode.OK;
  }

  private static Preset named(String name) {
    List<Preset> all = Presets.all();
    String text = name.toLowerCase(Locale.ROOT);
    return all.stream()
        .filter(preset -> preset.name().equals(text))
        .findFirst()
        .orElseThrow(
            () -> {
              List<String> near =
                  all.stream().map(Preset::name).filter(other -> other.contains(text)).toList();
              return new IllegalArgumentException(
                  "no preset is called %s; %s"
                      .formatted(
                          name,
                          near.isEmpty()
                              ? "'cochlea presets' lists them"
                              : "did you mean " + String.join(" or ", near) + "?"));
            });
  }

  private int list(PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", "rate", "gives", "what"));
    for (Preset preset : Presets.all()) {
      if (matches(preset)) {
        Layout output = preset.feature().pipeline().output();
        rows.add(
            List.of(
                preset.name(),
                preset.sampleRate() == 0 ? "any" : preset.sampleRate() + " Hz",
                output.isSignal() ? "signal" : output.bins() + " bins",
                preset.description()));
      }
    }
    if (rows.size() == 1) {
      // Not a wrong word, but not an answer either; as grep.
      spec.commandLine().getErr().printf("cochlea: --search %s: no preset matches%n", word);
      return ExitCode.FAILED;
    }
    Text.table(rows).forEach(out::println);
    return ExitCode.OK;
  }

  private boolean matches(Preset preset) {
    return word == null
        || (preset.name() + " " + preset.description())
            .toLowerCase(Locale.ROOT)
            .contains(word.toLowerCase(Locale.ROOT));
  }
}
