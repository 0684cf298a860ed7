package dev.seneschal.realtime.hub;

/**
 * Which part of a channel's history is asked for.
 *
 * @param since forwards, publications after it; backwards, publications before it; null begins at the end of the history
 *     that comes first
 * @param limit most publications; not negative, and 0 asks for the position only
 * @param reverse newest first
 */
public record Range(StreamPosition since, int limit, boolean reverse) {}
