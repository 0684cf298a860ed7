package dev.seneschal.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A host of its own for one test: the distribution unpacked into an empty directory, on free ports, run by its own
 * script as a process of its own. It can be stopped, killed and started again; what it stored stays.
 *
 * <p>Not for use by several threads, except {@link #get}, {@link #send} and {@link #url}.
 */
public final class Host implements AutoCloseable {

    /** The administrator that the first start creates. */
    public static final String ADMIN = "admin";

    /** The administrator's password. */
    public static final String PASSWORD = "correct horse battery staple";

    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration STOP = Duration.ofMinutes(1);
    private static final Pattern ROW = Pattern.compile("BUNDLE (\\S+) ([0-9]+)");

    /** A class of ours in a list by class loader; a hidden class has a slash in its name. */
    private static final Pattern OUR_CLASS = Pattern.compile("(?m)[ :](dev\\.seneschal\\.[^\\s/]+)$");

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Path home;
    private final Ports ports;
    private final Distribution distribution;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Process process;
    private Shell shell;

    private Host(Path home, Ports ports, Distribution distribution) {
        this.home = home;
        this.ports = ports;
        this.distribution = distribution;
    }

    /** Unpacks a host that has never run. The build names the archive in a system property. */
    public static Host unpacked() throws IOException {
        var name = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        var home = Path.of(System.getProperty("seneschal.work", "target/hosts"), name)
                .toAbsolutePath();
        var distribution = Distribution.unpack(Path.of(System.getProperty("seneschal.distribution")), home);
        var ports = Ports.free();
        distribution.listenOn(ports);
        return new Host(home, ports, distribution);
    }

    /** Unpacks a Karaf as the host brings it, without anything of Seneschal. */
    public static Host plain() throws IOException {
        var host = unpacked();
        host.distribution.strip();
        return host;
    }

    /** Unpacks a host, starts it and waits until it is ready. */
    public static Host running() throws IOException {
        var host = unpacked();
        try {
            host.start();
            host.awaitReady();
            return host;
        } catch (RuntimeException | IOException | AssertionError e) {
            host.close();
            throw e;
        }
    }

    /** Sets a key of a file in {@code etc/}; a running host reads it at once. */
    public void configure(String file, String key, Object value) throws IOException {
        distribution.set(file, key, value);
    }

    /** Takes a file out of {@code etc/}; a running host notices at once. */
    public void removeConfiguration(String file) throws IOException {
        Files.delete(home.resolve("etc").resolve(file));
    }

    /** Drops a file into {@code deploy/}, where a running host finds it. */
    public void deploy(Path file) throws IOException {
        var part = home.resolve(file.getFileName());
        Files.copy(file, part);
        Files.move(part, deployed(file));
    }

    /** Takes a file out of {@code deploy/} again. */
    public void undeploy(Path file) throws IOException {
        Files.delete(deployed(file));
    }

    private Path deployed(Path file) {
        return home.resolve("deploy").resolve(file.getFileName());
    }

    /** Starts the process and returns at once. */
    public void start() throws IOException {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("The host already runs as process " + process.pid());
        }
        // "daemon" lets the script become the JVM, so that the process is the one to kill.
        var builder = new ProcessBuilder("sh", home.resolve("bin/karaf").toString(), "daemon");
        builder.environment().put("SENESCHAL_ADMIN_PASSWORD", PASSWORD);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_") || name.equals("JAVA_OPTS"));
        builder.environment().put("EXTRA_JAVA_OPTS", System.getProperty("seneschal.host.java.options", ""));
        process = builder.redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(home.resolve("output").toFile()))
                .start();
    }

    /** Waits until {@code /health/ready} answers 200. */
    public void awaitReady() {
        Awaitility.await("the host in " + home + " to be ready")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .failFast("the process ended; see " + home, () -> !process.isAlive())
                .until(this::isReady);
    }

    /** Says whether {@code /health/ready} answers 200 now. */
    public boolean isReady() {
        try {
            return get("/health/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the address of a path on the host's web server. */
    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + ports.http() + path);
    }

    /** Requests a path as the administrator. */
    public HttpResponse<String> get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    /** Begins a request as the administrator, which fails after ten seconds. */
    public HttpRequest.Builder request(String path) {
        var login = Base64.getEncoder().encodeToString((ADMIN + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(url(path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Basic " + login);
    }

    /**
     * Sends a request.
     *
     * @throws ConnectException if nobody listens
     * @throws HttpTimeoutException if no answer came in time
     */
    public HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + request.uri(), e);
        }
    }

    /** Requests a path as the administrator and reads the answer line by line as it comes; the caller closes it. */
    public Stream<String> stream(String path) throws IOException {
        try {
            return client.send(request(path).GET().build(), BodyHandlers.ofLines())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + path, e);
        }
    }

    /** Returns when each bundle was last installed, updated or uninstalled, by symbolic name. */
    public Map<String, Long> lastModified() throws IOException {
        var rows = shell("each (${.context} bundles) { echo BUNDLE ($it symbolicName) ($it lastModified) }");
        var times = new TreeMap<String, Long>();
        for (var row : ROW.matcher(rows).results().toList()) {
            times.merge(row.group(1), Long.valueOf(row.group(2)), Math::max);
        }
        if (times.isEmpty()) {
            throw new IOException("The shell does not tell of its bundles: " + rows);
        }
        return times;
    }

    /** Runs a command in the host's shell over SSH and returns what it printed. */
    public String shell(String command) throws IOException {
        if (shell == null) {
            shell = new Shell(ports.ssh());
        }
        return shell.run(command);
    }

    /**
     * Collects garbage and names the classes of ours that more than one class loader has loaded: the wiring of a bundle
     * before a swap is still there.
     */
    public List<String> classesLoadedTwice() throws IOException {
        inspect("GC.run");
        var seen = new HashSet<String>();
        return OUR_CLASS
                .matcher(inspect("VM.classloaders", "show-classes=true"))
                .results()
                .map(found -> found.group(1))
                .filter(name -> !seen.add(name))
                .distinct()
                .toList();
    }

    /** Asks the JVM by its own tool. */
    private String inspect(String... question) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(Long.toString(process.pid()));
        command.addAll(List.of(question));
        var tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        var answer = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.onExit().join().exitValue() != 0) {
            throw new IOException(command + " failed: " + answer);
        }
        return answer;
    }

    /** Ends the process without warning, as {@code kill -9} does, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Asks the process to stop and waits until it has. */
    public void stop() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new IllegalStateException("The host in " + home + " did not stop within " + STOP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the host to end", e);
        }
    }

    /** Returns the process, running or ended. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Returns where the host lives. */
    public Path home() {
        return home;
    }

    /** Returns the host's log so far. */
    public String log() throws IOException {
        var log = home.resolve("data/log/seneschal.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Stops the host if it runs, and whatever it left running, and removes it. Its log stays. */
    @Override
    public void close() throws IOException {
        if (shell != null) {
            shell.close();
        }
        if (process != null && process.isAlive()) {
            stop();
        }
        endPostgres();
        var log = home.resolve("data/log");
        Directories.delete(home, path -> !path.startsWith(log) && !log.startsWith(path));
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> command.endsWith("postgres"))
                .isPresent();
    }

    /** A host that was killed leaves its database to its next start; there is none here. */
    private void endPostgres() throws IOException {
        try (var files = Files.walk(home, 4)) {
            for (var file :
                    files.filter(file -> file.endsWith("postmaster.pid")).toList()) {
                var pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
                var postgres = ProcessHandle.of(pid).filter(Host::isPostgres);
                if (postgres.isPresent()) {
                    postgres.get().destroy();
                    postgres.get().onExit().orTimeout(30, TimeUnit.SECONDS).join();
                }
            }
        }
    }
}
