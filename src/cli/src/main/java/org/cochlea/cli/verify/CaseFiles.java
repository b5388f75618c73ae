package org.cochlea.cli.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.file.Npy;

/** The inputs and results of cases. */
final class CaseFiles {
  private CaseFiles() {}

  static Sound sound(Path file) throws IOException {
    AudioClip clip = AudioClip.load(file);
    return new Sound(clip.toChannels(), clip.sampleRate());
  }

  static NdArray array(Path file) throws IOException {
    var array = Npy.read(file);
    return new NdArray(array.shape(), array.toFloats());
  }

  static void write(Path file, NdArray array) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Npy.write(file, org.cochlea.audio.file.NdArray.of(array.data(), array.shape()));
  }
}
