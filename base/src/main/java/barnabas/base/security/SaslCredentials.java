package barnabas.base.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A user of a mechanism with the password, or a delegation token with its HMAC.
///
/// @param mechanism PLAIN or one of [ScramMechanism]
/// @param user name of the user, or id of the token
/// @param byToken whether it is a delegation token (KIP-48)
public record SaslCredentials(String mechanism, String user, String password, boolean byToken) implements SaslLogins {
    public static final String PLAIN = "PLAIN";

    public SaslCredentials(String mechanism, String user, String password) {
        this(mechanism, user, password, false);
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "SaslCredentials[" + mechanism + ", " + user + "]";
    }

    /// Whether a client can log in by this mechanism.
    public static boolean isServed(String mechanism) {
        return mechanism.equals(PLAIN) || ScramMechanism.named(mechanism).isPresent();
    }

    /// Reads a login module's options `username` and `password`, and `tokenauth` of SCRAM.
    ///
    /// @param mechanism for which [#isServed] is true
    /// @param setting its name, for messages
    /// @param jaas its text; null when it is not set
    /// @throws SecuritySettingException with the reason; no secret is in it
    public static SaslCredentials of(String mechanism, String setting, @Nullable String jaas)
            throws SecuritySettingException {
        if (jaas == null) throw new SecuritySettingException(setting + " must be set for " + mechanism);
        JaasEntry entry = JaasEntry.parse(setting, jaas);
        if (!entry.module().equals(mechanism.equals(PLAIN) ? JaasEntry.PLAIN : JaasEntry.SCRAM))
            throw new SecuritySettingException(
                    setting + ": " + entry.module() + " is not for the mechanism " + mechanism);
        String user = entry.options().get("username");
        String password = entry.options().get("password");
        if (user == null || password == null)
            throw new SecuritySettingException(setting + " needs the options username and password");
        boolean byToken = entry.module().equals(JaasEntry.SCRAM)
                && "true".equalsIgnoreCase(entry.options().get("tokenauth"));
        return new SaslCredentials(mechanism, user, password, byToken);
    }

    @Override
    public SaslLogin login(String host, RandomGenerator random) {
        Optional<ScramMechanism> scram = ScramMechanism.named(mechanism);
        return scram.isPresent() ? new Scram(scram.get(), random) : new Plain();
    }

    private final class Plain implements SaslLogin {
        @Override
        public String mechanism() {
            return mechanism;
        }

        @Override
        public Answer first() {
            return new Answer.Token(StandardCharsets.UTF_8.encode("\0" + user + "\0" + password));
        }

        @Override
        public Answer next(byte[] token) {
            return new Answer.Done();
        }
    }

    private final class Scram implements SaslLogin {
        private final ScramClient client;
        private boolean proved;

        Scram(ScramMechanism scram, RandomGenerator random) {
            client = new ScramClient(scram, user, password, byToken, random);
        }

        @Override
        public String mechanism() {
            return mechanism;
        }

        @Override
        public Answer first() {
            return new Answer.Token(ByteBuffer.wrap(client.first()));
        }

        @Override
        public Answer next(byte[] token) {
            if (proved) {
                boolean known = client.accepts(token);
                return known ? new Answer.Done() : new Answer.Refused("the server does not know the user's keys");
            }
            proved = true;
            Optional<byte[]> last = client.last(token);
            if (last.isEmpty()) return new Answer.Refused("the server's challenge is none of " + mechanism);
            return new Answer.Token(ByteBuffer.wrap(last.get()));
        }
    }
}
