package barnabas.base.security;

import barnabas.base.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Logins with tokens of a service (OAUTHBEARER, RFC 7628). A token is used by all connections until four fifths of its
/// life have passed; a login behind that gets another one, and goes on with the token before while the service cannot
/// be reached, as long as that is valid. `^A` is the byte 1.
///
/// ```
/// n,,^Aauth=Bearer token^A^A ──► an empty answer, or
///                            ◄── {"status":"invalid_token"}
///                         ^A ──► the failure
/// ```
/// For any thread.
public final class BearerLogins implements SaslLogins {
    /// Asks the service for a token.
    @FunctionalInterface
    public interface Service {
        /// @return JSON
        /// @throws IOException with the address and the reason
        String ask() throws IOException;
    }

    private static final double RENEWED_AFTER = 0.8;
    private static final int TOKEN_CHARS_MAX = 65_536;
    /// A JWT has none but these characters, so that no string of the answer holds another answer.
    private static final Pattern TOKEN =
            Pattern.compile("\"access_token\"\\s*:\\s*\"([-_0-9A-Za-z]+\\.[-_0-9A-Za-z]+\\.[-_0-9A-Za-z]*)\"");

    private static final Pattern EXPIRES = Pattern.compile("\"exp\"\\s*:\\s*([0-9]{1,12})(?![0-9])");

    /// Times are on the scale of [Clock#nanos]: a wall clock that is set does not make a token older or younger.
    private record Token(String text, long renewNanos, long expiresNanos) {}

    private final Service service;
    private final Clock clock;
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile @Nullable Token newest;

    public BearerLogins(Service service, Clock clock) {
        this.service = service;
        this.clock = clock;
    }

    @Override
    public SaslLogin login(String host, RandomGenerator random) {
        return new Bearer();
    }

    private String token() throws IOException {
        Token known = newest;
        long now = clock.nanos();
        if (known == null || now - known.expiresNanos >= 0) return fetch().text;
        if (now - known.renewNanos < 0 || !renewing.compareAndSet(false, true)) return known.text;
        try {
            return fetch().text;
        } catch (IOException e) {
            return known.text;
        } finally {
            renewing.set(false);
        }
    }

    private Token fetch() throws IOException {
        Token fetched = parsed(service.ask(), clock.millis(), clock.nanos());
        newest = fetched;
        return fetched;
    }

    /// Asks the service again at the next login: the server knows why, this client does not.
    private void forget(String text) {
        Token known = newest;
        if (known != null && known.text.equals(text)) newest = null;
    }

    private static Token parsed(String answer, long now, long nanos) throws IOException {
        Matcher token = TOKEN.matcher(answer);
        if (!token.find()) throw new IOException("the answer of the token service has no access_token that is a JWT");
        String text = token.group(1);
        if (text.length() > TOKEN_CHARS_MAX)
            throw new IOException("the token of the service is longer than " + TOKEN_CHARS_MAX + " characters");
        String claims;
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text.split("\\.", -1)[1]);
            claims = new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IOException("the token of the service has no claims", e);
        }
        Matcher expires = EXPIRES.matcher(claims);
        if (!expires.find()) throw new IOException("the token of the service has no time of expiry");
        long end = Long.parseLong(expires.group(1)) * 1_000;
        if (end <= now) throw new IOException("the token of the service has expired");
        long lifeNanos = TimeUnit.MILLISECONDS.toNanos(end - now);
        return new Token(text, nanos + (long) (lifeNanos * RENEWED_AFTER), nanos + lifeNanos);
    }

    private final class Bearer implements SaslLogin {
        private String sent = "";
        private boolean refused;

        @Override
        public String mechanism() {
            return TokenEndpoint.MECHANISM;
        }

        @Override
        public Answer first() {
            try {
                sent = token();
                String message = "n,,\u0001auth=Bearer " + sent + "\u0001\u0001";
                return new Answer.Token(StandardCharsets.UTF_8.encode(message));
            } catch (IOException e) {
                return new Answer.Refused(KeyStores.reason(e));
            }
        }

        @Override
        public Answer next(byte[] token) {
            if (token.length == 0 && !refused) return new Answer.Done();
            if (refused) return new Answer.Refused("the token was refused");
            refused = true;
            forget(sent);
            return new Answer.Token(ByteBuffer.wrap(new byte[] {1}));
        }
    }
}
