package dev.seneschal.api.mail;

import java.util.regex.Pattern;

/** The one gate every header passes: control characters end a header line and could begin another. */
final class HeaderGate {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,70}");

    private HeaderGate() {}

    static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidMailException("header name", "A header name must be 1 to 70 letters, digits or hyphens.");
        }
    }

    static void check(String header, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isISOControl(value.charAt(i))) {
                throw new InvalidMailException(
                        header,
                        "The " + header
                                + " holds a control character (U+%04X) at position %d; remove it."
                                        .formatted((int) value.charAt(i), i));
            }
        }
    }
}
