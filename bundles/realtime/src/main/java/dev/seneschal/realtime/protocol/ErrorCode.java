package dev.seneschal.realtime.protocol;

/** Errors of the Centrifuge protocol. After a temporary one the client tries again by itself. */
enum ErrorCode {
    INTERNAL(100, "internal server error", true),
    PERMISSION_DENIED(103, "permission denied", false),
    METHOD_NOT_FOUND(104, "method not found", false),
    ALREADY_SUBSCRIBED(105, "already subscribed", false),
    LIMIT_EXCEEDED(106, "limit exceeded", false),
    BAD_REQUEST(107, "bad request", false),
    NOT_AVAILABLE(108, "not available", false),
    TOO_MANY_REQUESTS(111, "too many requests", true),
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false);

    private final int code;
    private final String message;
    private final boolean temporary;

    ErrorCode(int code, String message, boolean temporary) {
        this.code = code;
        this.message = message;
        this.temporary = temporary;
    }

    int code() {
        return code;
    }

    String message() {
        return message;
    }

    boolean temporary() {
        return temporary;
    }
}
