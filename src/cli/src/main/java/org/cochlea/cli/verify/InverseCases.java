package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.GriffinLim;
import org.cochlea.core.feature.Inverse;
import org.cochlea.core.feature.InverseCqt;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Stage;

/** Inverses: the case names a signal, of which the feature is taken first and then undone. */
final class InverseCases {
  private InverseCases() {}

  /** librosa.istft of librosa.stft. */
  static Recipe istft(Params p, StftSpec spec) {
    Feature stft = Stft.of(spec);
    return signal(stft, Inverse.of(stft, Inverse.To.SIGNAL).withPhase(phase(p)));
  }

  /** librosa.griffinlim of the magnitudes; only without random phases is it one signal. */
  static Recipe griffinLim(Params p, StftSpec spec) {
    Feature magnitudes = new Spectrogram(0, spec, 1);
    return signal(magnitudes, Inverse.of(magnitudes, Inverse.To.SIGNAL).withPhase(phase(p)));
  }

  private static GriffinLim phase(Params p) {
    GriffinLim defaults = GriffinLim.librosa();
    Integer length = p.integerOrNull("length", null);
    p.expect("init", (Object) null);
    p.ignore("random_state");
    return new GriffinLim(
        defaults.spec(),
        1,
        p.integer("n_iter", defaults.iterations()),
        p.number("momentum", defaults.momentum()),
        Stage.GriffinLim.Start.ZERO,
        0,
        length == null ? -1 : length);
  }

  static Recipe icqt(Params p, ConstantQ transform) {
    Integer length = p.integerOrNull("length", null);
    ConstantQ complex = transform.withOutput(Stft.Output.COMPLEX);
    InverseCqt inverse = InverseCqt.of(complex);
    return signal(complex, length == null ? inverse : inverse.withSamples(length));
  }

  private static Recipe signal(Feature forward, Feature inverse) {
    return chain(forward, inverse).then(row -> NdArray.of(row.data()));
  }

  /** One feature, then another that reads frames. */
  static Recipe chain(Feature forward, Feature inverse) {
    Recipe first = Recipe.of(forward);
    return (input, engine) -> {
      List<NdArray> results = new ArrayList<>();
      for (NdArray values : first.run(input, engine)) {
        results.add(undone(values, inverse, engine));
      }
      return results;
    };
  }

  private static NdArray undone(NdArray values, Feature inverse, Engine engine) {
    int[] size = values.shape();
    boolean complex = size.length == 3;
    Tensor in = Tensor.wrap(new Shape(1, 1, size[0], size[1], complex), values.data());
    try (Extractor extractor = engine.compile(inverse.pipeline())) {
      Tensor out = extractor.extract(in);
      return new NdArray(new int[] {out.shape().bins(), out.shape().frames()}, out.toArray());
    }
  }
}
