package barnabas.base.security;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.security.auth.x500.X500Principal;

/// An authority of a cluster's own: signs certificates for P-256 keys, which the JDK cannot do by an API, in DER (RFC
/// 5280).
///
/// ```
/// Certificate ::= SEQUENCE { tbs, algorithm, signature BIT STRING }
/// tbs         ::= SEQUENCE { [0] version, serial, algorithm, issuer, validity, subject, key, [3] extensions }
/// ```
public final class CertificateAuthority {
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int KEY_IDENTIFIER = 0x80;
    private static final int SERIAL_BYTES = 16;
    private static final byte[] TRUE = {1, 1, (byte) 0xFF};

    /// 1.2.840.10045.4.3.2
    private static final byte[] ECDSA_WITH_SHA256 =
            Der.of(Der.SEQUENCE, new byte[] {6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 4, 3, 2});
    /// 1.3.6.1.5.5.7.3.1 and .2: servers and clients, as nodes are both.
    private static final byte[] BOTH_SIDES = Der.of(
            Der.SEQUENCE, new byte[] {6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 1}, new byte[] {6, 8, 0x2B, 6, 1, 5, 5, 7, 3, 2});

    // Extensions of 2.5.29: the last part of the number.
    private static final int SUBJECT_KEY = 14;
    private static final int KEY_USAGE = 15;
    private static final int ALTERNATIVE_NAMES = 17;
    private static final int BASIC_CONSTRAINTS = 19;
    private static final int AUTHORITY_KEY = 35;
    private static final int EXTENDED_KEY_USAGE = 37;

    private final Identity own;
    private final RandomGenerator random;

    /// A key with its certificate, and those of its issuers behind it.
    public record Identity(PrivateKey key, List<X509Certificate> chain) {
        /// PKCS#8, as PEM: a secret.
        public String keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        public String chainPem() throws GeneralSecurityException {
            var text = new StringBuilder();
            for (X509Certificate each : chain) text.append(pem("CERTIFICATE", each.getEncoded()));
            return text.toString();
        }

        /// Without the key.
        @Override
        public String toString() {
            return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    private record Names(X500Principal issuer, X500Principal subject, List<String> hosts) {}

    private CertificateAuthority(Identity own, RandomGenerator random) {
        this.own = own;
        this.random = random;
    }

    /// A new authority, signed by itself.
    ///
    /// @param name `CN=Barnabas CA`
    /// @param random unpredictable, for serial numbers
    public static CertificateAuthority create(String name, Instant from, Duration valid, RandomGenerator random)
            throws GeneralSecurityException {
        KeyPair pair = keys();
        var subject = new X500Principal(name);
        var names = new Names(subject, subject, List.of());
        X509Certificate certificate = sign(names, pair.getPublic(), pair, from, from.plus(valid), true, random);
        return new CertificateAuthority(new Identity(pair.getPrivate(), List.of(certificate)), random);
    }

    /// The authority that a key and its certificate are of, as PEM.
    ///
    /// @throws GeneralSecurityException when the text has no key or no certificate
    public static CertificateAuthority of(String pem, RandomGenerator random) throws GeneralSecurityException {
        var text = new PemText(pem);
        return new CertificateAuthority(
                new Identity(text.key(null), List.of(text.certificates().getFirst())), random);
    }

    /// Key and certificate of the authority.
    public Identity own() {
        return own;
    }

    /// Signs a certificate for a new key.
    ///
    /// @param name `CN=node-1`
    /// @param hosts DNS names and addresses that it is for
    public Identity issue(String name, List<String> hosts, Instant from, Duration valid)
            throws GeneralSecurityException {
        KeyPair pair = keys();
        X509Certificate authority = own.chain().getFirst();
        var names = new Names(authority.getSubjectX500Principal(), new X500Principal(name), hosts);
        var signer = new KeyPair(authority.getPublicKey(), own.key());
        X509Certificate certificate = sign(names, pair.getPublic(), signer, from, from.plus(valid), false, random);
        return new Identity(pair.getPrivate(), List.of(certificate, authority));
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate sign(
            Names names,
            PublicKey key,
            KeyPair signer,
            Instant from,
            Instant until,
            boolean isAuthority,
            RandomGenerator random)
            throws GeneralSecurityException {
        byte[] serial = new byte[SERIAL_BYTES];
        random.nextBytes(serial);
        serial[0] = (byte) ((serial[0] & 0x3F) | 0x40); // positive and of one length
        byte[] tbs = Der.of(
                Der.SEQUENCE,
                Der.of(VERSION, new byte[] {2, 1, 2}),
                Der.of(Der.INTEGER, new BigInteger(serial).toByteArray()),
                ECDSA_WITH_SHA256,
                names.issuer().getEncoded(),
                Der.of(Der.SEQUENCE, Der.time(from), Der.time(until)),
                names.subject().getEncoded(),
                key.getEncoded(),
                Der.of(EXTENSIONS, extensions(names.hosts(), key, signer.getPublic(), isAuthority)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(signer.getPrivate());
        signature.update(tbs);
        byte[] encoded = Der.of(Der.SEQUENCE, tbs, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static byte[] extensions(List<String> hosts, PublicKey key, PublicKey issuer, boolean isAuthority)
            throws GeneralSecurityException {
        var all = new ByteArrayOutputStream();
        all.writeBytes(
                extension(BASIC_CONSTRAINTS, true, isAuthority ? Der.of(Der.SEQUENCE, TRUE) : Der.of(Der.SEQUENCE)));
        // Bits from the left: digitalSignature is the first, keyCertSign and cRLSign the sixth and seventh.
        byte[] usage = isAuthority ? new byte[] {1, 0b0000_0110} : new byte[] {7, (byte) 0b1000_0000};
        all.writeBytes(extension(KEY_USAGE, true, Der.of(Der.BITS, usage)));
        all.writeBytes(extension(SUBJECT_KEY, false, Der.of(Der.OCTETS, identifier(key))));
        all.writeBytes(
                extension(AUTHORITY_KEY, false, Der.of(Der.SEQUENCE, Der.of(KEY_IDENTIFIER, identifier(issuer)))));
        if (!isAuthority) all.writeBytes(extension(EXTENDED_KEY_USAGE, false, BOTH_SIDES));
        if (!hosts.isEmpty()) all.writeBytes(extension(ALTERNATIVE_NAMES, false, alternatives(hosts)));
        return Der.of(Der.SEQUENCE, all.toByteArray());
    }

    private static byte[] extension(int number, boolean isCritical, byte[] value) {
        byte[] id = {6, 3, 0x55, 0x1D, (byte) number};
        byte[] content = Der.of(Der.OCTETS, value);
        return isCritical ? Der.of(Der.SEQUENCE, id, TRUE, content) : Der.of(Der.SEQUENCE, id, content);
    }

    private static byte[] identifier(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-1").digest(key.getEncoded());
    }

    private static byte[] alternatives(List<String> hosts) {
        var names = new ByteArrayOutputStream();
        for (String host : hosts) {
            byte[] address = address(host);
            names.writeBytes(
                    address.length > 0
                            ? Der.of(IP_ADDRESS, address)
                            : Der.of(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)));
        }
        return Der.of(Der.SEQUENCE, names.toByteArray());
    }

    /// Empty when it is a name.
    private static byte[] address(String host) {
        try {
            return InetAddress.ofLiteral(host).getAddress();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----\n";
    }
}
