package dev.seneschal.eventlog.consumer;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a consumer has come in a channel.
 *
 * @param offset the last event it has processed
 * @param at when that one was appended, or null
 * @param isolateUntil up to here events are delivered one by one, because they failed together
 * @param failures how often the next event has failed alone
 * @param pause how long until it may be tried again; zero or less if it may be now
 * @param head the channel's last event
 */
record Cursor(long offset, Instant at, long isolateUntil, int failures, Duration pause, long head) {}
