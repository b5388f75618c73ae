/** Training, evaluating and using models on the features of audio files. */
@NullMarked
package org.cochlea.train;

import org.jspecify.annotations.NullMarked;
