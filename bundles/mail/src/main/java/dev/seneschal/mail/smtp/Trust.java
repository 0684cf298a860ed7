package dev.seneschal.mail.smtp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whom to trust when a server proves who it is. */
final class Trust {

    private Trust() {}

    /**
     * Returns what makes encrypted sockets.
     *
     * @param certificates PEM file with the certificates to trust, or null for those of the Java runtime
     */
    static SSLSocketFactory sockets(Path certificates) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, certificates == null ? null : managers(certificates), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("The certificates in " + certificates + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] managers(Path file) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(file)) {
            int count = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted-" + count++, certificate);
            }
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
