import org.jspecify.annotations.NullMarked;

/**
 * Audio files in, feature files out.
 *
 * <p>WAV, AIFF and AU are read and written in plain Java. Every other audio format needs {@code
 * org.bytedeco:ffmpeg}, reading HDF5 needs {@code io.jhdf:jhdf}; both are optional. A launcher that
 * uses them from the module path names them: {@code --add-modules org.bytedeco.ffmpeg,io.jhdf}.
 */
@NullMarked
module org.cochlea.audio {
  requires static org.jspecify;
  requires transitive org.cochlea.core;
  requires de.siegmar.fastcsv;
  requires tools.jackson.core;
  requires static org.bytedeco.ffmpeg;
  requires static org.bytedeco.javacpp;
  requires static io.jhdf;

  exports org.cochlea.audio;
  exports org.cochlea.audio.file;
  exports org.cochlea.audio.augment;
  exports org.cochlea.audio.dataset;
}
