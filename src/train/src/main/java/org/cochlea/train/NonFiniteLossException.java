package org.cochlea.train;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The loss is no number any more: training cannot go on. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int NAMED = 8;

  NonFiniteLossException(double loss, int epoch, int step, List<Path> files) {
    super(
        "the loss is %s in epoch %d, step %d: try a smaller learning rate or clipGradient; clips of the step: %s%s"
            .formatted(
                loss,
                epoch,
                step,
                files.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", ")),
                files.size() > NAMED ? " and %d more".formatted(files.size() - NAMED) : ""));
  }
}
