package dev.seneschal.realtime.hub;

import java.util.List;

/**
 * A part of a channel's history.
 *
 * @param epoch names the history
 * @param offset that of the newest publication, 0 if there was none
 * @param publications in the order that was asked for; none if only the position was
 */
public record Past(String epoch, long offset, List<Publication> publications) {}
