package barnabas.conformance.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// A broker's key, made for one run.
///
/// @param store PKCS12 with the key and its certificate
/// @param client trusts that certificate
record Keys(Path store, SSLContext client) {
    static final String PASSWORD = "of-this-run";
    private static final String ALIAS = "broker";

    static Keys make(Path work) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = work.resolve("broker.p12");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(List.of(
                        keytool, "-genkeypair", "-alias", ALIAS, "-keyalg", "RSA", "-keysize", "2048", "-dname",
                        "CN=localhost", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore",
                        store.toString(), "-storepass", PASSWORD))
                .inheritIO()
                .start();
        if (made.waitFor() != 0) throw new IllegalStateException("keytool failed");
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, keys.getCertificate(ALIAS));
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var client = SSLContext.getInstance("TLS");
        client.init(null, managers.getTrustManagers(), null);
        return new Keys(store, client);
    }
}
