package dev.seneschal.notification.sandbox;

/** Small text helpers. */
final class Texts {

    private Texts() {}

    /** Returns at most so many characters of the text. */
    static String shorten(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length) + "…";
    }

    /**
     * Refuses a source that is too long or too deeply nested for the recursive parser, which also looks ahead again at
     * every level. Counts every bracket, also in plain text.
     */
    static void checkSource(String source, Limits limits) {
        if (source.length() > limits.sourceChars()) {
            throw new TemplateFault("The source is longer than " + limits.sourceChars() + " characters.");
        }
        int brackets = 0;
        int blocks = 0;
        for (int i = 0; i < source.length(); i++) {
            switch (source.charAt(i)) {
                case '(', '[', '{' -> brackets++;
                case ')', ']', '}' -> brackets = Math.max(0, brackets - 1);
                case '#' -> {
                    if (source.startsWith("if", i + 1)
                            || source.startsWith("foreach", i + 1)
                            || source.startsWith("{if", i + 1)
                            || source.startsWith("{foreach", i + 1)
                            || source.startsWith("@", i + 1)) {
                        blocks++;
                    } else if (source.startsWith("end", i + 1) || source.startsWith("{end", i + 1)) {
                        blocks = Math.max(0, blocks - 1);
                    }
                }
                default -> {
                    // Nothing nests.
                }
            }
            if (brackets > 2 * limits.nesting() || blocks > limits.nesting()) {
                throw new TemplateFault("The source is nested deeper than " + limits.nesting() + " levels.");
            }
        }
    }
}
