package dev.seneschal.notification.template;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.seneschal.notification.Faults;
import dev.seneschal.notification.Fields;
import dev.seneschal.notification.Names;
import dev.seneschal.notification.sandbox.TemplateSource;
import java.util.Set;

/**
 * What somebody wants a template to be.
 *
 * @param name its name
 * @param category {@code admin}, {@code user} or {@code system}
 * @param source the templates of its parts
 * @param variables JSON text of an object
 * @param active whether workflows may use it
 */
public record TemplateDraft(String name, String category, TemplateSource source, String variables, boolean active) {

    private static final Set<String> FIELDS =
            Set.of("name", "category", "subject", "text", "html", "variables", "active");
    private static final Set<String> CATEGORIES = Set.of("admin", "user", "system");
    private static final int LONGEST = 200_000;

    /** Reads a draft, adding what is wrong with its form. */
    public static TemplateDraft read(ObjectNode body, JsonMapper json, Faults faults) {
        var fields = new Fields(body, "", faults, FIELDS);
        var name = fields.text("name", 100);
        Names.check(name, faults);
        var category = fields.optionalText("category", 20);
        if (category != null && !CATEGORIES.contains(category)) {
            faults.add("/category", "'category' must be admin, user or system.");
        }
        return new TemplateDraft(
                name,
                category == null ? "system" : category,
                new TemplateSource(
                        fields.text("subject", 1_000),
                        fields.text("text", LONGEST),
                        fields.optionalText("html", LONGEST)),
                fields.object("variables", json).toString(),
                fields.flag("active", true));
    }
}
