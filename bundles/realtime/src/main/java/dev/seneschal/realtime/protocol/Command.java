package dev.seneschal.realtime.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * A command of a client.
 *
 * @param id what the reply repeats; 0 for a command without reply
 * @param method what to do
 * @param request its parameters; unknown ones are ignored, as the protocol grows
 */
record Command(long id, Method method, JsonNode request) {

    private static final long MAX_ID = 0xFFFF_FFFFL;

    /** What a client can ask. */
    enum Method {
        CONNECT,
        SUBSCRIBE,
        UNSUBSCRIBE,
        PUBLISH,
        PRESENCE,
        PRESENCE_STATS,
        HISTORY,
        RPC,
        REFRESH,
        SUB_REFRESH,
        SEND,
        PING,
        /** An empty command: the answer to a ping. */
        PONG,
        /** One that this version of the protocol does not know. */
        UNKNOWN;

        private final String field = name().toLowerCase(Locale.ROOT);
    }

    /** Reads a command from its JSON form. */
    static Command of(JsonNode json) throws ProtocolException {
        if (!json.isObject()) {
            throw new ProtocolException("A command is a JSON object.");
        }
        if (json.isEmpty()) {
            return new Command(0, Method.PONG, json);
        }
        var method = methodOf(json);
        var id = json.path("id");
        boolean valid = id.isIntegralNumber() && id.canConvertToLong() && id.asLong() > 0 && id.asLong() <= MAX_ID;
        if (!valid && !(id.isMissingNode() && method == Method.SEND)) {
            throw new ProtocolException("A command needs an id from 1 to " + MAX_ID + ".");
        }
        var request = method == Method.UNKNOWN ? json : json.path(method.field);
        if (!request.isObject()) {
            throw new ProtocolException("The parameters of a command are a JSON object.");
        }
        return new Command(id.asLong(), method, request);
    }

    private static Method methodOf(JsonNode json) {
        for (var method : Method.values()) {
            if (method.ordinal() < Method.PONG.ordinal() && json.has(method.field)) {
                return method;
            }
        }
        return Method.UNKNOWN;
    }

    /** Returns a parameter that is text; the empty text if it is missing. */
    String text(String name) throws ProtocolException {
        var value = request.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new ProtocolException("The parameter " + name + " is text.");
        }
        return value.textValue();
    }

    /** Returns a parameter that is a whole number and not negative; 0 if it is missing. */
    long number(String name) throws ProtocolException {
        var value = request.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
            throw new ProtocolException("The parameter " + name + " is a whole number and not negative.");
        }
        return value.asLong();
    }

    /** Returns a parameter that is a whole number; 0 if it is missing. */
    int signed(String name) throws ProtocolException {
        var value = request.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new ProtocolException("The parameter " + name + " is a whole number.");
        }
        return value.asInt();
    }

    /** Returns a parameter that is an object, for its own parameters; an empty one if it is missing. */
    Command part(String name) throws ProtocolException {
        var value = request.path(name);
        if (!value.isObject() && has(name)) {
            throw new ProtocolException("The parameter " + name + " is a JSON object.");
        }
        return new Command(id, method, value);
    }

    /** Returns a parameter that is true or false; false if it is missing. */
    boolean flag(String name) throws ProtocolException {
        var value = request.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new ProtocolException("The parameter " + name + " is true or false.");
        }
        return value.booleanValue();
    }

    /** Returns whether a parameter is given. */
    boolean has(String name) {
        return request.hasNonNull(name);
    }
}
