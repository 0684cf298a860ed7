package dev.seneschal.api.http;

import java.util.List;
import java.util.Map;

/** An answer that says what is wrong with the request: {@code application/problem+json} (RFC 9457). */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<Violation> violations;
    private final transient Map<String, String> headers;

    /**
     * Makes an answer.
     *
     * @param status the HTTP status, 400 to 599
     * @param detail what is wrong, where, and what to do
     * @param violations the faults of single fields, possibly none
     * @param headers further headers, such as {@code Retry-After}
     */
    public Problem(int status, String detail, List<Violation> violations, Map<String, String> headers) {
        super(detail);
        this.status = status;
        this.violations = List.copyOf(violations);
        this.headers = Map.copyOf(headers);
    }

    /** Makes an answer without single faults. */
    public Problem(int status, String detail) {
        this(status, detail, List.of(), Map.of());
    }

    /** Makes a 400 for one field. */
    public static Problem invalid(String pointer, String detail) {
        return new Problem(400, detail, List.of(new Violation(pointer, detail)), Map.of());
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the faults of single fields. */
    public List<Violation> violations() {
        return violations;
    }

    /** Returns further headers. */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * A fault of one field.
     *
     * @param pointer where: a JSON Pointer (RFC 6901) into the body, or the name of a header or parameter
     * @param detail what is wrong with it
     */
    public record Violation(String pointer, String detail) {}
}
