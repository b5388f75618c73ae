package org.cochlea.train.model;

import org.bytedeco.pytorch.Tensor;

/** A step of a network. */
interface Layer {
  /**
   * Returns the step's result; the tensors on the way belong to the caller's scope.
   *
   * @param training whether units are dropped
   */
  Tensor apply(Tensor x, boolean training);

  /** Returns this step and then another. */
  default Layer then(Layer next) {
    return (x, training) -> next.apply(apply(x, training), training);
  }
}
