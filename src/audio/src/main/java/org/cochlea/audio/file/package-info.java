/** Feature files: arrays and tables on disk, each of them written whole or not at all. */
@NullMarked
package org.cochlea.audio.file;

import org.jspecify.annotations.NullMarked;
