package dev.seneschal.audit.note;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seneschal.audit.tree.Hashes;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SignedNoteTest {

    private static final Checkpoint CHECKPOINT = new Checkpoint("seneschal/journal/x", 7, Hashes.leaf());

    private static SignerKey key(String name) throws Exception {
        return new SignerKey(name, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
    }

    /** The example of Go's golang.org/x/mod/sumdb/note, so what we verify others can verify too. */
    @Test
    void verifiesTheNoteOfAnotherImplementation() {
        var key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        var note = SignedNote.parse(
                "If you think cryptography is the answer to your problem,\n"
                        + "then you don't know what your problem is.\n"
                        + "\n"
                        + "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
        assertThat(note.isSignedBy(List.of(key))).isTrue();
    }

    @Test
    void aSignedCheckpointComesBackAsItWas() throws Exception {
        var key = key(CHECKPOINT.origin());
        var note = SignedNote.parse(key.sign(CHECKPOINT));
        assertThat(note.isSignedBy(List.of(key.verifier()))).isTrue();
        assertThat(note.checkpoint().size()).isEqualTo(7);
        assertThat(note.checkpoint().root()).isEqualTo(CHECKPOINT.root());
        assertThat(VerifierKey.parse(key.verifier().toString())).isEqualTo(key.verifier());
    }

    @Test
    void aChangedNoteIsNotSigned() throws Exception {
        var key = key(CHECKPOINT.origin());
        var note = SignedNote.parse(key.sign(CHECKPOINT).replace("\n7\n", "\n8\n"));
        assertThat(note.isSignedBy(List.of(key.verifier()))).isFalse();
    }

    @Test
    void anotherKeyOfTheSameNameDoesNotDo() throws Exception {
        var note = SignedNote.parse(key(CHECKPOINT.origin()).sign(CHECKPOINT));
        assertThat(note.isSignedBy(List.of(key(CHECKPOINT.origin()).verifier())))
                .isFalse();
    }
}
