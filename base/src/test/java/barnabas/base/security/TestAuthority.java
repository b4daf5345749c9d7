package barnabas.base.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// A certificate authority for tests, with keys and certificates in all forms that settings take.
public final class TestAuthority {
    private static final byte[] PBES2 = {6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 5, 0x0D};

    private static final Duration EARLIER = Duration.ofDays(1);

    private final CertificateAuthority authority;

    /// A key with its certificate, and that of the authority behind it.
    public record Identity(PrivateKey key, List<X509Certificate> chain) {
        /// PKCS#8, as PEM.
        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        /// PKCS#8 under PBES2, as `openssl pkcs8 -topk8` writes it.
        public String encryptedKeyPem(String password) throws GeneralSecurityException, IOException {
            String algorithm = "PBEWithHmacSHA256AndAES_256";
            var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.ENCRYPT_MODE, secret);
            byte[] parameters = cipher.getParameters().getEncoded();
            return pem(
                    "ENCRYPTED PRIVATE KEY",
                    Der.of(
                            Der.SEQUENCE,
                            Der.of(Der.SEQUENCE, PBES2, parameters),
                            Der.of(Der.OCTETS, cipher.doFinal(key.getEncoded()))));
        }

        public String chainPem() throws GeneralSecurityException {
            var text = new StringBuilder();
            for (X509Certificate each : chain) text.append(pem("CERTIFICATE", each.getEncoded()));
            return text.toString();
        }

        /// Writes a key store.
        public Path store(Path file, String type, String password) throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance(type);
            store.load(null, null);
            store.setKeyEntry("key", key, password.toCharArray(), chain.toArray(new Certificate[0]));
            return written(store, file, password);
        }
    }

    /// An authority of its own root, named `CN=<name>`.
    public TestAuthority(String name) throws GeneralSecurityException, IOException {
        authority = CertificateAuthority.create(
                "CN=" + name, Instant.now().minus(EARLIER), Duration.ofDays(3651), new Random());
    }

    public X509Certificate certificate() {
        return authority.own().chain().getFirst();
    }

    public String pem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate().getEncoded());
    }

    /// Writes a trust store with this authority.
    public Path store(Path file, String type, String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("ca", certificate());
        return written(store, file, password);
    }

    /// A new key for `subject` (`CN=broker`), valid from yesterday for so long from now.
    ///
    /// @param hosts DNS names or IPv4 addresses of the certificate
    public Identity issue(String subject, Duration valid, String... hosts)
            throws GeneralSecurityException, IOException {
        CertificateAuthority.Identity identity =
                authority.issue(subject, List.of(hosts), Instant.now().minus(EARLIER), valid.plus(EARLIER));
        return new Identity(identity.key(), identity.chain());
    }

    private static Path written(KeyStore store, Path file, String password)
            throws GeneralSecurityException, IOException {
        // In one step, as tools that renew certificates do.
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try (var out = Files.newOutputStream(next)) {
            store.store(out, password.toCharArray());
        }
        return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }

    /// All of them in one text.
    public static String joined(List<X509Certificate> certificates) throws GeneralSecurityException {
        var texts = new ArrayList<String>();
        for (X509Certificate each : certificates) texts.add(pem("CERTIFICATE", each.getEncoded()));
        return String.join("some text between\n", texts);
    }
}
