package dev.seneschal.audit.entry;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.audit.tree.Hashes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * An entry as it is stored and hashed.
 *
 * <p>Its leaf is {@code SHA-256(0x00 || salt || canonical text in UTF-8)}. The salt keeps the commitment from being
 * guessed once the text is gone. Format 1 of the canonical text is the RFC 8785 form of an object with the members
 * {@code action}, {@code actor}, {@code details} (an object of strings), {@code format} (1), {@code id}, {@code policy}
 * (a string or null), {@code reason}, {@code recordedAt} (UTC with six decimals), {@code target} and {@code tenant}.
 *
 * @param id a UUIDv7
 * @param recordedAt when, in microseconds as PostgreSQL keeps it
 * @param what what was done
 * @param format the version of the canonical text
 * @param salt at least 16 random bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Entry(UUID id, Instant recordedAt, JournalEntry what, int format, byte[] salt) {

    /** The version new entries have. */
    public static final int FORMAT = 1;

    private static final DateTimeFormatter MICROSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /** Makes a new entry; texts PostgreSQL could not store as they are lose the offending characters. */
    public static Entry create(UUID id, Instant now, JournalEntry what, byte[] salt) {
        return new Entry(id, now.truncatedTo(ChronoUnit.MICROS), storable(what), FORMAT, salt);
    }

    /** Returns the text that is hashed. */
    public String canonical() {
        if (format != FORMAT) {
            throw new IllegalArgumentException("Entry " + id + " has format " + format + ", which this version of"
                    + " Seneschal does not know; verify it with a newer one.");
        }
        var members = new HashMap<String, Object>();
        members.put("action", what.action());
        members.put("actor", what.actor());
        members.put("details", new TreeMap<>(what.details()));
        members.put("format", format);
        members.put("id", id.toString());
        members.put("policy", what.policy());
        members.put("reason", what.reason());
        members.put("recordedAt", MICROSECONDS.format(recordedAt));
        members.put("target", what.target());
        members.put("tenant", what.tenant().value());
        return CanonicalJson.of(members);
    }

    /** Returns the commitment to this entry. */
    public byte[] leaf() {
        return Hashes.leaf(salt, canonical().getBytes(StandardCharsets.UTF_8));
    }

    private static JournalEntry storable(JournalEntry what) {
        return new JournalEntry(
                what.tenant(),
                storable(what.actor()),
                storable(what.action()),
                storable(what.target()),
                storable(what.reason()),
                what.policy() == null ? null : storable(what.policy()),
                what.details().entrySet().stream()
                        .collect(Collectors.toMap(
                                detail -> storable(detail.getKey()),
                                detail -> storable(detail.getValue()),
                                (first, second) -> first + ", " + second)));
    }

    /** An entry must never fail its act for a character: NUL and lone surrogates become U+FFFD. */
    private static String storable(String text) {
        return text.codePoints()
                .map(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
