package dev.seneschal.notification.sandbox;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.velocity.Template;
import org.apache.velocity.exception.VelocityException;

/**
 * Compiles and renders templates that nobody trusts. A template cannot read, write, call or exhaust anything outside the
 * data it is given. Safe for use by any thread.
 *
 * <p>It is Velocity's language less what is dangerous: {@code #set} of own variables, {@code #if}, {@code #foreach},
 * references, arithmetic and comparison. A name without a value is a fault unless written {@code $!{name}}, tested, or
 * given an alternative: {@code ${name|'none'}}.
 */
public final class Sandbox implements AutoCloseable {

    private final Limits limits;
    private final Engine engine = new Engine();
    private final RenderThreads threads;

    /** Makes a sandbox of these limits. */
    public Sandbox(Limits limits) {
        this.limits = limits;
        this.threads = new RenderThreads(limits.threads(), limits.time());
    }

    /** Returns how many renderings have never come back; above zero, a person should look. */
    public int stuck() {
        return threads.stuck();
    }

    /**
     * Parses and checks a template.
     *
     * @throws TemplateFault saying what is wrong in which part and where
     */
    public Compiled compile(TemplateSource source) throws InterruptedException {
        return threads.run(() -> {
            var parts = new EnumMap<Part, Template>(Part.class);
            var paths = new TreeSet<String>();
            compile(Part.SUBJECT, source.subject(), parts, paths);
            compile(Part.TEXT, source.text(), parts, paths);
            if (source.html() != null) {
                compile(Part.HTML, source.html(), parts, paths);
            }
            return new Compiled(parts, paths);
        });
    }

    private void compile(Part part, String source, Map<Part, Template> parts, TreeSet<String> paths) {
        try {
            Texts.checkSource(source, limits);
            if (part == Part.SUBJECT && source.chars().anyMatch(Character::isISOControl)) {
                throw new TemplateFault("The subject holds a control character; it is a single line.");
            }
            var hardening = new Hardening(part);
            parts.put(part, engine.parse(source, hardening));
            hardening.references().forEach(reference -> paths.add(reference.path()));
        } catch (TemplateFault fault) {
            throw fault.in(part);
        }
    }

    /**
     * Renders every part.
     *
     * @param data what the template sees: maps, lists, text, numbers and truth, by name
     * @throws TemplateFault if a value is missing or a limit is met, saying which in which part and where
     */
    public Rendered render(Compiled template, Map<String, Object> data) throws InterruptedException {
        return threads.run(() -> {
            var budget = new Budget(limits);
            var roots = new HashMap<>(data);
            roots.put("format", new Formats(budget));
            return new Rendered(
                    render(template, Part.SUBJECT, roots, budget).strip(),
                    render(template, Part.TEXT, roots, budget),
                    template.part(Part.HTML) == null ? null : render(template, Part.HTML, roots, budget));
        });
    }

    private static String render(Compiled template, Part part, Map<String, Object> roots, Budget budget) {
        var out = new BoundedWriter(budget);
        try {
            template.part(part).merge(new RenderContext(roots, budget), out);
            return out.toString();
        } catch (TemplateFault fault) {
            throw fault.in(part);
        } catch (VelocityException e) {
            if (e.getCause() instanceof TemplateFault fault) {
                throw fault.in(part);
            }
            throw new TemplateFault(part, 0, 0, "The template cannot be rendered.");
        }
    }

    @Override
    public void close() {
        threads.close();
        engine.close();
    }
}
