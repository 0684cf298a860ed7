package dev.seneschal.notification.sandbox;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Follows HTML text and says, at each value, what kind of place it stands in and so how it must be escaped. The states are
 * those of the WHATWG tokenizer as far as they matter here. A value may stand in text and in quoted attributes; anywhere
 * else it could change what the markup means, and the template is refused.
 */
final class HtmlPlaces {

    private static final Set<String> URL_ATTRIBUTES = Set.of(
            "href", "src", "action", "formaction", "background", "cite", "poster", "data", "longdesc", "xlink:href");
    private static final Pattern SAFE_LEAD = Pattern.compile("\\s*(https?://|mailto:|cid:|/|#|\\?).*", Pattern.DOTALL);
    private static final Set<String> FORBIDDEN_ATTRIBUTES = Set.of("style", "srcset", "srcdoc", "ping", "http-equiv");
    private static final Set<String> RAW_ELEMENTS =
            Set.of("script", "style", "iframe", "xmp", "noembed", "noframes", "noscript", "plaintext");

    private enum State {
        TEXT,
        TAG_OPEN,
        TAG_NAME,
        IN_TAG,
        ATTRIBUTE_NAME,
        AFTER_NAME,
        BEFORE_VALUE,
        DOUBLE_QUOTED,
        SINGLE_QUOTED,
        UNQUOTED,
        COMMENT,
        DECLARATION,
        RAW
    }

    /** Where the text stands; comparable, so that branches can be made to meet. */
    record Place(State state, String tag, String attribute, boolean begun) {}

    private State state = State.TEXT;
    private String tag = "";
    private String attribute = "";
    /** Whether something already stands before this point in the attribute's value. */
    private boolean begun;
    /** The literal text the attribute's value begins with. */
    private final StringBuilder lead = new StringBuilder();
    /** What has been read of a name, or of the end of a comment or raw element. */
    private final StringBuilder word = new StringBuilder();

    Place place() {
        boolean quoted = state == State.DOUBLE_QUOTED || state == State.SINGLE_QUOTED;
        return new Place(state, state == State.TEXT ? "" : tag, quoted ? attribute : "", quoted && begun);
    }

    /** Goes back to a place, to follow another branch from there. */
    void resume(Place place) {
        state = place.state();
        tag = place.tag();
        attribute = place.attribute();
        begun = place.begun();
        word.setLength(0);
    }

    /** Returns whether a directive may stand here: not where a word could be cut in two. */
    boolean betweenWords() {
        return switch (state) {
            case TEXT, IN_TAG, DOUBLE_QUOTED, SINGLE_QUOTED -> true;
            case RAW, COMMENT -> word.isEmpty();
            default -> false;
        };
    }

    /** Returns how a value that stands here is escaped. */
    Escape value() {
        if (state == State.TEXT) {
            return Escape.HTML;
        }
        if (state != State.DOUBLE_QUOTED && state != State.SINGLE_QUOTED) {
            throw new TemplateFault(
                    switch (state) {
                        case RAW -> "A value cannot stand inside <" + tag + ">.";
                        case COMMENT -> "A value cannot stand inside an HTML comment.";
                        case BEFORE_VALUE, UNQUOTED -> "Put the attribute's value in quotes.";
                        default -> "A value cannot stand here inside a tag.";
                    });
        }
        if (attribute.startsWith("on") || FORBIDDEN_ATTRIBUTES.contains(attribute)) {
            throw new TemplateFault("A value cannot stand in the attribute '" + attribute + "'.");
        }
        if (tag.equals("meta") || tag.equals("base") || tag.equals("link")) {
            throw new TemplateFault("A value cannot stand in <" + tag + ">.");
        }
        boolean first = !begun;
        begun = true;
        if (!URL_ATTRIBUTES.contains(attribute)) {
            return Escape.HTML;
        }
        if (first) {
            return Escape.URL;
        }
        if (!lead.isEmpty()
                && !SAFE_LEAD.matcher(lead.toString().toLowerCase(Locale.ROOT)).matches()) {
            throw new TemplateFault("A URL with a value in it must begin with https://, http://, mailto: or /.");
        }
        return Escape.URL_PIECE;
    }

    void text(String text) {
        for (int i = 0; i < text.length(); i++) {
            next(text.charAt(i));
        }
    }

    private void next(char c) {
        switch (state) {
            case TEXT -> {
                if (c == '<') {
                    state = State.TAG_OPEN;
                    word.setLength(0);
                }
            }
            case TAG_OPEN -> tagOpen(c);
            case TAG_NAME -> {
                if (space(c) || c == '/' || c == '>') {
                    tag = lower(word);
                    state = State.IN_TAG;
                    inTag(c);
                } else {
                    word.append(c);
                }
            }
            case IN_TAG -> inTag(c);
            case ATTRIBUTE_NAME -> {
                if (c == '=' || c == '>' || c == '/' || space(c)) {
                    attribute = lower(word);
                    afterName(c);
                } else {
                    word.append(c);
                }
            }
            case AFTER_NAME -> afterName(c);
            case BEFORE_VALUE -> beforeValue(c);
            case DOUBLE_QUOTED, SINGLE_QUOTED -> {
                if (c == (state == State.DOUBLE_QUOTED ? '"' : '\'')) {
                    state = State.IN_TAG;
                } else {
                    if (!begun || !lead.isEmpty()) {
                        lead.append(c);
                    }
                    begun |= !space(c);
                }
            }
            case UNQUOTED -> {
                if (space(c) || c == '>') {
                    state = State.IN_TAG;
                    inTag(c);
                }
            }
            case COMMENT -> ends(c, "-->", State.TEXT);
            case DECLARATION -> declaration(c);
            case RAW -> raw(c);
        }
    }

    private void tagOpen(char c) {
        if (c == '!' || c == '?') {
            state = State.DECLARATION;
            word.setLength(0);
        } else if (c == '/' && word.isEmpty()) {
            word.append('/');
        } else if (Character.isLetter(c)) {
            state = State.TAG_NAME;
            word.append(c);
        } else {
            state = c == '<' ? State.TAG_OPEN : State.TEXT;
            word.setLength(0);
        }
    }

    private void inTag(char c) {
        if (c == '>') {
            state = RAW_ELEMENTS.contains(tag) ? State.RAW : State.TEXT;
            word.setLength(0);
            attribute = "";
        } else if (!space(c) && c != '/') {
            state = State.ATTRIBUTE_NAME;
            word.setLength(0);
            word.append(c);
        }
    }

    private void afterName(char c) {
        if (c == '=') {
            state = State.BEFORE_VALUE;
            begun = false;
            lead.setLength(0);
        } else if (space(c)) {
            state = State.AFTER_NAME;
        } else {
            state = State.IN_TAG;
            inTag(c);
        }
    }

    private void beforeValue(char c) {
        if (c == '"') {
            state = State.DOUBLE_QUOTED;
        } else if (c == '\'') {
            state = State.SINGLE_QUOTED;
        } else if (c == '>') {
            state = State.IN_TAG;
            inTag(c);
        } else if (!space(c)) {
            state = State.UNQUOTED;
        }
    }

    private void declaration(char c) {
        word.append(c);
        if (word.length() == 2 && word.toString().equals("--")) {
            state = State.COMMENT;
            word.setLength(0);
        } else if (c == '>') {
            state = State.TEXT;
            word.setLength(0);
        }
    }

    private void raw(char c) {
        var end = "</" + tag;
        char lower = Character.toLowerCase(c);
        if (word.length() == end.length()) {
            state = State.TAG_NAME;
            word.setLength(0);
            word.append('/').append(tag);
            next(c);
        } else if (lower == end.charAt(word.length())) {
            word.append(lower);
        } else {
            word.setLength(0);
            if (lower == '<') {
                word.append('<');
            }
        }
    }

    private void ends(char c, String end, State after) {
        if (c == '-' || c == '>') {
            word.append(c);
            if (word.toString().endsWith(end)) {
                state = after;
                word.setLength(0);
            } else if (c == '>') {
                word.setLength(0);
            }
        } else {
            word.setLength(0);
        }
    }

    private static boolean space(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
    }

    private static String lower(StringBuilder name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
