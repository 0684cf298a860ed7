package dev.seneschal.mail.smtp;

import dev.seneschal.api.health.HealthProbe;
import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.api.mail.MailTransport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends mail over SMTP. It exists only while it is configured, and then outranks the mailbox.
 *
 * <p>Each message is sent on one of a few threads of its own, while the caller waits: so a caller can be interrupted though
 * sockets cannot, and no caller's thread gets the mail library's class loader. Safe for use by any thread.
 */
@Component(
        service = {MailTransport.class, HealthProbe.class, MeterBinder.class},
        immediate = true,
        configurationPid = "dev.seneschal.mail.smtp",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SmtpConfig.class)
public final class SmtpTransport implements MailTransport, HealthProbe, MeterBinder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SmtpTransport.class);

    /** What a message may take beyond its timeouts: waiting for a free connection, a slow network. */
    private static final Duration ALLOWANCE = Duration.ofSeconds(60);

    private static final long CLOSING_SECONDS = 5;

    private final SmtpSettings settings;
    private final Lines lines;
    private final ThreadPoolExecutor senders;
    private final ScheduledExecutorService pruner;
    private final Map<Class<? extends MailResult>, LongAdder> results = Map.of(
            MailResult.Accepted.class, new LongAdder(),
            MailResult.Deferred.class, new LongAdder(),
            MailResult.Refused.class, new LongAdder(),
            MailResult.Unknown.class, new LongAdder());
    private final Map<Progress, Boolean> underway = new ConcurrentHashMap<>();

    @Activate
    public SmtpTransport(SmtpConfig config) throws IOException {
        this(SmtpSettings.of(config), Clock.systemUTC());
    }

    SmtpTransport(SmtpSettings settings, Clock clock) throws IOException {
        this.settings = settings;
        this.lines = new Lines(settings, name(settings), clock);
        this.senders = new ThreadPoolExecutor(
                settings.maxConnections(),
                settings.maxConnections(),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                threads("seneschal-smtp-send"));
        this.senders.allowCoreThreadTimeOut(true);
        this.pruner = Executors.newSingleThreadScheduledExecutor(threads("seneschal-smtp-idle"));
    }

    /** Begins to close idle connections. */
    @Activate
    void start() {
        var period = Math.max(100, settings.idle().toMillis() / 2);
        var unused = pruner.scheduleWithFixedDelay(lines::prune, period, period, TimeUnit.MILLISECONDS);
        LOG.info("Mail goes to {} with tls={}", name(), settings.tls());
    }

    /** The mail library finds its parts by the context class loader (multipart needs org.eclipse.angus.mail.handlers). */
    private static ThreadFactory threads(String name) {
        return task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setContextClassLoader(SMTPTransport.class.getClassLoader());
            return thread;
        };
    }

    private static String name(SmtpSettings settings) {
        return "smtp " + settings.host() + ":" + settings.port();
    }

    @Override
    public String name() {
        return name(settings);
    }

    @Override
    public MailResult send(MailMessage message) {
        var result = await(message);
        results.get(result.getClass()).increment();
        return result;
    }

    private MailResult await(MailMessage message) {
        var progress = new Progress();
        var task = new FutureTask<>(() -> lines.send(message, progress));
        try {
            senders.execute(task);
        } catch (RejectedExecutionException e) {
            return new MailResult.Deferred("the transport stops");
        }
        underway.put(progress, true);
        var patience =
                settings.connectTimeout().plus(settings.endOfDataTimeout()).plus(ALLOWANCE);
        var interrupted = false;
        try {
            while (true) {
                try {
                    return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    progress.stop();
                    if (senders.remove(task)) {
                        return new MailResult.Deferred(Line.STOPPED);
                    }
                } catch (TimeoutException e) {
                    if (senders.remove(task)) {
                        return new MailResult.Deferred("no connection became free in time");
                    }
                    LOG.warn("A message takes too long and its connection is cut: server={}", name());
                    if (!progress.stop()) {
                        progress.cut();
                    }
                } catch (ExecutionException e) {
                    throw new IllegalStateException("The message could not be handed over", e.getCause());
                }
            }
        } finally {
            underway.remove(progress);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public Health check() {
        return lines.trouble()
                .map(reason -> new Health(Status.DEGRADED, reason))
                .orElseGet(() -> new Health(Status.UP, lines.open() + " connections to " + name()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        results.forEach((kind, count) -> FunctionCounter.builder("seneschal.mail.sent", count, LongAdder::sum)
                .description("Messages handed to the server, by what came of it")
                .tag("result", kind.getSimpleName().toLowerCase(Locale.ROOT))
                .register(registry));
        Gauge.builder("seneschal.mail.connections", lines, Lines::open)
                .description("Connections to the server")
                .register(registry);
        FunctionCounter.builder("seneschal.mail.connections.opened", lines, Lines::opened)
                .description("Connections made to the server")
                .register(registry);
    }

    /** Stops what the server has not been given yet; waits a few seconds for the rest and then cuts it off. */
    @Deactivate
    @Override
    public void close() {
        pruner.shutdownNow();
        senders.shutdown();
        underway.keySet().forEach(Progress::stop);
        try {
            if (!senders.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                underway.keySet().forEach(Progress::cut);
                senders.shutdownNow();
                if (!senders.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("A message is still being sent though its connection was cut: server={}", name());
                }
            }
            pruner.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            senders.shutdownNow();
            Thread.currentThread().interrupt();
        } finally {
            lines.close();
        }
    }
}
