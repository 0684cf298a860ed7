package dev.seneschal.audit.command;

import dev.seneschal.audit.online.Export;
import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;

/** Writes the journal into a bundle. */
@Service
@Command(
        scope = "audit",
        name = "export",
        description =
                "Writes the journal of all tenants, up to its last checkpoint, into a ZIP file that can be verified"
                        + " without this host: java -jar seneschal-audit.jar FILE")
public final class ExportCommand implements Action {

    @Argument(name = "file", description = "The file to write; it must not exist.", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Reference
    private Export export;

    /** Made by the shell. */
    public ExportCommand() {}

    ExportCommand(Export export, String file) {
        this.export = export;
        this.file = file;
    }

    @Override
    public Object execute() throws Exception {
        System.out.println(export.write(Path.of(file)) + " entries written to " + file);
        return null;
    }
}
