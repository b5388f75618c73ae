/** Audio files: read and written block by block, in all the formats that datasets come in. */
@NullMarked
package org.cochlea.audio;

import org.jspecify.annotations.NullMarked;
