/** What models are trained on: divided datasets, windows of clips, batches that are read ahead. */
@NullMarked
package org.cochlea.train.data;

import org.jspecify.annotations.NullMarked;
