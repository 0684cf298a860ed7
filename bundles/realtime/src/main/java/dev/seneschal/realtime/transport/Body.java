package dev.seneschal.realtime.transport;

import dev.seneschal.realtime.connection.Connections;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The body of one request, read whole within a bound of size and one of time. No thread waits for bytes, so a sender who falls
 * silent holds none.
 */
final class Body implements ReadListener {

    private static final int CHUNK = 8 << 10;

    private final ServletInputStream in;
    private final int limit;
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final byte[] chunk = new byte[CHUNK];

    private Body(ServletInputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /** Returns the body to come, or a {@link Refusal}. The request has to be asynchronous already. */
    static CompletableFuture<String> of(HttpServletRequest request, Connections connections) throws IOException {
        var settings = connections.settings();
        var in = request.getInputStream();
        // A command wrapped for emulation is a JSON string: in the worst case each of its characters is escaped.
        var body = new Body(in, settings.maxMessageBytes() * 2);
        var alarm = connections.after(
                settings.connectTimeout(),
                () -> body.refuse(408, "Request Timeout", "The request did not arrive whole in time."));
        var unused = body.whole.whenComplete((text, failure) -> alarm.cancel(false));
        in.setReadListener(body);
        return body.whole;
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (!whole.isDone() && in.isReady()) {
            int read = in.read(chunk);
            if (read < 0) {
                return;
            }
            bytes.write(chunk, 0, read);
            if (bytes.size() > limit) {
                refuse(413, "Content Too Large", "A request may have " + limit + " bytes.");
            }
        }
    }

    @Override
    public void onAllDataRead() {
        whole.complete(bytes.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onError(Throwable cause) {
        refuse(400, "Bad Request", "The request did not arrive whole.");
    }

    private void refuse(int status, String title, String detail) {
        whole.completeExceptionally(new Refusal(status, title, detail));
    }
}
