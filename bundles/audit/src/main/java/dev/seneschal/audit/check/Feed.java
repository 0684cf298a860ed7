package dev.seneschal.audit.check;

import java.util.Iterator;

/**
 * Checkpoints from one place, by ascending size.
 *
 * @param whose where they are from, as a report says it
 * @param texts the notes; there may be millions
 */
record Feed(String whose, Iterator<String> texts) {}
