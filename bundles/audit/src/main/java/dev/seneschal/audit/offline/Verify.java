package dev.seneschal.audit.offline;

import dev.seneschal.audit.check.Findings;
import dev.seneschal.audit.check.LogCheck;
import dev.seneschal.audit.check.Report;
import dev.seneschal.audit.note.CheckpointFile;
import dev.seneschal.audit.note.SignedNote;
import dev.seneschal.audit.note.VerifierKey;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Verifies an exported journal without the host, its database or its key: {@code java -jar seneschal-audit.jar}. The exit
 * code is 0 for a sound journal, 1 if something is wrong with it, 2 if it could not be verified.
 */
public final class Verify {

    private static final String USAGE =
            """
            Verifies an exported Seneschal journal.

            usage: java -jar seneschal-audit.jar BUNDLE [--key KEY]... [--checkpoint FILE]...

              BUNDLE             the file written by audit:export
              --key KEY          a public key you trust, name+id+key, from audit:key; may be given several times.
                                 Without it the keys in the bundle are believed, which proves less.
              --checkpoint FILE  checkpoints you kept earlier; the journal must be an extension of each

            exit code: 0 sound, 1 something is wrong, 2 could not be verified
            """;

    private final PrintStream out;

    Verify(PrintStream out) {
        this.out = out;
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new Verify(System.out).run(arguments));
    }

    int run(String... arguments) {
        try {
            return run(Arguments.parse(arguments));
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            out.println("Could not verify: " + e.getMessage());
            out.println();
            out.print(USAGE);
            return 2;
        }
    }

    private int run(Arguments arguments) throws IOException {
        Report report;
        try (var log = new BundleLog(arguments.bundle, arguments.keys)) {
            report = LogCheck.run(log, arguments.kept, Collections.emptyIterator(), new Findings());
        }
        out.println("journal      " + report.origin());
        out.println(
                "entries      " + report.entries() + ", of which " + report.signed() + " are covered by a checkpoint");
        out.println("checkpoints  " + report.checkpoints() + " compared, " + arguments.kept.size() + " of them yours");
        if (arguments.keys.isEmpty()) {
            out.println("keys         those in the bundle; give --key to trust only what you were given before");
        }
        report.findings().forEach(out::println);
        out.println(report.isSound() ? "SOUND" : "NOT SOUND: " + report.faults() + " faults");
        return report.isSound() ? 0 : 1;
    }

    private record Arguments(Path bundle, List<VerifierKey> keys, List<SignedNote> kept) {

        static Arguments parse(String... arguments) throws IOException {
            Path bundle = null;
            var keys = new ArrayList<VerifierKey>();
            var kept = new ArrayList<SignedNote>();
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--key" -> keys.add(VerifierKey.parse(value(arguments, ++i)));
                    case "--checkpoint" -> kept.addAll(CheckpointFile.read(Path.of(value(arguments, ++i))));
                    default -> {
                        if (bundle != null || arguments[i].startsWith("-")) {
                            throw new IllegalArgumentException("'" + arguments[i] + "' is not understood.");
                        }
                        bundle = Path.of(arguments[i]);
                    }
                }
            }
            if (bundle == null) {
                throw new IllegalArgumentException("Name the bundle to verify.");
            }
            return new Arguments(bundle, keys, kept);
        }

        private static String value(String[] arguments, int i) {
            if (i >= arguments.length) {
                throw new IllegalArgumentException("'" + arguments[i - 1] + "' needs a value.");
            }
            return arguments[i];
        }
    }
}
