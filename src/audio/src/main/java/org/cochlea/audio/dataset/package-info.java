/** Datasets: folders and manifests of labelled audio, and their splits. */
@NullMarked
package org.cochlea.audio.dataset;

import org.jspecify.annotations.NullMarked;
