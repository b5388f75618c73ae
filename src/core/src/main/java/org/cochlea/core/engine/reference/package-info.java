/** The reference engine: what every stage means. */
package org.cochlea.core.engine.reference;
