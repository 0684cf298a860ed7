package dev.seneschal.eventlog.append;

/**
 * How much the log takes.
 *
 * @param groupEvents how many events are committed together at most, unless one request alone has more
 * @param waitingEvents how many events may wait
 * @param waitingBytes how much memory they may hold
 * @param eventBytes the size of one event
 */
public record AppendLimits(int groupEvents, int waitingEvents, long waitingBytes, long eventBytes) {}
