package org.cochlea.cli.extract;

import java.io.IOException;

/** Computes the features of a job on a cluster. Found with {@link java.util.ServiceLoader}. */
public interface ClusterExtraction {
  /**
   * Runs to the end.
   *
   * @throws IOException if the output folder cannot be used
   */
  Report run(ClusterJob job) throws IOException;
}
