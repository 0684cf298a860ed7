package dev.seneschal.audit.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EntryTest {

    private static final UUID ID = UUID.fromString("0190163d-8694-739b-aea5-966c26f8ad91");
    private static final byte[] SALT = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final Entry ENTRY = Entry.create(
            ID,
            Instant.parse("2026-11-22T10:00:00.123456789Z"),
            new JournalEntry(
                    TenantId.DEFAULT,
                    "user:admin",
                    "a.b",
                    "t",
                    "tab\t quote\" back\\ bell\u0007 é",
                    null,
                    Map.of("z", "1", "a", "2")),
            SALT);

    /** Fixed for ever: a change here would make every earlier journal unverifiable. */
    private static final String FORMAT_1 =
            "{\"action\":\"a.b\",\"actor\":\"user:admin\",\"details\":{\"a\":\"2\",\"z\":\"1\"},"
                    + "\"format\":1,\"id\":\"0190163d-8694-739b-aea5-966c26f8ad91\",\"policy\":null,"
                    + "\"reason\":\"tab\\t quote\\\" back\\\\ bell\\u0007 é\",\"recordedAt\":\"2026-11-22T10:00:00.123456Z\","
                    + "\"target\":\"t\",\"tenant\":\"default\"}";

    @Test
    void itsCanonicalTextIsThatOfFormat1() {
        assertThat(ENTRY.canonical()).isEqualTo(FORMAT_1);
    }

    @Test
    void itsLeafIsTheSaltedHashOfThatText() throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update((byte) 0);
        digest.update(SALT);
        digest.update(FORMAT_1.getBytes(StandardCharsets.UTF_8));
        assertThat(ENTRY.leaf()).isEqualTo(digest.digest());
    }
}
