package dev.seneschal.audit.note;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/** The private half of a note key, under the name of the log it signs for. Immutable. */
public final class SignerKey {

    private final VerifierKey verifier;
    private final PrivateKey key;

    /** Names a key pair. */
    public SignerKey(String name, KeyPair pair) {
        this.verifier = VerifierKey.of(name, pair.getPublic());
        this.key = pair.getPrivate();
    }

    /** Returns the public half. */
    public VerifierKey verifier() {
        return verifier;
    }

    /** Returns the checkpoint as a signed note. */
    public String sign(Checkpoint checkpoint) {
        var body = checkpoint.body();
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(body.getBytes(StandardCharsets.UTF_8));
            var signature = signer.sign();
            var blob = new byte[VerifierKey.ID_LENGTH + signature.length];
            System.arraycopy(verifier.id(), 0, blob, 0, VerifierKey.ID_LENGTH);
            System.arraycopy(signature, 0, blob, VerifierKey.ID_LENGTH, signature.length);
            return body + "\n" + SignedNote.SIGNATURE + verifier.name() + " "
                    + Base64.getEncoder().encodeToString(blob) + "\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java 17 signs with Ed25519", e);
        }
    }
}
