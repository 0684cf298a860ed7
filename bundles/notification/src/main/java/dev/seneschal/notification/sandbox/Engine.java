package dev.seneschal.notification.sandbox;

import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.velocity.Template;
import org.apache.velocity.exception.VelocityException;
import org.apache.velocity.runtime.RuntimeConstants;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.ParseException;
import org.apache.velocity.runtime.parser.node.ASTprocess;
import org.apache.velocity.runtime.parser.node.SimpleNode;
import org.apache.velocity.runtime.resource.loader.StringResourceLoader;
import org.apache.velocity.util.DuckType;
import org.slf4j.helpers.NOPLogger;

/**
 * A Velocity of our own: every setting is given here, no file is read, no loader finds anything, no directive but
 * {@code #foreach} exists, and {@link Guard} is all the introspection there is. Its one instance belongs to one
 * {@link Sandbox}. Parsing is safe for use by any thread.
 */
final class Engine implements AutoCloseable {

    private static final List<String> REMOVED =
            List.of("break", "define", "evaluate", "include", "macro", "parse", "stop");

    private final RuntimeInstance velocity = new RuntimeInstance();

    Engine() {
        // Faults of templates reach the author and the delivery's row, not the log.
        velocity.setProperty(RuntimeConstants.RUNTIME_LOG_INSTANCE, NOPLogger.NOP_LOGGER);
        // It makes its parts by name: ours from the context class loader, the others from its own.
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        thread.setContextClassLoader(Engine.class.getClassLoader());
        try {
            velocity.init(settings());
        } finally {
            thread.setContextClassLoader(before);
        }
        REMOVED.forEach(velocity::removeDirective);
        if (!(velocity.getUberspect() instanceof Guard)) {
            throw new IllegalStateException("Velocity did not take the guard: templates must not run");
        }
        warm();
    }

    /**
     * Velocity keeps what it knows of a type's truth, for alternatives such as {@code ${x|'y'}}, in static maps that are not
     * safe for several threads. Once it knows every type there is, it only reads them.
     */
    private static void warm() {
        List.of("", 1, 1L, 1d, new MapValue(Map.of()), new ListValue(List.of()))
                .forEach(value -> DuckType.asBoolean(value, true));
    }

    /** Lets go of our classes, which those static maps would hold after this bundle is gone. */
    @Override
    public void close() {
        DuckType.clearCache();
    }

    private static Properties settings() {
        var settings = new Properties();
        settings.setProperty(RuntimeConstants.RUNTIME_REFERENCES_STRICT, "true");
        settings.setProperty(RuntimeConstants.RUNTIME_REFERENCES_STRICT_ESCAPE, "true");
        settings.setProperty(RuntimeConstants.RUNTIME_STRING_INTERNING, "false");
        settings.setProperty(RuntimeConstants.INTERPOLATE_STRINGLITERALS, "false");
        settings.setProperty(RuntimeConstants.IMMUTABLE_RANGES, "true");
        settings.setProperty(RuntimeConstants.VM_PERM_ALLOW_INLINE, "false");
        settings.setProperty(RuntimeConstants.VM_PERM_INLINE_LOCAL, "true");
        settings.setProperty(RuntimeConstants.VM_LIBRARY, "");
        settings.setProperty(RuntimeConstants.UBERSPECT_CLASSNAME, Guard.class.getName());
        settings.setProperty(RuntimeConstants.SPACE_GOBBLING, "lines");
        settings.setProperty(RuntimeConstants.PARSER_POOL_SIZE, "2");
        settings.setProperty(RuntimeConstants.RESOURCE_LOADERS, "none");
        settings.setProperty("resource.loader.none.class", StringResourceLoader.class.getName());
        settings.setProperty("resource.loader.none.repository.static", "false");
        return settings;
    }

    /** Parses, hardens and initialises one part. */
    Template parse(String source, Hardening hardening) {
        var template = new Template();
        template.setRuntimeServices(velocity);
        template.setName("template");
        try {
            SimpleNode root = velocity.parse(new StringReader(source), template);
            hardening.apply((ASTprocess) root);
            template.setData(root);
            template.initDocument();
            return template;
        } catch (ParseException e) {
            var token = e.currentToken == null ? null : e.currentToken.next;
            throw new TemplateFault(
                    null,
                    token == null ? 0 : token.beginLine,
                    token == null ? 0 : token.beginColumn,
                    token == null ? "The template cannot be parsed." : unexpected(token.image));
        } catch (VelocityException e) {
            throw new TemplateFault("The template cannot be parsed: " + firstLine(e.getMessage()));
        }
    }

    private static String unexpected(String image) {
        return image.isEmpty()
                ? "The template ends where more was expected; is an #end missing?"
                : "'" + Texts.shorten(image.strip(), 40) + "' is not expected here.";
    }

    private static String firstLine(String message) {
        return message == null ? "" : Texts.shorten(message.lines().findFirst().orElse(""), 200);
    }
}
