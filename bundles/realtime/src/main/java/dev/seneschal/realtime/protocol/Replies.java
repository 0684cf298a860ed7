package dev.seneschal.realtime.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.hub.Form;
import dev.seneschal.realtime.hub.Joined;
import dev.seneschal.realtime.hub.Joined.Recovery;
import dev.seneschal.realtime.hub.Past;
import dev.seneschal.realtime.hub.Publication;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Writes what the server says, each in one line of JSON. */
public final class Replies {

    /** A ping. */
    static final byte[] PING = bytes("{}");

    private static final String VERSION = "Seneschal 0.1.0";

    private Replies() {}

    static byte[] error(long id, ErrorCode error) {
        return bytes("{\"id\":" + id + ",\"error\":{\"code\":" + error.code() + ",\"message\":"
                + quoted(error.message()) + (error.temporary() ? ",\"temporary\":true" : "") + "}}");
    }

    static byte[] unsubscribed(long id) {
        return bytes("{\"id\":" + id + ",\"unsubscribe\":{}}");
    }

    /**
     * The answer to connect.
     *
     * @param session where to send further commands, on transports that need it; else null
     */
    static byte[] connected(long id, UUID client, Duration ping, EmulationAddress session) {
        var text = new StringBuilder(160)
                .append("{\"id\":")
                .append(id)
                .append(",\"connect\":{\"client\":\"")
                .append(client)
                .append("\",\"version\":\"" + VERSION + "\",\"ping\":")
                .append(ping.toSeconds())
                .append(",\"pong\":true");
        if (session != null) {
            text.append(",\"session\":\"")
                    .append(session.session())
                    .append("\",\"node\":\"")
                    .append(session.node())
                    .append('"');
        }
        return bytes(text.append("}}").toString());
    }

    /** The answer to subscribe, with what was recovered. */
    static byte[] subscribed(long id, Joined joined) {
        var text = "{\"id\":" + id + ",\"subscribe\":{\"recoverable\":true,\"positioned\":true,\"epoch\":"
                + quoted(joined.epoch()) + ",\"offset\":" + joined.offset()
                + (joined.recovery() == Recovery.NOT_ASKED ? "" : ",\"was_recovering\":true")
                + (joined.recovery() == Recovery.RECOVERED ? ",\"recovered\":true" : "");
        return joined.missed().isEmpty() ? bytes(text + "}}") : with(joined.missed(), text);
    }

    /** The answer to history: every field is there, also when it is empty. */
    static byte[] history(long id, Past past) {
        return with(
                past.publications(),
                "{\"id\":" + id + ",\"history\":{\"epoch\":" + quoted(past.epoch()) + ",\"offset\":" + past.offset());
    }

    private static byte[] with(List<Publication> publications, String text) {
        var out = new ByteArrayOutputStream(1024);
        out.writeBytes(bytes(text + ",\"publications\":["));
        var separator = "";
        for (var publication : publications) {
            out.writeBytes(bytes(separator));
            out.writeBytes(publication.as(Form.PUBLICATION));
            separator = ",";
        }
        out.writeBytes(bytes("]}}"));
        return out.toByteArray();
    }

    static byte[] unsubscribePush(String channel, int code, String reason) {
        return bytes("{\"push\":{\"channel\":" + quoted(channel) + ",\"unsubscribe\":{\"code\":" + code + ",\"reason\":"
                + quoted(reason) + "}}}");
    }

    /** What takes the place of a close code on transports that have none. */
    public static byte[] disconnectPush(Disconnect reason) {
        return bytes("{\"push\":{\"disconnect\":{\"code\":" + reason.code() + ",\"reason\":" + quoted(reason.reason())
                + "}}}");
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
