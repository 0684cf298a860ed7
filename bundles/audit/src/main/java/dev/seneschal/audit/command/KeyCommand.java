package dev.seneschal.audit.command;

import dev.seneschal.audit.sequence.SequencerComponent;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;

/** Shows the journal's public keys, or states that the signing key is replaced. */
@Service
@Command(
        scope = "audit",
        name = "key",
        description = "Shows the public keys that verify the journal, the one in use last. Give them to your auditor.")
public final class KeyCommand implements Action {

    @Option(
            name = "--replace",
            description = "The reason why the signing key is replaced: by the one in the key file, or by a new one if"
                    + " there is no file. Goes into the journal.")
    private String replace;

    @Reference
    private SequencerComponent sequencer;

    @Reference
    private Session session;

    /** Made by the shell. */
    public KeyCommand() {}

    KeyCommand(SequencerComponent sequencer, Session session, String replace) {
        this.sequencer = sequencer;
        this.session = session;
        this.replace = replace;
    }

    @Override
    public Object execute() throws Exception {
        if (replace != null) {
            sequencer.replaceKey(replace, Actor.of(session));
        }
        sequencer.publicKeys().forEach(System.out::println);
        if (!sequencer.trouble().isEmpty()) {
            System.out.println(sequencer.trouble());
        }
        return null;
    }
}
