package org.cochlea.cli.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.Engine;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases of a set of reference results, and says how far Cochlea is from each.
 *
 * <p>A folder holds {@code manifest.json}, the inputs and the results. Every case names a function
 * of a library and its arguments; the classes named after libraries say what they are here. A
 * function or a value that is not known is reported by name, never passed over.
 */
public final class Verifier {
  private static final List<Library> LIBRARIES =
      List.of(
          new LibrosaCases(),
          new NnAudioCases(),
          new TorchaudioCases(),
          new KaldiCases(),
          new PsfCases(),
          new ScipyCases(),
          new WhisperCases());

  private final Path folder;
  private final Manifest manifest;
  private final Map<String, Sound> sounds = new HashMap<>();

  private Verifier(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /**
   * Opens a set.
   *
   * @param folder with a {@code manifest.json}
   * @throws IOException in one line that begins with the file's name
   */
  public static Verifier open(Path folder) throws IOException {
    return new Verifier(folder, Manifest.read(folder));
  }

  /** Returns the names of the cases, in order. */
  public List<String> ids() {
    return manifest.cases().stream().map(ReferenceCase::id).toList();
  }

  /**
   * Runs one case.
   *
   * @param id its name
   * @param engine what computes features; signal tools need none
   * @param write where to store the result in the source library's layout, or null
   * @throws IOException if a file of the set cannot be read or the result not written
   */
  public Outcome run(String id, Engine engine, @Nullable Path write) throws IOException {
    ReferenceCase one =
        manifest.cases().stream()
            .filter(c -> c.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no case " + id));
    Sound sound = sound(one.input());
    NdArray reference = CaseFiles.array(folder.resolve(one.output()));
    // A manifest does not say whether a library was given the channels at once or one by one. Where
    // that matters both are its results, and the reference is one of them.
    Attempt attempt = attempt(one, sound, reference, true, engine);
    if (sound.channels().length > 1 && !attempt.passed()) {
      Attempt other = attempt(one, sound, reference, false, engine);
      attempt = other.isBetterThan(attempt) ? other : attempt;
    }
    NdArray result = attempt.result();
    if (write != null && result != null) {
      CaseFiles.write(write.resolve(one.output()), result);
    }
    return attempt.outcome();
  }

  /**
   * What came out.
   *
   * @param result null where nothing did
   */
  private record Attempt(Outcome outcome, @Nullable NdArray result) {
    boolean passed() {
      return outcome instanceof Outcome.Compared compared && compared.passed();
    }

    boolean isBetterThan(Attempt other) {
      return outcome instanceof Outcome.Compared mine
          && !(other.outcome instanceof Outcome.Compared theirs && theirs.error() <= mine.error());
    }
  }

  private static Attempt attempt(
      ReferenceCase one, Sound sound, NdArray reference, boolean together, Engine engine) {
    String id = one.id();
    NdArray result;
    try {
      result = NdArray.stack(recipe(one, sound, reference, together).run(sound, engine));
    } catch (UnsupportedCaseException e) {
      return new Attempt(new Outcome.Unsupported(id, one.feature() + ": " + e.getMessage()), null);
    } catch (UnsupportedOperationException e) {
      return new Attempt(
          new Outcome.Unsupported(id, "engine %s: %s".formatted(engine.name(), e.getMessage())),
          null);
    } catch (RuntimeException e) {
      return new Attempt(new Outcome.Failed(id, String.valueOf(e.getMessage())), null);
    }
    if (!result.sameShape(reference)) {
      return new Attempt(
          new Outcome.Failed(
              id, "shape %s, the reference has %s".formatted(result.size(), reference.size())),
          result);
    }
    Comparison comparison = Comparison.of(one, sound.sampleRate());
    return new Attempt(
        new Outcome.Compared(
            id,
            comparison.error(result.data(), reference.data()),
            comparison.bound(),
            comparison.unit()),
        result);
  }

  private static Recipe recipe(
      ReferenceCase one, Sound sound, NdArray reference, boolean together) {
    Library.Context context =
        new Library.Context(
            sound.sampleRate(), sound.channels().length, reference.shape(), together);
    for (Library library : LIBRARIES) {
      Params params = new Params(one.params());
      Recipe recipe;
      try {
        recipe = library.recipe(one.feature(), params, context);
      } catch (IllegalArgumentException e) {
        throw new UnsupportedCaseException(String.valueOf(e.getMessage()));
      }
      if (recipe != null) {
        params.requireAllRead();
        return recipe;
      }
    }
    throw new UnsupportedCaseException("no such feature");
  }

  private Sound sound(String name) throws IOException {
    Sound known = sounds.get(name);
    if (known == null) {
      known = CaseFiles.sound(folder.resolve(name));
      sounds.put(name, known);
    }
    return known;
  }
}
