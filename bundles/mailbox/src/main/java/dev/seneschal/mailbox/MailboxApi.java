package dev.seneschal.mailbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.audit.Journal;
import dev.seneschal.api.audit.JournalEntry;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.mailbox.KeptMessage.Envelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The mailbox over REST. */
@Component(service = RestApi.class)
public final class MailboxApi implements RestApi {

    private static final String PATH = "/api/v1/mailbox/messages";
    private static final int USUAL = 100;
    private static final int MOST = 500;

    private final Storage storage;
    private final Journal journal;
    private final MessageTable messages = new MessageTable();
    private final ObjectMapper mapper = new ObjectMapper();

    @Activate
    public MailboxApi(@Reference(target = "(schema=mailbox)") Storage storage, @Reference Journal journal) {
        this.storage = storage;
        this.journal = journal;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                new Route("GET", PATH, Permissions.MAIL_READ, this::list),
                new Route("GET", PATH + "/{id}", Permissions.MAIL_READ, this::read),
                new Route("DELETE", PATH, Permissions.MAIL_MANAGE, this::clear));
    }

    @Override
    public String openApi() {
        try (var in = MailboxApi.class.getResourceAsStream("/openapi/mailbox.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The bundle's own description cannot be read", e);
        }
    }

    private Response list(Request request) {
        var limit = limit(request);
        var to = to(request);
        var before = request.parameter("cursor")
                .map(text -> id(text).orElseThrow(
                                () -> Problem.invalid("cursor", "The cursor must be taken from a Link header.")))
                .orElse(null);
        var tenant = request.tenant();
        var found = storage.tenant(tenant).read(handle -> messages.list(handle, tenant.value(), to, before, limit + 1));
        var page = found.subList(0, Math.min(limit, found.size()));
        var body = mapper.createObjectNode();
        var array = body.putArray("messages");
        page.forEach(envelope -> array.add(json(envelope)));
        var response = Response.json(200, body.toString());
        return found.size() > limit
                ? response.with("Link", next(page.get(limit - 1).id(), to, limit))
                : response;
    }

    private static String to(Request request) {
        var to = request.parameter("to").orElse(null);
        if (to != null && to.chars().anyMatch(Character::isISOControl)) {
            throw Problem.invalid("to", "The address must not hold control characters.");
        }
        return to;
    }

    private static int limit(Request request) {
        var text = request.parameter("limit").orElse(String.valueOf(USUAL));
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.invalid("limit", "The limit must be 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    private static String next(UUID last, String to, int limit) {
        var filter = to == null ? "" : "&to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        return "<" + PATH + "?cursor=" + last + "&limit=" + limit + filter + ">; rel=\"next\"";
    }

    private Response read(Request request) {
        var tenant = request.tenant();
        return id(request.variables().get("id"))
                .flatMap(id -> storage.tenant(tenant).read(handle -> messages.find(handle, tenant.value(), id)))
                .map(message -> Response.json(200, json(message).toString()))
                .orElseThrow(() -> new Problem(404, "There is no such message in the mailbox."));
    }

    private Response clear(Request request) {
        var tenant = request.tenant();
        int deleted = storage.tenant(tenant).write(handle -> {
            var count = messages.clear(handle, tenant.value());
            if (count > 0) {
                journal.record(
                        handle,
                        new JournalEntry(
                                tenant,
                                request.caller().name(),
                                "mailbox.clear",
                                "table:mailbox_messages",
                                "the mailbox was emptied by a person",
                                null,
                                Map.of("messages", String.valueOf(count))));
            }
            return count;
        });
        return Response.json(
                200, mapper.createObjectNode().put("deleted", deleted).toString());
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ObjectNode json(Envelope envelope) {
        var json = mapper.createObjectNode().put("id", envelope.id().toString()).put("messageId", envelope.messageId());
        json.set("from", json(envelope.from()));
        json.set("to", json(envelope.to()));
        return json.put("subject", envelope.subject())
                .put("keptAt", envelope.keptAt().toString())
                .put("copies", envelope.copies());
    }

    private ObjectNode json(Mailbox mailbox) {
        return mapper.createObjectNode().put("address", mailbox.address()).put("name", mailbox.name());
    }

    private ObjectNode json(KeptMessage message) {
        var json = json(message.envelope());
        var headers = json.putObject("headers");
        message.headers().forEach(headers::put);
        return json.put("text", message.text()).put("html", message.html());
    }
}
