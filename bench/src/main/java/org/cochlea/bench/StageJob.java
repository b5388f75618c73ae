package org.cochlea.bench;

import java.util.List;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Delta;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Filtered;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Resampled;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * One stage of a feature, alone, on what the stages before it give. In a feature an engine does
 * several of them in one step, so their times add up to more than the feature's.
 */
public enum StageJob {
  /** 22.05 kHz to 11.025 kHz. */
  RESAMPLE(Stage.Resample.class),
  /** A Butterworth high-pass of order 4. */
  SOS_FILTER(Stage.SosFilter.class),
  /** 2048 of every 512 samples. */
  FRAME(Stage.Frame.class),
  /** Hann of 2048. */
  WINDOW(Stage.Window.class),
  /** Of 2048 samples. */
  REAL_FFT(Stage.RealFft.class),
  /** The power of 1025 bins. */
  MODULUS(Stage.Modulus.class),
  /** To 128 mel bins. */
  MEL(Stage.Project.class),
  /** Decibels. */
  LOG(Stage.Log.class),
  /** 80 dB below the clip's maximum. */
  DYNAMIC_RANGE(Stage.DynamicRange.class),
  /** To 20 coefficients. */
  DCT(Stage.Project.class),
  /** Over 9 frames. */
  DELTA(Stage.Delta.class),
  /** librosa's, of 128 mel bins. */
  PCEN(Stage.Pcen.class),
  /** Kaldi's, of 400 samples. */
  REMOVE_DC_OFFSET(Stage.RemoveDcOffset.class),
  /** Kaldi's, of 400 samples. */
  PRE_EMPHASIS(Stage.PreEmphasis.class);

  @SuppressWarnings("ImmutableEnumChecker") // a class
  private final Class<? extends Stage> type;

  StageJob(Class<? extends Stage> type) {
    this.type = type;
  }

  private FeatureJob job() {
    return switch (this) {
      case PCEN -> FeatureJob.PCEN;
      case REMOVE_DC_OFFSET, PRE_EMPHASIS -> FeatureJob.KALDI_FBANK;
      default -> FeatureJob.MFCC;
    };
  }

  /** Returns the feature that has the stage. */
  private Feature feature() {
    Feature feature = job().feature();
    int rate = sampleRate();
    return switch (this) {
      case RESAMPLE -> Resampled.of(Mfcc.librosa(rate / 2), rate);
      case SOS_FILTER -> Filtered.of(feature, Butterworth.highpass(4, 60, rate).sections());
      case DELTA -> Delta.librosa(feature);
      default -> feature;
    };
  }

  /** Returns the rate of the clips in Hz. */
  public int sampleRate() {
    return job().sampleRate();
  }

  /** Returns the clips. */
  public Waveform clips() {
    return job().waveform(job().audio());
  }

  /** Returns the seconds of audio in them. */
  public double audioSeconds() {
    return job().audioSeconds();
  }

  /** Returns the stages before it; none for the first. */
  public List<Stage> before() {
    return stages().subList(0, index());
  }

  /** Returns it alone, reading what comes before it. */
  public Pipeline alone() {
    Layout in = Layout.signal();
    for (Stage stage : before()) {
      in = stage.apply(in);
    }
    return new Pipeline(in.isSignal() ? sampleRate() : 0, in, List.of(stages().get(index())));
  }

  private List<Stage> stages() {
    return feature().pipeline().stages();
  }

  private int index() {
    List<Stage> stages = stages();
    int found = -1;
    for (int i = 0; i < stages.size(); i++) {
      // Of two filter banks the last one is the cosine transform.
      if (type.isInstance(stages.get(i)) && (found < 0 || this == DCT)) {
        found = i;
      }
    }
    if (found < 0) {
      throw new IllegalStateException("%s has no stage %s".formatted(feature(), type));
    }
    return found;
  }
}
