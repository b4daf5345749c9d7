package barnabas.broker.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// PLAIN (RFC 4616): `[authorization id] NUL user NUL password`. The authorization id must be the user's, if it is
/// there.
final class PlainExchange implements SaslExchange {
    private static final String UNKNOWN = "Authentication failed: Invalid username or password";

    private final Supplier<PlainUsers> users;

    PlainExchange(Supplier<PlainUsers> users) {
        this.users = users;
    }

    @Override
    public Step next(byte[] token) {
        String message;
        try {
            message = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token))
                    .toString();
        } catch (CharacterCodingException e) {
            return new Step.Failed("", "a PLAIN token that is not UTF-8");
        }
        String[] parts = message.split("\u0000", -1);
        if (parts.length != 3) return new Step.Failed("", "a PLAIN token of " + parts.length + " parts");
        String authorized = parts[0];
        String user = parts[1];
        if (user.isEmpty())
            return new Step.Failed("Authentication failed: username not specified", "PLAIN without a user");
        if (parts[2].isEmpty())
            return new Step.Failed("Authentication failed: password not specified", "PLAIN without a password");
        if (!users.get().matches(user, parts[2])) return new Step.Failed(UNKNOWN, "wrong user or password of " + user);
        if (!authorized.isEmpty() && !authorized.equals(user))
            return new Step.Failed(
                    "Authentication failed: Client requested an authorization id that is different from username",
                    user + " asked to act as another user");
        return new Step.Done(user, ByteBuffer.allocate(0));
    }
}
