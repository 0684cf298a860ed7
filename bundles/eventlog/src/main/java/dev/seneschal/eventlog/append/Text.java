package dev.seneschal.eventlog.append;

/** What CloudEvents says of strings. */
final class Text {

    private Text() {}

    /** Returns the index of the first character that a CloudEvents string must not have, or -1. */
    static int firstForbidden(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                continue;
            }
            if (c <= 0x9f) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(text, i) || isNonCharacter(text.codePointAt(i))) {
                    return i;
                }
                i++;
            } else if (isNonCharacter(c)) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the index of the first character that PostgreSQL's JSON cannot hold, or -1: NUL, or half a surrogate pair. */
    static int firstUnstorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return i;
            }
            if (Character.isSurrogate(c)) {
                if (!isPair(text, i)) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean isPair(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
    }

    private static boolean isNonCharacter(int codePoint) {
        return (codePoint >= 0xfdd0 && codePoint <= 0xfdef) || (codePoint & 0xfffe) == 0xfffe;
    }

    /** Returns how many bytes the text has as UTF-8. */
    static long utf8Length(String text) {
        long length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                // Half of a pair counts two, so that a pair counts four.
                length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
            }
        }
        return length;
    }

    /** Returns the text with a question mark for whatever does not print. */
    static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
