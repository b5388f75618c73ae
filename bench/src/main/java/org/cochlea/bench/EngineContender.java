package org.cochlea.bench;

import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;

/** An engine of Cochlea, as a user calls it: into the same tensor every time. */
final class EngineContender implements Contender {
  private final Engine engine;
  private final Extractor extractor;
  private final Waveform in;
  private final Tensor out;

  EngineContender(String name, Job job, float[] audio, int threads) {
    engine = Engines.named(name);
    extractor =
        engine.compile(job.feature().pipeline(), ExtractorOptions.defaults().withThreads(threads));
    in = job.waveform(audio);
    out = Tensor.allocate(extractor.outputShape(in));
  }

  @Override
  public String version() {
    String device =
        switch (engine.probe()) {
          case Available yes -> yes.device();
          case Unavailable no -> String.join(", ", no.reasons());
        };
    return "Cochlea %s: %s".formatted(engine.name(), device);
  }

  @Override
  public void run() {
    extractor.extract(in, out);
  }

  @Override
  public float[] output() {
    return out.toArray();
  }

  @Override
  public void close() {
    extractor.close();
    engine.close();
  }
}
