/** The closed vocabulary that engines run: stages, the matrices they use, and pipelines of them. */
package org.cochlea.core.stage;
