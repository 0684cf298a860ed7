package dev.seneschal.retention.segment;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is needed to delete one archived row, and only in the version that was archived: a line of a segment's key file.
 *
 * @param xmin the version PostgreSQL gave it in its cluster
 * @param rowHash the hash of its whole text, as PostgreSQL computes it
 * @param lineHash the hash of its line in the row file, or an empty string if the segment has none
 * @param key the values of its key, as text
 */
public record KeyLine(String xmin, String rowHash, String lineHash, List<String> key) {

    private static final int FIXED = 3;

    byte[] bytes() {
        var line = new StringBuilder(xmin)
                .append('\t')
                .append(rowHash)
                .append('\t')
                .append(lineHash);
        key.forEach(value -> line.append('\t').append(CopyText.escape(value)));
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    static KeyLine parse(String line) {
        var fields = line.split("\t", -1);
        if (fields.length <= FIXED) {
            throw new IllegalArgumentException("A key line has " + fields.length + " fields");
        }
        var key = new ArrayList<String>();
        Arrays.stream(fields, FIXED, fields.length).map(CopyText::unescape).forEach(key::add);
        return new KeyLine(fields[0], fields[1], fields[2], key);
    }
}
