package barnabas.base.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/// Certificates and keys as PEM (RFC 7468): blocks of Base64 between `-----BEGIN X-----` and `-----END X-----`, with
/// any text between the blocks. Keys are PKCS#8, encrypted or not.
///
/// Messages of exceptions contain no part of a key.
final class PemText {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA", "RSASSA-PSS");

    private static final class Block {
        final String label;
        final byte[] content;

        Block(String label, byte[] content) {
            this.label = label;
            this.content = content;
        }
    }

    private final List<Block> blocks = new ArrayList<>();

    PemText(String text) throws GeneralSecurityException {
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
            if (labelEnd < 0) throw new CertificateException("a PEM block begins and has no label");
            String label = text.substring(at + BEGIN.length(), labelEnd);
            int content = labelEnd + DASHES.length();
            int end = text.indexOf(END + label + DASHES, content);
            if (end < 0) throw new CertificateException("the PEM block " + label + " has no end");
            try {
                blocks.add(new Block(label, Base64.getMimeDecoder().decode(text.substring(content, end))));
            } catch (IllegalArgumentException e) {
                throw new CertificateException("the PEM block " + label + " is no Base64", e);
            }
            at = text.indexOf(BEGIN, end);
        }
    }

    /// All certificates, in their order.
    ///
    /// @throws GeneralSecurityException when there is none, or one that is unreadable
    List<X509Certificate> certificates() throws GeneralSecurityException {
        var certificates = new ArrayList<X509Certificate>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Block block : blocks)
            if (block.label.equals("CERTIFICATE"))
                certificates.add(
                        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.content)));
        if (certificates.isEmpty()) throw new CertificateException("there is no PEM block CERTIFICATE");
        return certificates;
    }

    /// The one private key.
    ///
    /// @param password of an encrypted key
    PrivateKey key(@Nullable String password) throws GeneralSecurityException {
        for (Block block : blocks) {
            if (block.label.equals("PRIVATE KEY")) return key(new PKCS8EncodedKeySpec(block.content));
            if (block.label.equals("ENCRYPTED PRIVATE KEY")) return key(decrypted(block.content, password));
            if (block.label.endsWith("PRIVATE KEY"))
                throw new InvalidKeyException(
                        "the PEM block " + block.label + " is not PKCS#8: convert it with 'openssl pkcs8 -topk8'");
        }
        throw new InvalidKeyException("there is no PEM block PRIVATE KEY or ENCRYPTED PRIVATE KEY");
    }

    private static PKCS8EncodedKeySpec decrypted(byte[] content, @Nullable String password)
            throws GeneralSecurityException {
        if (password == null) throw new InvalidKeyException("the key is encrypted and ssl.key.password is not set");
        try {
            var info = new EncryptedPrivateKeyInfo(content);
            // The parameters of PBES2 name the algorithm in full.
            String algorithm = info.getAlgParameters() == null
                    ? info.getAlgName()
                    : info.getAlgParameters().toString();
            if (!algorithm.startsWith("PBE")) algorithm = info.getAlgName();
            SecretKey secret =
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
            return info.getKeySpec(cipher);
        } catch (IOException | GeneralSecurityException e) {
            throw new InvalidKeyException("the key cannot be decrypted with ssl.key.password", e);
        }
    }

    private static PrivateKey key(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                // It is of another algorithm.
            }
        }
        throw new InvalidKeyException("the key is of none of the kinds " + KEY_ALGORITHMS);
    }
}
