package dev.seneschal.notification.template;

import dev.seneschal.notification.sandbox.TemplateSource;
import java.time.Instant;
import java.util.UUID;

/**
 * A template, in one version.
 *
 * @param id its identifier
 * @param name what operators call it; never changes
 * @param category {@code admin}, {@code user} or {@code system}
 * @param source what its author wrote
 * @param variables describes the data it needs: JSON text of an object
 * @param version counts up with every change
 * @param active whether workflows may use it
 * @param createdAt when it was created
 * @param updatedAt when this version was made
 */
public record Template(
        UUID id,
        String name,
        String category,
        TemplateSource source,
        String variables,
        int version,
        boolean active,
        Instant createdAt,
        Instant updatedAt) {}
