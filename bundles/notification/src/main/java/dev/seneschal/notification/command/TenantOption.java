package dev.seneschal.notification.command;

import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import org.apache.karaf.shell.api.console.CommandLine;

/** Reads the tenant that an operator names. */
final class TenantOption {

    private TenantOption() {}

    /** Returns the tenant of that name; the default one if none is named. */
    static TenantId of(String name) {
        return name == null ? TenantId.DEFAULT : new TenantId(name);
    }

    /** Returns the tenant that the line being typed names; the default one if it names none, or not wholly yet. */
    static TenantId of(CommandLine line) {
        var words = List.of(line.getArguments());
        var option = words.indexOf("--tenant");
        try {
            return of(option < 0 || option + 1 >= words.size() ? null : words.get(option + 1));
        } catch (IllegalArgumentException e) {
            return TenantId.DEFAULT;
        }
    }
}
