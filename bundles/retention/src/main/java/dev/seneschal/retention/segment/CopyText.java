package dev.seneschal.retention.segment;

/** The text format of PostgreSQL's COPY: a tab ends a field, and no field contains one as it is. */
final class CopyText {

    private CopyText() {}

    /** Returns the place after the n-th tab. */
    static int skip(byte[] line, int fields) {
        int at = 0;
        for (int skipped = 0; skipped < fields; at++) {
            if (line[at] == '\t') {
                skipped++;
            }
        }
        return at;
    }

    static String escape(String value) {
        return value.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    /** Undoes what PostgreSQL, or {@link #escape}, did to a value that is not null. */
    static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        var value = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c != '\\') {
                value.append(c);
                continue;
            }
            c = field.charAt(++i);
            value.append(
                    switch (c) {
                        case 'b' -> '\b';
                        case 'f' -> '\f';
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'v' -> '\u000b';
                        default -> c;
                    });
        }
        return value.toString();
    }
}
