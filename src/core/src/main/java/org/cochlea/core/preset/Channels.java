package org.cochlea.core.preset;

import org.cochlea.core.signal.Level;

/** What becomes of a clip's channels. */
public enum Channels {
  /** Their mean; librosa.to_mono. */
  MONO {
    @Override
    public float[][] apply(float[][] channels) {
      return channels.length == 1 ? channels : new float[][] {Level.mono(channels)};
    }
  },
  /** Two: a single one is doubled, of more the first two are kept. */
  STEREO {
    @Override
    public float[][] apply(float[][] channels) {
      return new float[][] {channels[0], channels[Math.min(1, channels.length - 1)]};
    }
  },
  /** As they are, each by itself. */
  EACH {
    @Override
    public float[][] apply(float[][] channels) {
      return channels;
    }
  };

  /**
   * Returns the channels that go on; arrays may be shared with the argument.
   *
   * @param channels at least one, all of one length
   */
  public abstract float[][] apply(float[][] channels);
}
