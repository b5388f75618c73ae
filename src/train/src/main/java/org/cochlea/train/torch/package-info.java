/** libtorch: pipelines as its operations, and tensors shared with it. */
package org.cochlea.train.torch;
