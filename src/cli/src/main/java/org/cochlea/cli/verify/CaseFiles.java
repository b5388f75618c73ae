package org.cochlea.cli.verify;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cochlea.audio.AudioClip;
import org.cochlea.cli.array.NpyFile;

/** The inputs and results of cases. */
final class CaseFiles {
  private CaseFiles() {}

  static Sound sound(Path file) throws IOException {
    AudioClip clip = AudioClip.load(file);
    return new Sound(clip.toChannels(), clip.sampleRate());
  }

  static NdArray array(Path file) throws IOException {
    NpyFile.Contents contents = NpyFile.read(file);
    return new NdArray(contents.shape(), contents.data());
  }

  static void write(Path file, NdArray array) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      NpyFile.write(out, array.shape(), array.data());
    }
  }
}
