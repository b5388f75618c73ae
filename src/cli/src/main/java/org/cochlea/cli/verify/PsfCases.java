package org.cochlea.cli.verify;

import org.cochlea.core.feature.Delta;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.PsfFbank;
import org.cochlea.core.feature.PsfLogFbank;
import org.cochlea.core.feature.PsfMfcc;
import org.cochlea.core.feature.PsfSpec;
import org.cochlea.core.feature.PsfSsc;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** python_speech_features 0.6.1: its arguments and defaults; time comes first in its results. */
final class PsfCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    if (!feature.startsWith("psf.")) {
      return null;
    }
    Feature known = feature(feature.substring("psf.".length()), p, context);
    return known == null ? null : Recipe.of(known).then(NdArray::transposed);
  }

  private static @Nullable Feature feature(String name, Params p, Context context) {
    return switch (name) {
      case "mfcc" -> mfcc(p, context);
      case "logfbank" -> new PsfLogFbank(spec(p, context, 512));
      case "fbank" -> new PsfFbank(spec(p, context, 512), false);
      case "ssc" -> new PsfSsc(spec(p, context, 512));
      case "delta" -> {
        int reach = p.integer("N", 2);
        String of = p.text("of", "mfcc");
        Feature base = of.equals("delta") ? null : feature(of, p, context);
        if (base == null) {
          throw UnsupportedCaseException.value("of", of);
        }
        // The regression over 2N + 1 frames is the slope of a fitted line.
        yield new Delta(base, new Stage.Delta(2 * reach + 1, 1, Stage.Delta.Edge.NEAREST));
      }
      default -> null;
    };
  }

  private static Feature mfcc(Params p, Context context) {
    PsfSpec spec = spec(p, context, null);
    return new PsfMfcc(
        spec,
        Math.min(p.integer("numcep", 13), spec.bins()),
        p.number("ceplifter", 22),
        p.flag("appendEnergy", true));
  }

  private static PsfSpec spec(Params p, Context context, @Nullable Integer sizeIfAbsent) {
    int rate = p.integer("samplerate", context.sampleRate());
    double window = p.number("winlen", 0.025);
    Integer size = p.integerOrNull("nfft", sizeIfAbsent);
    Double high = p.numberOrNull("highfreq", null);
    return new PsfSpec(
        rate,
        window,
        p.number("winstep", 0.01),
        size == null || size == 0 ? PsfSpec.fftSize(rate, window) : size,
        p.integer("nfilt", 26),
        p.number("lowfreq", 0),
        high == null || high == 0 ? rate / 2.0 : high,
        p.number("preemph", 0.97),
        WindowArgument.numpy("winfunc", p.take("winfunc", null)),
        p.number("waveform_scale", 1));
  }
}
