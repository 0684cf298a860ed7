package dev.seneschal.mail;

import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import dev.seneschal.api.tenant.Tenant;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.api.tenant.Tenants;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** What mail by hand needs of others: a transport, the default tenant and a journal, which remember in which order. */
public final class Surroundings implements MailTransport, Tenants, Journal {

    public final List<MailMessage> sent = new ArrayList<>();
    public final List<JournalEntry> entries = new ArrayList<>();
    public final List<String> steps = new ArrayList<>();
    public final ManualMail mail = new ManualMail(this, this, this);

    /** What the transport answers. */
    public MailResult answer = new MailResult.Accepted("fake", "250 Ok");

    /** How many entries the journal takes before it fails. */
    public int journalTakes = 10;

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public MailResult send(MailMessage message) {
        sent.add(message);
        steps.add("sent");
        return answer;
    }

    @Override
    public Tenant create(TenantId id, String title, String actor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Tenant> list() {
        return List.of(new Tenant(TenantId.DEFAULT, "Default", Instant.EPOCH));
    }

    @Override
    public boolean exists(TenantId id) {
        return id.equals(TenantId.DEFAULT);
    }

    @Override
    public UUID record(Handle transaction, JournalEntry entry) {
        return record(entry);
    }

    @Override
    public UUID record(JournalEntry entry) {
        if (journalTakes-- <= 0) {
            throw new IllegalStateException("The journal is away.");
        }
        entries.add(entry);
        steps.add(entry.action());
        return UUID.randomUUID();
    }
}
