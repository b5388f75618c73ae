import org.jspecify.annotations.NullMarked;

/** The {@code cochlea} command. */
@NullMarked
module org.cochlea.cli {
  requires static org.jspecify;
  requires org.cochlea.core;
  requires org.cochlea.audio;
  requires org.cochlea.cuda;
  requires org.cochlea.opencl;
  requires org.cochlea.train;
  requires de.siegmar.fastcsv;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires java.desktop;
  requires tools.jackson.core;

  // Found where Spark runs the command, on the class path.
  uses org.cochlea.cli.extract.ClusterExtraction;

  // picocli reads the commands' annotations and sets their fields.
  opens org.cochlea.cli to
      info.picocli;
}
