package org.cochlea.train.torch;

import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs an operation on one channel after the other. A matrix product of many rows adds up in
 * another order than one of few, and a power is rounded otherwise at the end of a tensor, so that
 * the last bits of a channel would depend on where it is.
 *
 * @param operation which works on channels apart
 */
record ChannelByChannel(Operation operation) implements Operation {
  @Override
  public Clips apply(Clips in) {
    if (in.channels() == 1) {
      return operation.apply(in);
    }
    TensorVector all = new TensorVector();
    Clips last = in;
    for (int c = 0; c < in.channels(); c++) {
      last = operation.apply(in.with(in.values().narrow(1, c, 1)));
      all.push_back(last.values());
    }
    return last.with(torch.cat(all, 1));
  }
}
