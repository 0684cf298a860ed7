package dev.seneschal.jobs.work;

import java.time.Duration;

/**
 * How the engine works.
 *
 * @param workers how many jobs run at once
 * @param workersPerType how many slow jobs of one type run at once, so that one type cannot keep the others waiting
 * @param batchSize how many jobs are claimed at once
 * @param poll the longest wait without a wake-up
 * @param lease how long a lease lasts without renewal
 * @param drain how long running work may go on when its handler or the queue stops
 * @param backoff when a failed attempt is tried again
 */
public record Settings(
        int workers,
        int workersPerType,
        int batchSize,
        Duration poll,
        Duration lease,
        Duration drain,
        Backoff backoff) {}
