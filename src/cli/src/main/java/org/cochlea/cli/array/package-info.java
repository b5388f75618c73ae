/** Arrays of numbers in files. */
@NullMarked
package org.cochlea.cli.array;

import org.jspecify.annotations.NullMarked;
