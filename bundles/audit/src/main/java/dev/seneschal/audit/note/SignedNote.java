package dev.seneschal.audit.note;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * A text with signatures below it (C2SP signed-note).
 *
 * @param text the whole note
 * @param body what is signed
 * @param signatures the lines below
 */
public record SignedNote(String text, String body, List<String> signatures) {

    static final String SIGNATURE = "\u2014 ";

    /**
     * Reads a note; says nothing about its signatures.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static SignedNote parse(String text) {
        int end = text.lastIndexOf("\n\n");
        if (end < 0 || !text.endsWith("\n")) {
            throw new IllegalArgumentException("Not a signed note: it needs a text, an empty line and a signature.");
        }
        var signatures = text.substring(end + 2).lines().toList();
        if (signatures.isEmpty() || !signatures.stream().allMatch(line -> line.startsWith(SIGNATURE))) {
            throw new IllegalArgumentException("Not a signed note: no signature line.");
        }
        return new SignedNote(text, text.substring(0, end + 1), signatures);
    }

    /** Returns what it says about the log. */
    public Checkpoint checkpoint() {
        return Checkpoint.parse(body);
    }

    /** Returns whether one of the keys signed it. */
    public boolean isSignedBy(Collection<VerifierKey> keys) {
        return keys.stream().anyMatch(this::isSignedBy);
    }

    private boolean isSignedBy(VerifierKey key) {
        return signatures.stream().anyMatch(line -> isOf(key, line));
    }

    private boolean isOf(VerifierKey key, String line) {
        var prefix = SIGNATURE + key.name() + " ";
        if (!line.startsWith(prefix)) {
            return false;
        }
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(line.substring(prefix.length()));
        } catch (IllegalArgumentException e) {
            // Not base64, so not a signature of this key.
            return false;
        }
        return blob.length > VerifierKey.ID_LENGTH
                && Arrays.equals(Arrays.copyOf(blob, VerifierKey.ID_LENGTH), key.id())
                && key.verifies(
                        body.getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOfRange(blob, VerifierKey.ID_LENGTH, blob.length));
    }
}
