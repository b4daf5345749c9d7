package barnabas.base.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.security.auth.x500.X500Principal;

/// A certificate authority for tests: signs certificates for P-256 keys, in DER that it writes itself (RFC 5280).
///
/// ```
/// Certificate ::= SEQUENCE { tbs, algorithm, signature BIT STRING }
/// tbs         ::= SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key, [3] extensions }
/// ```
public final class TestAuthority {
    private static final int SEQUENCE = 0x30;
    private static final int SET_BY_TAG_0 = 0xA0;
    private static final int EXTENSIONS = 0xA3;
    private static final int OCTETS = 0x04;
    private static final byte[] ECDSA_WITH_SHA256 =
            der(SEQUENCE, new byte[] {6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 4, 3, 2});

    private static final byte[] PBES2 = {6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 5, 0x0D};

    private final X509Certificate certificate;
    private final PrivateKey key;
    private int serial = 1;

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
                    der(SEQUENCE, der(SEQUENCE, PBES2, parameters), der(OCTETS, cipher.doFinal(key.getEncoded()))));
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
        KeyPair pair = keys();
        key = pair.getPrivate();
        var subject = new X500Principal("CN=" + name);
        certificate = sign(subject, pair, subject, Duration.ofDays(3650), List.of(), true);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    public String pem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /// Writes a trust store with this authority.
    public Path store(Path file, String type, String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        store.setCertificateEntry("ca", certificate);
        return written(store, file, password);
    }

    /// A new key for `subject` (`CN=broker`), valid from yesterday for so long from now.
    ///
    /// @param hosts DNS names or IPv4 addresses of the certificate
    public Identity issue(String subject, Duration valid, String... hosts)
            throws GeneralSecurityException, IOException {
        KeyPair pair = keys();
        X509Certificate own = sign(
                new X500Principal(subject), pair, certificate.getSubjectX500Principal(), valid, List.of(hosts), false);
        return new Identity(pair.getPrivate(), List.of(own, certificate));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate sign(
            X500Principal subject,
            KeyPair pair,
            X500Principal issuer,
            Duration valid,
            List<String> hosts,
            boolean isAuthority)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        byte[] tbs = der(
                SEQUENCE,
                der(SET_BY_TAG_0, new byte[] {2, 1, 2}),
                der(2, BigInteger.valueOf(serial++).toByteArray()),
                ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                der(SEQUENCE, time(now.minus(Duration.ofDays(1))), time(now.plus(valid))),
                subject.getEncoded(),
                pair.getPublic().getEncoded(),
                der(EXTENSIONS, der(SEQUENCE, constraints(isAuthority), names(hosts))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(tbs);
        byte[] encoded = der(SEQUENCE, tbs, ECDSA_WITH_SHA256, der(3, new byte[] {0}, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static byte[] constraints(boolean isAuthority) throws IOException {
        byte[] value = isAuthority ? der(SEQUENCE, new byte[] {1, 1, (byte) 0xFF}) : der(SEQUENCE);
        return der(SEQUENCE, new byte[] {6, 3, 0x55, 0x1D, 0x13}, new byte[] {1, 1, (byte) 0xFF}, der(OCTETS, value));
    }

    private static byte[] names(List<String> hosts) throws IOException {
        if (hosts.isEmpty()) return new byte[0];
        var names = new ByteArrayOutputStream();
        for (String host : hosts) {
            if (host.matches("[0-9.]+")) {
                byte[] address = new byte[4];
                String[] parts = host.split("\\.", -1);
                for (int i = 0; i < 4; i++) address[i] = (byte) Integer.parseInt(parts[i]);
                names.write(der(0x87, address));
            } else {
                names.write(der(0x82, host.getBytes(StandardCharsets.US_ASCII)));
            }
        }
        return der(SEQUENCE, new byte[] {6, 3, 0x55, 0x1D, 0x11}, der(OCTETS, der(SEQUENCE, names.toByteArray())));
    }

    private static byte[] time(Instant at) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(at);
        return der(0x18, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        var out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] size = BigInteger.valueOf(length).toByteArray();
            int from = size[0] == 0 ? 1 : 0;
            out.write(0x80 | (size.length - from));
            out.write(size, from, size.length - from);
        }
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
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
