package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Refuses JSON that is not UTF-8 (RFC 8259, section 8.1). A parser would take such bytes for UTF-16 or UTF-32 and fail in ways
 * of its own, so no handler gets to see them.
 */
final class JsonBytes {

    private JsonBytes() {}

    /**
     * Checks a body.
     *
     * @param mediaType without parameters, in lower case
     */
    static void check(String mediaType, byte[] body) {
        if (isJson(mediaType) && !isUtf8(body)) {
            throw Problem.invalid("", "The body is not JSON in UTF-8.");
        }
    }

    private static boolean isJson(String mediaType) {
        return mediaType.endsWith("/json") || mediaType.endsWith("+json");
    }

    /** A zero byte is never part of JSON in UTF-8, but always of JSON in the others. */
    private static boolean isUtf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .chars()
                    .noneMatch(c -> c == 0);
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
