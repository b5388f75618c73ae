/**
 * Features of corpora on Apache Spark: {@link org.cochlea.spark.CochleaSpark}.
 *
 * <p>Spark reads, distributes, repeats what failed and writes; what is here turns clips into
 * features inside its tasks.
 */
@NullMarked
package org.cochlea.spark;

import org.jspecify.annotations.NullMarked;
