import org.jspecify.annotations.NullMarked;

/** The {@code cochlea} command. */
@NullMarked
module org.cochlea.cli {
  requires static org.jspecify;
  requires org.cochlea.core;
  requires org.cochlea.audio;
  requires info.picocli;
  requires java.desktop;
}
