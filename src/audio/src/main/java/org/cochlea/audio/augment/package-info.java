/** Augmentation with files: noises and impulse responses, and plans in JSON. */
@NullMarked
package org.cochlea.audio.augment;

import org.jspecify.annotations.NullMarked;
