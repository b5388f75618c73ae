/**
 * Windows, filter banks and transforms as matrices: pure functions computed in double precision.
 */
package org.cochlea.core.basis;
