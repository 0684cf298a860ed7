package dev.seneschal.retention.catalog;

/** The one place where names and values become part of a statement's text. */
public final class Sql {

    private Sql() {}

    /** Returns a name as an identifier, whatever is in it. */
    public static String name(String name) {
        refuseNul(name);
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Returns a text as a literal; for COPY, which takes no parameters. Needs {@code standard_conforming_strings}. */
    public static String literal(String text) {
        refuseNul(text);
        return '\'' + text.replace("'", "''") + '\'';
    }

    private static void refuseNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("PostgreSQL has no text with a NUL in it");
        }
    }
}
