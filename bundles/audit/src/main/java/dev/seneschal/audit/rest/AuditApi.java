package dev.seneschal.audit.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.seneschal.api.access.Permissions;
import dev.seneschal.api.http.Problem;
import dev.seneschal.api.http.Request;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.http.RestApi;
import dev.seneschal.api.http.Route;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.audit.check.Report;
import dev.seneschal.audit.entry.Entries;
import dev.seneschal.audit.entry.Entries.Placed;
import dev.seneschal.audit.note.Notes;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.online.Verification;
import dev.seneschal.audit.online.VerificationRunningException;
import dev.seneschal.audit.sequence.LogTables;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The journal over HTTP. Safe for use by any thread. */
@Component
public final class AuditApi implements RestApi {

    private static final int MOST = 500;
    private static final int USUAL = 50;

    private final Storage storage;
    private final Entries entries;
    private final Verification verification;
    private final ObjectMapper json = new ObjectMapper();
    private final List<Route> routes = List.of(
            new Route("GET", "/api/v1/audit/entries", Permissions.AUDIT_READ, this::list),
            new Route("GET", "/api/v1/audit/checkpoint", Permissions.AUDIT_READ, this::checkpoint),
            new Route("POST", "/api/v1/audit/verify", Permissions.AUDIT_READ, this::verify));

    @Activate
    public AuditApi(
            @Reference(target = "(schema=audit)") Storage storage,
            @Reference Entries entries,
            @Reference Verification verification) {
        this.storage = storage;
        this.entries = entries;
        this.verification = verification;
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public String openApi() {
        try (InputStream in = AuditApi.class.getResourceAsStream("/openapi/audit.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The bundle's own description cannot be read", e);
        }
    }

    private Response list(Request request) throws JsonProcessingException {
        int limit = limit(request);
        var filter = new Entries.Filter(text(request, "actor"), text(request, "action"), text(request, "target"));
        var page = entries.find(request.tenant(), filter, cursor(request), limit);
        var response = Response.json(
                200,
                json.writeValueAsString(
                        Map.of("items", page.stream().map(AuditApi::members).toList())));
        return page.size() < limit ? response : response.with("Link", next(request, page, limit));
    }

    private static String text(Request request, String name) {
        var text = request.parameter(name).orElse(null);
        if (text != null && text.indexOf('\0') >= 0) {
            throw Problem.invalid(name, "No " + name + " has the character U+0000 in it.");
        }
        return text;
    }

    private static int limit(Request request) {
        var text = request.parameter("limit").orElse(String.valueOf(USUAL));
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw Problem.invalid("limit", "limit must be 1 to " + MOST + ".");
        }
        return Integer.parseInt(text);
    }

    private static UUID cursor(Request request) {
        try {
            return request.parameter("cursor").map(UUID::fromString).orElse(null);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "cursor must be taken from a Link header as it is.");
        }
    }

    private static String next(Request request, List<Placed> page, int limit) {
        var last = page.get(page.size() - 1).entry().id();
        var link = new StringBuilder("</api/v1/audit/entries?cursor=" + last + "&limit=" + limit);
        for (var name : List.of("actor", "action", "target")) {
            request.parameter(name).ifPresent(value -> link.append("&" + name + "=")
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        return link + ">; rel=\"next\"";
    }

    private static Map<String, Object> members(Placed placed) {
        var entry = placed.entry();
        var members = new LinkedHashMap<String, Object>();
        members.put("id", entry.id().toString());
        members.put("index", placed.index());
        members.put("recordedAt", entry.recordedAt().toString());
        members.put("actor", entry.what().actor());
        members.put("action", entry.what().action());
        members.put("target", entry.what().target());
        members.put("reason", entry.what().reason());
        members.put("policy", entry.what().policy());
        members.put("details", entry.what().details());
        members.put("leaf", HexFormat.of().formatHex(entry.leaf()));
        return members;
    }

    private Response checkpoint(Request request) {
        var note = storage.system()
                .read(handle -> new LogTables(handle).lastCheckpoint())
                .orElseThrow(() -> new Problem(
                        404,
                        "Nothing has been signed yet; the first checkpoint follows within"
                                + " seconds of the first entry."));
        return new Response(200, "text/plain; charset=utf-8", note.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** It reads every tenant's entries and names those that are not as they were, so it is not for one tenant's callers. */
    private Response verify(Request request) throws IOException {
        if (request.caller().tenants() != null) {
            throw new Problem(403, "Only who may act for every tenant can verify the journal, which is one for all.");
        }
        var report = report(given(request));
        var members = new LinkedHashMap<String, Object>();
        members.put("sound", report.isSound());
        members.put("origin", report.origin());
        members.put("entries", report.entries());
        members.put("signed", report.signed());
        members.put("checkpoints", report.checkpoints());
        members.put("faults", report.faults());
        members.put(
                "findings",
                report.findings().stream()
                        .map(finding -> Map.of(
                                "kind", finding.kind().name(),
                                "index", finding.index(),
                                "entry", finding.entry(),
                                "detail", finding.detail()))
                        .toList());
        return Response.json(200, json.writeValueAsString(members));
    }

    private Report report(List<SignedNote> given) throws IOException {
        try {
            return verification.verify(given);
        } catch (VerificationRunningException e) {
            throw new Problem(409, e.getMessage());
        }
    }

    /** The body, if there is one, is checkpoints the caller kept, as they were served: text, not JSON. */
    private static List<SignedNote> given(Request request) {
        var text = new String(request.body(), StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return List.of();
        }
        try {
            return Notes.given(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(
                    400, "The body must be empty or hold checkpoints as this host served them: " + e.getMessage());
        }
    }
}
