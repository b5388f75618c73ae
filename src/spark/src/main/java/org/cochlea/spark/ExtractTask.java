package org.cochlea.spark;

import java.io.Serializable;

/**
 * What every task of a job is told.
 *
 * @param id of the job: its tasks share what an executor has compiled
 * @param recipe what to compute
 * @param options how
 * @param columns where clips come from, and where results go
 * @param metrics what is counted
 */
record ExtractTask(
    String id, Recipe recipe, ExtractOptions options, ClipColumns columns, ExtractMetrics metrics)
    implements Serializable {}
