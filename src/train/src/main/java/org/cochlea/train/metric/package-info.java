/** What a model's answers are worth: pure functions of answers and truth. */
@NullMarked
package org.cochlea.train.metric;

import org.jspecify.annotations.NullMarked;
