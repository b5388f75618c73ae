import org.jspecify.annotations.NullMarked;

/** Audio files in, feature files out. */
@NullMarked
module org.cochlea.audio {
  requires static org.jspecify;
  requires transitive org.cochlea.core;
}
