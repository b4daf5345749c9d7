package barnabas.broker.identity;

import barnabas.base.security.ScramMechanism;
import barnabas.base.security.ScramText;
import barnabas.metadata.access.ScramCredential;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// SCRAM (RFC 5802), the server's side; see [barnabas.base.security.ScramClient] for the messages. A user that does not
/// exist gets a salt of its own, always the same, and fails in the last step like a wrong password.
final class ScramExchange implements SaslExchange {
    private static final int NONCE_BYTES = 24;
    private static final int CLIENT_NONCE_CHARS_MAX = 1024;
    private static final int SALT_BYTES = 26;
    /// Extension of a client that logs in with a delegation token (KIP-48).
    private static final String TOKEN = "tokenauth=true";

    private final ScramMechanism mechanism;
    private final ScramUsers users;
    private final String decoySecret;
    private final RandomGenerator random;

    private String user = "";
    private String header = "";
    private String nonce = "";
    private String messages = "";
    private @Nullable ScramCredential keys;
    /// Owner of the delegation token that the client has named.
    private @Nullable TokenLogin owner;
    private boolean exists;
    private boolean byToken;
    private boolean begun;

    /// @param decoySecret from which salts of unknown users come
    /// @param random must be unpredictable
    ScramExchange(ScramMechanism mechanism, ScramUsers users, String decoySecret, RandomGenerator random) {
        this.mechanism = mechanism;
        this.users = users;
        this.decoySecret = decoySecret;
        this.random = random;
    }

    /// Keys of a delegation token are computed at the first login with it.
    @Override
    public boolean isSlow(byte[] token) {
        return !begun
                && new String(token, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .contains(TOKEN);
    }

    @Override
    public Step next(byte[] token) {
        String message = new String(token, StandardCharsets.UTF_8);
        // What is not UTF-8 would not be the same bytes again.
        if (!MessageDigest.isEqual(message.getBytes(StandardCharsets.UTF_8), token)) return malformed("not UTF-8");
        ScramCredential known = keys;
        if (!begun) {
            begun = true;
            return first(message);
        }
        return known == null ? malformed("out of turn") : last(message, known);
    }

    private Step first(String message) {
        // gs2 header: channel binding, authorization id
        String[] parts = message.split(",", 4);
        if (parts.length < 4) return malformed("no client-first-message");
        if (!parts[0].equals("n") && !parts[0].equals("y")) return malformed("channel binding");
        String[] bare = (parts[2] + "," + parts[3]).split(",", -1);
        Optional<String> name = ScramText.attribute('n', bare[0]).flatMap(ScramText::unescaped);
        Optional<String> clientNonce = ScramText.attribute('r', bare[1]);
        if (name.isEmpty() || clientNonce.isEmpty()) return malformed("no user or no nonce");
        if (clientNonce.get().length() > CLIENT_NONCE_CHARS_MAX) return malformed("a long nonce");
        user = name.get();
        if (!parts[1].isEmpty()) {
            Optional<String> authorized = ScramText.attribute('a', parts[1]).flatMap(ScramText::unescaped);
            if (authorized.isEmpty() || !authorized.get().equals(user))
                return new Step.Failed("", user + " asked to act as another user");
        }
        header = parts[0] + "," + parts[1] + ",";
        byte[] fresh = new byte[NONCE_BYTES];
        random.nextBytes(fresh);
        nonce = clientNonce.get() + ScramText.base64(fresh);
        Optional<ScramCredential> present = asksForToken(bare) ? tokenKeys() : users.find(key());
        exists = present.isPresent();
        ScramCredential used = present.orElseGet(this::decoy);
        keys = used;
        String answer = "r=" + nonce + ",s=" + ScramText.base64(bytes(used.salt())) + ",i=" + used.iterations();
        messages = message.substring(parts[0].length() + parts[1].length() + 2) + "," + answer;
        return new Step.Challenge(StandardCharsets.UTF_8.encode(answer));
    }

    private static boolean asksForToken(String[] attributes) {
        for (int i = 2; i < attributes.length; i++) if (attributes[i].equalsIgnoreCase(TOKEN)) return true;
        return false;
    }

    private ScramCredential.Key key() {
        return new ScramCredential.Key(user, mechanism.type());
    }

    /// The user's name is the id of a token.
    private Optional<ScramCredential> tokenKeys() {
        byToken = true;
        TokenLogin token = users.token(user, mechanism).orElse(null);
        owner = token;
        return token == null ? Optional.empty() : Optional.of(token.keys());
    }

    private ScramCredential decoy() {
        byte[] mixed =
                mechanism.hmac(decoySecret.getBytes(StandardCharsets.UTF_8), user.getBytes(StandardCharsets.UTF_8));
        byte[] key = mechanism.hash(mixed);
        // Letters and digits, as in the salts of Kafka's tools.
        byte[] salt = new byte[SALT_BYTES];
        for (int at = 0; at < SALT_BYTES; at++)
            salt[at] =
                    (byte) Character.forDigit(Byte.toUnsignedInt(mixed[at]) % Character.MAX_RADIX, Character.MAX_RADIX);
        return new ScramCredential(
                ByteBuffer.wrap(salt), ByteBuffer.wrap(key), ByteBuffer.wrap(key), ScramMechanism.ITERATIONS_MIN);
    }

    private Step last(String message, ScramCredential known) {
        keys = null;
        int proofAt = message.lastIndexOf(",p=");
        if (proofAt < 0) return malformed("no proof");
        String withoutProof = message.substring(0, proofAt);
        String[] parts = withoutProof.split(",", -1);
        if (parts.length < 2) return malformed("no client-final-message");
        String binding = "c=" + ScramText.base64(header.getBytes(StandardCharsets.UTF_8));
        if (!parts[0].equals(binding)) return malformed("another channel binding than before");
        if (!parts[1].equals("r=" + nonce)) return malformed("a nonce that is not the server's");
        byte[] proof = ScramText.bytes(message.substring(proofAt + 3)).orElse(new byte[0]);
        byte[] all = (messages + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
        byte[] storedKey = bytes(known.storedKey());
        byte[] signature = mechanism.hmac(storedKey, all);
        if (proof.length != signature.length) return malformed("a proof of " + proof.length + " bytes");
        byte[] shown = mechanism.hash(ScramMechanism.xor(proof, signature));
        boolean matches = MessageDigest.isEqual(shown, storedKey);
        if (!matches || !exists) return new Step.Failed("", "wrong user or password of " + user);
        String answer = "v=" + ScramText.base64(mechanism.hmac(bytes(known.serverKey()), all));
        TokenLogin token = owner;
        if (!byToken) return new Step.Done(user, StandardCharsets.UTF_8.encode(answer));
        if (token == null) return malformed("a token without an owner");
        return new Step.Done(token.user(), StandardCharsets.UTF_8.encode(answer), token.lifeMillis(), true);
    }

    private static Step malformed(String what) {
        return new Step.Failed("", "SCRAM: " + what);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
