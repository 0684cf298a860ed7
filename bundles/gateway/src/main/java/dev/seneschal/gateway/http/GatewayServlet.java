package dev.seneschal.gateway.http;

import dev.seneschal.api.access.Access;
import dev.seneschal.api.service.Best;
import dev.seneschal.api.tenant.Tenants;
import dev.seneschal.gateway.route.RestApis;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletAsyncSupported;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletName;
import org.osgi.service.servlet.whiteboard.propertytypes.HttpWhiteboardServletPattern;

/**
 * Where HTTP comes in. It answers every path that no other servlet has; what knows servlets ends in this package.
 *
 * <p>Behind a proxy on another machine, the address by which guesses are slowed down is the proxy's; forwarded addresses
 * are not believed.
 */
@Component(service = Servlet.class, configurationPid = GatewayServlet.PID)
@HttpWhiteboardServletAsyncSupported
@HttpWhiteboardServletName("seneschal-gateway")
@HttpWhiteboardServletPattern("/")
@Designate(ocd = GatewayServlet.Config.class)
public final class GatewayServlet extends HttpServlet implements AutoCloseable {

    static final String PID = "dev.seneschal.gateway";

    private static final long serialVersionUID = 1L;

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

        @AttributeDefinition(
                description =
                        "Whether a caller on this machine may read /metrics without credentials. Leave it off where"
                                + " anything on this machine, such as a proxy, passes on requests of others: they would look"
                                + " like callers on this machine.")
        boolean localMetrics() default false;
    }

    private final transient Gateway gateway;

    private transient Best<Access> access;
    private transient Best<Tenants> tenants;

    @Activate
    public GatewayServlet(@Reference RestApis apis, @Reference HttpMeters meters, Config config) {
        var limits = new Gateway.Limits(
                within("maxBodyBytes", config.maxBodyBytes(), 1 << 10, 64 << 20),
                Duration.ofSeconds(within("bodyTimeoutSeconds", config.bodyTimeoutSeconds(), 1, 300)),
                Duration.ofSeconds(within("handlerTimeoutSeconds", config.handlerTimeoutSeconds(), 1, 600)),
                within("workers", config.workers(), 1, 512));
        var callers = new Callers(() -> access.get(), () -> tenants.get(), config.localMetrics());
        this.gateway = new Gateway(apis, callers, limits, meters);
    }

    GatewayServlet(
            RestApis apis,
            HttpMeters meters,
            Gateway.Limits limits,
            Access access,
            Tenants tenants,
            boolean localMetrics) {
        this.gateway = new Gateway(apis, new Callers(() -> access, () -> tenants, localMetrics), limits, meters);
    }

    /** Follows whatever access control and tenants there are. */
    @Activate
    void start(BundleContext context) {
        access = Best.of(context, Access.class);
        tenants = Best.of(context, Tenants.class);
    }

    /** Stops serving, and lets both go. */
    @Deactivate
    void stop() {
        close();
        access.close();
        tenants.close();
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    PID + ": " + key + " is " + value + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
        var exchange = request.startAsync();
        exchange.setTimeout(0); // every step has a bound of its own
        var method = request.getMethod();
        var unused = gateway.answer(new Incoming(
                        method,
                        request.getRequestURI(),
                        request.getQueryString(),
                        headers(request),
                        request.getRemoteAddr(),
                        request.getContentLengthLong(),
                        request::getInputStream))
                .thenAccept(answer -> AnswerWriter.write(answer, method, exchange));
    }

    private static Map<String, String> headers(HttpServletRequest request) {
        var headers = new HashMap<String, String>();
        request.getHeaderNames()
                .asIterator()
                .forEachRemaining(name -> headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name)));
        return headers;
    }

    @Override
    public void close() {
        gateway.close();
    }
}
