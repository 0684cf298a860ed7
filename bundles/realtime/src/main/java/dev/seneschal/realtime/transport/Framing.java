package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Disconnect;
import dev.seneschal.realtime.protocol.Replies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** How messages follow each other in a streamed response. */
enum Framing {

    /** The Centrifuge protocol in server-sent events: one data line each. */
    SERVER_SENT_EVENTS("text/event-stream; charset=utf-8", "\r\n") {
        @Override
        void write(byte[] message, ByteArrayOutputStream to) {
            to.writeBytes(DATA);
            to.writeBytes(message);
            to.writeBytes(BLANK_LINE);
        }

        @Override
        byte[] farewell(Disconnect reason) {
            return framed(Replies.disconnectPush(reason));
        }
    },

    /** The Centrifuge protocol in lines. */
    LINES("application/json; charset=utf-8", "") {
        @Override
        void write(byte[] message, ByteArrayOutputStream to) {
            to.writeBytes(message);
            to.write('\n');
        }

        @Override
        byte[] farewell(Disconnect reason) {
            return framed(Replies.disconnectPush(reason));
        }
    },

    /** Server-sent events that are written as such already. */
    RAW("text/event-stream; charset=utf-8", "") {
        @Override
        void write(byte[] message, ByteArrayOutputStream to) {
            to.writeBytes(message);
        }

        @Override
        byte[] farewell(Disconnect reason) {
            return bytes(": " + reason.reason() + "\n\n");
        }
    };

    private static final byte[] DATA = bytes("data: ");
    private static final byte[] BLANK_LINE = bytes("\n\n");

    private final String contentType;
    private final String opening;

    Framing(String contentType, String opening) {
        this.contentType = contentType;
        this.opening = opening;
    }

    String contentType() {
        return contentType;
    }

    /** Returns what is written before any message. */
    byte[] opening() {
        return bytes(opening);
    }

    abstract void write(byte[] message, ByteArrayOutputStream to);

    /** Returns what tells the client why the response ends. */
    abstract byte[] farewell(Disconnect reason);

    final byte[] framed(byte[] message) {
        var bytes = new ByteArrayOutputStream(message.length + 8);
        write(message, bytes);
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
