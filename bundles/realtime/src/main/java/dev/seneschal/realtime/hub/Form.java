package dev.seneschal.realtime.hub;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/** A wire form of a publication. */
public enum Form {

    /** A publication of the Centrifuge protocol in JSON, as it stands in replies and pushes. */
    PUBLICATION {
        @Override
        byte[] encode(Publication publication) {
            return publicationJson(publication).getBytes(StandardCharsets.UTF_8);
        }
    },

    /** A push of the Centrifuge protocol in JSON. */
    PUSH {
        @Override
        byte[] encode(Publication publication) {
            var name = JsonStringEncoder.getInstance().quoteAsString(publication.channel());
            return ("{\"push\":{\"channel\":\"" + new String(name) + "\",\"pub\":" + publicationJson(publication)
                            + "}}")
                    .getBytes(StandardCharsets.UTF_8);
        }
    },

    /** The data line of a server-sent event. */
    EVENT_DATA {
        @Override
        byte[] encode(Publication publication) {
            return ("data: " + publication.data() + "\n\n").getBytes(StandardCharsets.UTF_8);
        }
    };

    abstract byte[] encode(Publication publication);

    /** The first publication also carries the epoch, for clients that subscribed while there was no history yet. */
    private static String publicationJson(Publication publication) {
        var epoch = publication.offset() == 1 ? ",\"epoch\":\"" + publication.epoch() + "\"" : "";
        return "{\"data\":" + publication.data() + ",\"offset\":" + publication.offset() + epoch + "}";
    }
}
