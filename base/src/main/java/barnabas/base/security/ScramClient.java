package barnabas.base.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The client's side of one SCRAM login. It accepts a server only that knows the password's keys.
///
/// ```
/// client  n,,n=alice,r=<nonce>
/// server  r=<nonce><more>,s=<salt>,i=4096
/// client  c=biws,r=<nonce><more>,p=<proof>
/// server  v=<signature>
/// ```
/// With a delegation token (KIP-48) `n` is its id, the password its HMAC, and `,tokenauth=true` follows the client's
/// nonce.
public final class ScramClient {
    private static final String HEADER = "n,,";
    private static final String TOKEN = ",tokenauth=true";
    private static final int NONCE_BYTES = 24;

    private final ScramMechanism mechanism;
    private final String password;
    private final String nonce;
    private final String firstBare;
    private byte[] serverSignature = new byte[0];

    /// @param random must be unpredictable
    public ScramClient(ScramMechanism mechanism, String user, String password, RandomGenerator random) {
        this(mechanism, user, password, false, random);
    }

    /// @param byToken whether `user` and `password` are id and HMAC of a delegation token
    /// @param random must be unpredictable
    public ScramClient(
            ScramMechanism mechanism, String user, String password, boolean byToken, RandomGenerator random) {
        this.mechanism = mechanism;
        this.password = password;
        byte[] fresh = new byte[NONCE_BYTES];
        random.nextBytes(fresh);
        this.nonce = ScramText.base64(fresh);
        this.firstBare = "n=" + ScramText.escaped(user) + ",r=" + nonce + (byToken ? TOKEN : "");
    }

    public byte[] first() {
        return (HEADER + firstBare).getBytes(StandardCharsets.UTF_8);
    }

    /// The answer to the server's first message; empty when that is not one.
    public Optional<byte[]> last(byte[] serverFirst) {
        String message = new String(serverFirst, StandardCharsets.UTF_8);
        String[] parts = message.split(",", -1);
        if (parts.length < 3) return Optional.empty();
        String both = ScramText.attribute('r', parts[0]).orElse("");
        byte[] salt =
                ScramText.attribute('s', parts[1]).flatMap(ScramText::bytes).orElse(new byte[0]);
        int iterations = number(ScramText.attribute('i', parts[2]).orElse(""));
        if (!both.startsWith(nonce) || both.length() == nonce.length() || salt.length == 0) return Optional.empty();
        if (iterations < ScramMechanism.ITERATIONS_MIN || iterations > ScramMechanism.ITERATIONS_MAX)
            return Optional.empty();
        byte[] salted = mechanism.saltedPassword(password, salt, iterations);
        String withoutProof = "c=" + ScramText.base64(HEADER.getBytes(StandardCharsets.UTF_8)) + ",r=" + both;
        byte[] all = (firstBare + "," + message + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
        byte[] signature = mechanism.hmac(mechanism.storedKey(salted), all);
        byte[] proof = ScramMechanism.xor(mechanism.clientKey(salted), signature);
        serverSignature = mechanism.hmac(mechanism.serverKey(salted), all);
        return Optional.of((withoutProof + ",p=" + ScramText.base64(proof)).getBytes(StandardCharsets.UTF_8));
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /// Whether the server's last message shows that it knows the user's keys.
    public boolean accepts(byte[] serverLast) {
        String message = new String(serverLast, StandardCharsets.UTF_8);
        byte[] shown = ScramText.attribute('v', message.split(",", -1)[0])
                .flatMap(ScramText::bytes)
                .orElse(new byte[0]);
        return serverSignature.length > 0 && MessageDigest.isEqual(shown, serverSignature);
    }
}
