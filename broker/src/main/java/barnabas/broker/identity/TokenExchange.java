package barnabas.broker.identity;

import barnabas.broker.identity.tokens.TokenKeys;
import barnabas.broker.identity.tokens.TokenOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// OAUTHBEARER (RFC 7628). `^A` is the byte 1.
///
/// ```
/// n,[a=user],^Aauth=Bearer token^A[name=value^A...]^A     ► an empty answer, or
///                                                          ◄ {"status":"invalid_token"}
///                                                      ^A ► the failure
/// ```
final class TokenExchange implements SaslExchange {
    private static final String INVALID_TOKEN = "{\"status\":\"invalid_token\"}";
    private static final Pattern FIRST = Pattern.compile("n,(?:a=([^,\u0001]*))?,\u0001(.*)\u0001", Pattern.DOTALL);
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([-._~+/0-9A-Za-z]+=*)");
    private static final int PAIRS_MAX = 100;
    private static final String AUTH = "auth";

    private final TokenKeys keys;
    /// Reason of the refusal that the client was sent; empty before.
    private String refusal = "";

    TokenExchange(TokenKeys keys) {
        this.keys = keys;
    }

    @Override
    public Step next(byte[] bytes) {
        if (!refusal.isEmpty()) return new Step.Failed(INVALID_TOKEN, refusal);
        String message;
        try {
            message = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return malformed("is not UTF-8");
        }
        Matcher first = FIRST.matcher(message);
        if (!first.matches()) return malformed("is no first message");
        String token = token(first.group(2));
        if (token.isEmpty()) return malformed("has no bearer token");
        String authorized =
                first.group(1) == null ? "" : first.group(1).replace("=2C", ",").replace("=3D", "=");
        return switch (keys.verify(token)) {
            case TokenOutcome.Valid(String user, long lifeMillis) -> {
                if (!authorized.isEmpty() && !authorized.equals(user))
                    yield new Step.Failed(
                            "Authentication failed: Client requested an authorization id that is different from the token's"
                                    + " principal name",
                            user + " asked to act as another user");
                yield new Step.Done(user, ByteBuffer.allocate(0), lifeMillis, false);
            }
            case TokenOutcome.Refused(String reason, boolean _) -> {
                refusal = reason;
                yield new Step.Challenge(ByteBuffer.wrap(INVALID_TOKEN.getBytes(StandardCharsets.UTF_8)));
            }
        };
    }

    private static Step malformed(String problem) {
        return new Step.Failed("", "an OAUTHBEARER token that " + problem);
    }

    /// Empty when there is none, or more than one, or a pair that is none. Extensions have no meaning here.
    private static String token(String pairs) {
        String token = "";
        String[] each = pairs.split("\u0001", PAIRS_MAX + 1);
        if (each.length > PAIRS_MAX) return "";
        for (String pair : each) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            if (equals < 1) return "";
            if (!pair.substring(0, equals).equals(AUTH)) continue;
            Matcher bearer = BEARER.matcher(pair.substring(equals + 1));
            if (!token.isEmpty() || !bearer.matches()) return "";
            token = bearer.group(1);
        }
        return token;
    }
}
