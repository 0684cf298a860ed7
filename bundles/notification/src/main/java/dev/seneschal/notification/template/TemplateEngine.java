package dev.seneschal.notification.template;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.tenant.TenantId;
import dev.seneschal.notification.sandbox.Compiled;
import dev.seneschal.notification.sandbox.Limits;
import dev.seneschal.notification.sandbox.Rendered;
import dev.seneschal.notification.sandbox.Sandbox;
import dev.seneschal.notification.sandbox.TemplateFault;
import dev.seneschal.notification.sandbox.TemplateSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Renders templates, each compiled once per tenant and version. Safe for use by any thread. */
@Component(
        service = {TemplateEngine.class, HealthProbe.class},
        configurationPid = "dev.seneschal.notification.rendering")
@Designate(ocd = TemplateEngine.Config.class)
public final class TemplateEngine implements HealthProbe, AutoCloseable {

    /** Settings. */
    @ObjectClassDefinition(name = "Notification rendering")
    public @interface Config {
        @AttributeDefinition(description = "Templates rendered at once. 1 to 64.", min = "1", max = "64")
        int threads() default 2;

        @AttributeDefinition(
                description = "Longest time to render one mail, in milliseconds. 50 to 60,000.",
                min = "50",
                max = "60000")
        int timeoutMillis() default 2_000;

        @AttributeDefinition(description = "Compiled templates kept. 1 to 100,000.", min = "1", max = "100000")
        int cacheSize() default 500;
    }

    private final Sandbox sandbox;
    private final Map<Key, Compiled> cache;

    /** Makes an engine as configured. */
    @Activate
    public TemplateEngine(Config config) {
        this(
                within("threads", config.threads(), 1, 64),
                Duration.ofMillis(within("timeoutMillis", config.timeoutMillis(), 50, 60_000)),
                within("cacheSize", config.cacheSize(), 1, 100_000));
    }

    /** Makes an engine. */
    public TemplateEngine(int threads, Duration timeout, int cacheSize) {
        var mail = Limits.MAIL;
        this.sandbox = new Sandbox(new Limits(
                mail.sourceChars(),
                mail.nesting(),
                mail.steps(),
                mail.outputChars(),
                mail.builtChars(),
                timeout,
                threads));
        this.cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
                return size() > cacheSize;
            }
        };
    }

    private static int within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("dev.seneschal.notification.rendering: " + key + " is " + value
                    + "; it must be " + least + " to " + most + ".");
        }
        return value;
    }

    /** Parses and checks a template without keeping it. */
    public Compiled compile(TemplateSource source) throws InterruptedException {
        return sandbox.compile(source);
    }

    /** Renders a template that need not be stored. */
    public Rendered render(Compiled template, Map<String, Object> data) throws InterruptedException {
        return sandbox.render(template, data);
    }

    /**
     * Renders a stored version.
     *
     * @param source asked for its source if it is not compiled yet
     * @throws TemplateFault if it cannot be rendered with these data
     */
    public Rendered render(
            TenantId tenant, UUID template, int version, Supplier<TemplateSource> source, Map<String, Object> data)
            throws InterruptedException {
        var key = new Key(tenant, template, version);
        Compiled compiled;
        synchronized (cache) {
            compiled = cache.get(key);
        }
        if (compiled == null) {
            compiled = sandbox.compile(source.get());
            synchronized (cache) {
                cache.put(key, compiled);
            }
        }
        return sandbox.render(compiled, data);
    }

    @Override
    public String name() {
        return "notification.rendering";
    }

    @Override
    public Health check() {
        int stuck = sandbox.stuck();
        return stuck == 0
                ? new Health(Status.UP, "no rendering is stuck")
                : new Health(
                        Status.DEGRADED,
                        stuck + " renderings never ended; restart the bundle and report the templates that the failed"
                                + " deliveries name.");
    }

    @Deactivate
    @Override
    public void close() {
        sandbox.close();
    }

    private record Key(TenantId tenant, UUID template, int version) {}
}
