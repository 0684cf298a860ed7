package dev.seneschal.notification.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.seneschal.notification.template.Templates;
import java.util.Map;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Renders a template with sample data. */
@Service
@Command(
        scope = "notification",
        name = "preview",
        description = "Renders a template with a sample event; sends nothing.")
public final class PreviewCommand implements Action {

    @Argument(index = 0, name = "template", description = "The template's name.", required = true)
    @Completion(TemplateCompleter.class)
    private String template;

    @Argument(
            index = 1,
            name = "event",
            description = "The event as JSON, such as {\"type\":\"t\",\"time\":\"2026-01-01T00:00:00Z\",\"data\":{}}.",
            required = true)
    private String event;

    @Option(name = "--html", description = "Prints the HTML part instead of the text.")
    private boolean html;

    @Option(name = "--tenant", description = "The tenant; the default one if absent.")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Reference
    private Templates templates;

    /** Made by the shell. */
    public PreviewCommand() {}

    PreviewCommand(Templates templates, String tenant, String template, String event) {
        this.templates = templates;
        this.tenant = tenant;
        this.template = template;
        this.event = event;
    }

    @Override
    public Object execute() throws InterruptedException {
        var whose = TenantOption.of(tenant);
        var found = templates.get(whose, template);
        var rendered =
                templates.preview(whose, found.id(), Map.of("event", sample(), "workflow", Map.of("name", "preview")));
        System.out.println("Subject: " + rendered.subject());
        System.out.println();
        System.out.println(html ? rendered.html() : rendered.text());
        return null;
    }

    private Map<String, Object> sample() {
        try {
            return JsonMapper.builder().build().readValue(event, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The event is not a JSON object: " + e.getOriginalMessage(), e);
        }
    }
}
