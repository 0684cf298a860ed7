package dev.seneschal.audit.command;

import dev.seneschal.audit.note.CheckpointFile;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.online.Verification;
import java.nio.file.Path;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.table.ShellTable;

/** Verifies the journal in the database. */
@Service
@Command(
        scope = "audit",
        name = "verify",
        description = "Recomputes the whole journal, compares it with every signed checkpoint and names what was"
                + " changed, removed or moved.")
public final class VerifyCommand implements Action {

    @Option(name = "--checkpoint", description = "A file with checkpoints kept earlier, to compare with too.")
    @Completion(FileCompleter.class)
    private String checkpoint;

    @Option(name = "--no-format", description = "Prints plain columns, for scripts.")
    private boolean noFormat;

    @Reference
    private Verification verification;

    /** Made by the shell. */
    public VerifyCommand() {}

    VerifyCommand(Verification verification, String checkpoint) {
        this.verification = verification;
        this.checkpoint = checkpoint;
        this.noFormat = true;
    }

    /** Fails if the journal is not sound, so that a script cannot overlook it. */
    @Override
    public Object execute() throws Exception {
        List<SignedNote> given = checkpoint == null ? List.of() : CheckpointFile.read(Path.of(checkpoint));
        var report = verification.verify(given);
        if (!report.isSound()) {
            var table = new ShellTable();
            table.column("Finding");
            table.column("Index").alignRight();
            table.column("Entry");
            table.column("Detail");
            for (var finding : report.findings()) {
                table.addRow()
                        .addContent(
                                finding.kind(),
                                finding.index() < 0 ? "" : finding.index(),
                                finding.entry(),
                                finding.detail());
            }
            table.print(System.out, !noFormat);
        }
        System.out.println((report.isSound() ? "SOUND: " : "NOT SOUND: " + report.faults() + " faults; ")
                + report.entries() + " entries, " + report.signed() + " covered by a checkpoint, "
                + report.checkpoints() + " checkpoints compared.");
        if (!report.isSound()) {
            throw new IllegalStateException("The journal is not sound.");
        }
        return null;
    }
}
