package org.cochlea.core.engine.cpu;

import java.util.List;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/** Reads signals whole, through the stages that work on single samples. */
final class CopyPhase extends Phase implements Workers.Job {
  private final List<Stage> stages;
  private final SignalReader.Samples[] samples;
  private final SignalReader[] readers;
  private @Nullable Waveform waveform;
  private @Nullable Block source;
  private long first;
  private Block result = new Block();

  CopyPhase(List<Stage> stages, int workers) {
    this.stages = stages;
    this.samples = new SignalReader.Samples[workers];
    this.readers = new SignalReader[workers];
    for (int i = 0; i < workers; i++) {
      samples[i] = new SignalReader.Samples();
      readers[i] = SignalReader.of(samples[i], stages);
    }
  }

  @Override
  long frames(long in) {
    long n = in;
    for (int i = 0; i < stages.size(); i++) {
      n = stages.get(i).frames(n);
    }
    return n;
  }

  @Override
  void run(Call call, @Nullable Block in, Block out, Workers workers) {
    waveform = call.waveform;
    source = in;
    result = out;
    first = call.firstSample;
    workers.run(this, out.count());
    waveform = null;
    source = null;
  }

  @Override
  public void run(int task, Worker worker) {
    SignalReader.Samples from = samples[worker.index()];
    int channels = result.channels();
    if (source != null) {
      from.bind(source.panel(task), task % channels);
    } else if (waveform != null) {
      from.bind(waveform, task / channels, task % channels);
    }
    from.beginAt(first);
    Panel to = result.panel(task);
    readers[worker.index()].read(0, to.frames, to.data, to.row(0));
  }
}
