package barnabas.base.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/// User and password out of the header `Authorization` of HTTP Basic (RFC 7617).
///
/// @param user not empty
public record HttpBasic(String user, String password) {
    private static final String SCHEME = "basic ";

    /// @param authorization the header; an empty text without one
    /// @return empty for all that is no user with a password
    public static Optional<HttpBasic> parse(String authorization) {
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) return Optional.empty();
        try {
            byte[] pair = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            String text = new String(pair, StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon < 1) return Optional.empty();
            return Optional.of(new HttpBasic(text.substring(0, colon), text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// A key for logins that were accepted: no password stays in memory.
    public static String digest(String authorization) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(authorization.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }

    /// Without the password.
    @Override
    public String toString() {
        return "HttpBasic[" + user + "]";
    }
}
