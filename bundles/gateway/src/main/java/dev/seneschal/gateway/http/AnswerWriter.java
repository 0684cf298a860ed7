package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Response;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes one answer as fast as its reader takes it. No thread waits for the reader. */
final class AnswerWriter implements WriteListener {

    private static final Logger LOG = LoggerFactory.getLogger(AnswerWriter.class);

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin");

    private final AsyncContext exchange;
    private final ServletOutputStream out;
    private final byte[] body;
    private boolean handedOver;

    private AnswerWriter(AsyncContext exchange, ServletOutputStream out, byte[] body) {
        this.exchange = exchange;
        this.out = out;
        this.body = body;
    }

    /** Writes the answer, for HEAD without its body, and ends the exchange. Returns at once. */
    static void write(Response answer, String method, AsyncContext exchange) {
        var response = (HttpServletResponse) exchange.getResponse();
        try {
            response.setStatus(answer.status());
            ALWAYS.forEach(response::setHeader);
            answer.headers().forEach(response::setHeader);
            if (answer.contentType() != null) {
                response.setContentType(answer.contentType());
                response.setContentLength(answer.body().length);
            }
            if (answer.contentType() == null || method.equals("HEAD")) {
                end(exchange);
                return;
            }
            var out = response.getOutputStream();
            out.setWriteListener(new AnswerWriter(exchange, out, answer.body()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("An answer could not be written", e);
            end(exchange);
        }
    }

    @Override
    public void onWritePossible() throws IOException {
        while (out.isReady()) {
            if (handedOver) {
                end(exchange);
                return;
            }
            handedOver = true;
            out.write(body);
        }
    }

    @Override
    public void onError(Throwable cause) {
        LOG.debug("An answer could not be written", cause);
        end(exchange);
    }

    private static void end(AsyncContext exchange) {
        try {
            exchange.complete();
        } catch (IllegalStateException e) {
            LOG.debug("The exchange is over already: {}", e.getMessage());
        }
    }
}
