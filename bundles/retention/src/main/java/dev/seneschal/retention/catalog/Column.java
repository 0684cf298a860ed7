package dev.seneschal.retention.catalog;

/**
 * A column as the catalog describes it.
 *
 * @param name its name
 * @param type its type with modifiers, as PostgreSQL prints it
 * @param isRequired whether it is NOT NULL
 * @param isGenerated whether PostgreSQL computes it
 */
public record Column(String name, String type, boolean isRequired, boolean isGenerated) {

    /** Returns the column of the table that statements call {@code t}. */
    public String sql() {
        return "t." + Sql.name(name);
    }

    /** Returns a value given as text, in this column's type. */
    String cast(String text) {
        return "CAST(" + text + " AS " + type + ")";
    }
}
