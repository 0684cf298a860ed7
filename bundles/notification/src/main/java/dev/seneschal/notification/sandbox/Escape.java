package dev.seneschal.notification.sandbox;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** How a value is written at one place of one part. */
enum Escape {
    /** Plain text: as it is. */
    NONE {
        @Override
        String apply(String value) {
            return value;
        }
    },
    /** A header line: control characters, which could end it, become one space. */
    LINE {
        @Override
        String apply(String value) {
            return CONTROLS.matcher(value).replaceAll(" ");
        }
    },
    /** HTML text or a quoted attribute: the same five characters are enough for both. */
    HTML {
        @Override
        String apply(String value) {
            return html(value);
        }
    },
    /** A whole URL, or its beginning: what is not of an allowed scheme or a path is replaced. */
    URL {
        @Override
        String apply(String value) {
            return SAFE_URL.matcher(value.strip().toLowerCase(Locale.ROOT)).lookingAt()
                    ? html(value.strip())
                    : "about:invalid";
        }
    },
    /** A piece inside a URL: percent-encoded, so that it can add no path, query or fragment of its own. */
    URL_PIECE {
        @Override
        String apply(String value) {
            return percent(value);
        }
    };

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]+");
    private static final Pattern SAFE_URL = Pattern.compile("https?://|mailto:|/(?![/\\\\])|[#?]");
    private static final String UNRESERVED = "-._~";

    abstract String apply(String value);

    private static String html(String value) {
        StringBuilder out = null;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            var entity =
                    switch (c) {
                        case '&' -> "&amp;";
                        case '<' -> "&lt;";
                        case '>' -> "&gt;";
                        case '"' -> "&quot;";
                        case '\'' -> "&#39;";
                        case '\0' -> "\uFFFD";
                        default -> null;
                    };
            if (entity != null && out == null) {
                out = new StringBuilder(value.length() + 16).append(value, 0, i);
            }
            if (out != null) {
                if (entity != null) {
                    out.append(entity);
                } else {
                    out.append(c);
                }
            }
        }
        return out == null ? value : out.toString();
    }

    private static String percent(String value) {
        var out = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                out.append(c);
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    private static final String HEX = "0123456789ABCDEF";
}
