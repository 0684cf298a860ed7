package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.http.Response;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.gateway.route.RestApis;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * The one place that knows servlets. It answers every path that no other servlet has.
 *
 * <p>Behind a proxy on another machine, the address by which guesses are slowed down is the proxy's; forwarded addresses
 * are not believed.
 */
@Component(service = Servlet.class, configurationPid = GatewayServlet.PID)
@HttpWhiteboardServletName("seneschal-gateway")
@HttpWhiteboardServletPattern("/")
@Designate(ocd = GatewayServlet.Config.class)
public final class GatewayServlet extends HttpServlet implements AutoCloseable {

    static final String PID = "dev.seneschal.gateway";

    private static final long serialVersionUID = 1L;

    private static final Map<String, String> ALWAYS = Map.of(
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "DENY",
            "Referrer-Policy", "no-referrer",
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy", "same-origin");

    /** Settings. */
    @ObjectClassDefinition(name = "Gateway")
    public @interface Config {
        @AttributeDefinition(
                description = "The largest body of a request, in bytes. 1,024 to 67,108,864.",
                min = "1024",
                max = "67108864")
        int maxBodyBytes() default 1 << 20;

        @AttributeDefinition(
                description = "Seconds in which the body of a request must have arrived. 1 to 300.",
                min = "1",
                max = "300")
        int bodyTimeoutSeconds() default 10;

        @AttributeDefinition(
                description = "Seconds after which a caller no longer waits for an answer. 1 to 600.",
                min = "1",
                max = "600")
        int handlerTimeoutSeconds() default 30;

        @AttributeDefinition(
                description = "Requests handled at once; four times as many wait. 1 to 512.",
                min = "1",
                max = "512")
        int workers() default 32;
    }

    private final transient Gateway gateway;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Access access;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private transient volatile Tenants tenants;

    @Activate
    public GatewayServlet(@Reference RestApis apis, @Reference HttpMeters meters, Config config) {
        var limits = new Gateway.Limits(
                within("maxBodyBytes", config.maxBodyBytes(), 1 << 10, 64 << 20),
                Duration.ofSeconds(within("bodyTimeoutSeconds", config.bodyTimeoutSeconds(), 1, 300)),
                Duration.ofSeconds(within("handlerTimeoutSeconds", config.handlerTimeoutSeconds(), 1, 600)),
                within("workers", config.workers(), 1, 512));
        this.gateway = new Gateway(apis, () -> access, () -> tenants, limits, meters);
    }

    GatewayServlet(RestApis apis, HttpMeters meters, Gateway.Limits limits, Access access, Tenants tenants) {
        this.gateway = new Gateway(apis, () -> this.access, () -> this.tenants, limits, meters);
        this.access = access;
        this.tenants = tenants;
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var answer = gateway.answer(new Incoming(
                request.getMethod(),
                request.getRequestURI(),
                request.getQueryString(),
                headers(request),
                request.getRemoteAddr(),
                request.getContentLengthLong(),
                request::getInputStream));
        write(answer, request, response);
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        var headers = new HashMap<String, String>();
        request.getHeaderNames()
                .asIterator()
                .forEachRemaining(name -> headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name)));
        return headers;
    }

    private static void write(Response answer, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setStatus(answer.status());
        ALWAYS.forEach(response::setHeader);
        answer.headers().forEach(response::setHeader);
        if (answer.contentType() == null) {
            return;
        }
        response.setContentType(answer.contentType());
        response.setContentLength(answer.body().length);
        if (!request.getMethod().equals("HEAD")) {
            response.getOutputStream().write(answer.body());
        }
    }

    @Deactivate
    @Override
    public void close() {
        gateway.close();
    }
}
