/** JSON as maps and lists. */
@NullMarked
package org.cochlea.cli.json;

import org.jspecify.annotations.NullMarked;
