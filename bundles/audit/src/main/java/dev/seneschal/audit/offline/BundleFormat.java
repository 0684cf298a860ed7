package dev.seneschal.audit.offline;

/**
 * What a bundle, a ZIP file, holds.
 *
 * <ul>
 *   <li>{@link #ORIGIN}: the log's name
 *   <li>{@link #KEYS}: the public keys, one a line, as {@code name+id+key}
 *   <li>{@link #CHECKPOINTS}: the signed notes by ascending size, each followed by an empty line
 *   <li>{@link #ENTRIES}: one entry a line: place, identifier, salt in hexadecimal, canonical text, with tabs between;
 *       {@link #GONE} for the salt and the text of an entry that is not there
 *   <li>{@code tile/<level>/<position>}: the hashes of the tree, 32 bytes each
 *   <li>{@link #README}: how to verify it
 * </ul>
 */
public final class BundleFormat {

    /** Name of the log's name. */
    public static final String ORIGIN = "origin.txt";
    /** Name of the keys. */
    public static final String KEYS = "keys.txt";
    /** Name of the checkpoints. */
    public static final String CHECKPOINTS = "checkpoints.txt";
    /** Name of the entries. */
    public static final String ENTRIES = "entries.tsv";
    /** Name of the explanation. */
    public static final String README = "README.txt";
    /** Stands for what is gone. */
    public static final String GONE = "-";

    private BundleFormat() {}

    /** Returns the name of a tile. */
    public static String tile(int level, long position) {
        return "tile/" + level + "/" + position;
    }
}
