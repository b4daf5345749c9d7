package barnabas.base.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// SCRAM (RFC 5802, RFC 7677) with the hashes that Kafka has, and the arithmetic of both sides.
///
/// ```
/// salted password = Hi(password, salt, iterations)
/// client key      = HMAC(salted password, "Client Key")      proof = client key XOR HMAC(stored key, messages)
/// stored key      = H(client key)
/// server key      = HMAC(salted password, "Server Key")      answer = HMAC(server key, messages)
/// ```
/// A server keeps stored key and server key only.
public enum ScramMechanism {
    SHA_256(1, "SCRAM-SHA-256", "SHA-256", "HmacSHA256"),
    SHA_512(2, "SCRAM-SHA-512", "SHA-512", "HmacSHA512");

    public static final int ITERATIONS_MIN = 4096;
    /// A client computes so many hashes for each login: a server that asks for more keeps it busy.
    public static final int ITERATIONS_MAX = 16_384;

    private final byte type;
    private final String mechanism;
    private final String hash;
    private final String mac;

    ScramMechanism(int type, String mechanism, String hash, String mac) {
        this.type = (byte) type;
        this.mechanism = mechanism;
        this.hash = hash;
        this.mac = mac;
    }

    public static Optional<ScramMechanism> named(String mechanism) {
        for (ScramMechanism each : values()) if (each.mechanism.equals(mechanism)) return Optional.of(each);
        return Optional.empty();
    }

    /// The mechanism of a number in requests and records.
    public static Optional<ScramMechanism> ofType(byte type) {
        for (ScramMechanism each : values()) if (each.type == type) return Optional.of(each);
        return Optional.empty();
    }

    public byte type() {
        return type;
    }

    /// SASL's name of it.
    public String mechanism() {
        return mechanism;
    }

    public byte[] saltedPassword(String password, byte[] salt, int iterations) {
        Mac hmac = mac(password.getBytes(StandardCharsets.UTF_8));
        hmac.update(salt);
        byte[] block = hmac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] result = block.clone();
        for (int i = 1; i < iterations; i++) {
            block = hmac.doFinal(block);
            for (int at = 0; at < result.length; at++) result[at] ^= block[at];
        }
        return result;
    }

    public byte[] clientKey(byte[] saltedPassword) {
        return hmac(saltedPassword, "Client Key".getBytes(StandardCharsets.US_ASCII));
    }

    public byte[] storedKey(byte[] saltedPassword) {
        return hash(clientKey(saltedPassword));
    }

    public byte[] serverKey(byte[] saltedPassword) {
        return hmac(saltedPassword, "Server Key".getBytes(StandardCharsets.US_ASCII));
    }

    public byte[] hash(byte[] content) {
        try {
            return MessageDigest.getInstance(hash).digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + hash, e);
        }
    }

    public byte[] hmac(byte[] key, byte[] content) {
        return mac(key).doFinal(content);
    }

    private Mac mac(byte[] key) {
        try {
            Mac hmac = Mac.getInstance(mac);
            // An empty key is none for the JDK; HMAC fills it up with zeros.
            hmac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, mac));
            return hmac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + mac, e);
        }
    }

    /// Bytes of both, each with the other's.
    public static byte[] xor(byte[] one, byte[] other) {
        if (one.length != other.length)
            throw new IllegalArgumentException(one.length + " and " + other.length + " bytes");
        byte[] result = one.clone();
        for (int at = 0; at < result.length; at++) result[at] ^= other[at];
        return result;
    }
}
