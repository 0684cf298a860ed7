package dev.seneschal.jobs.command;

import java.util.UUID;

/** Reads the identifier of a job that an operator types. */
final class Identifier {

    private Identifier() {}

    static UUID of(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is no identifier of a job; jobs:list shows them.", e);
        }
    }
}
