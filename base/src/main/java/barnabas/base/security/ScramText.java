package barnabas.base.security;

import java.util.Base64;
import java.util.Optional;

/// Messages of SCRAM: attributes of one letter, separated by commas, in a fixed order (RFC 5802, section 7).
public final class ScramText {
    private ScramText() {}

    /// The value of the attribute, when `part` is one.
    public static Optional<String> attribute(char name, String part) {
        boolean is = part.length() > 2 && part.charAt(0) == name && part.charAt(1) == '=';
        return is ? Optional.of(part.substring(2)) : Optional.empty();
    }

    /// A user's name as it stands in messages.
    public static String escaped(String user) {
        return user.replace("=", "=3D").replace(",", "=2C");
    }

    /// The user's name of a message; empty when it is not escaped as it must be.
    public static Optional<String> unescaped(String text) {
        for (int at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1))
            if (!text.startsWith("=2C", at) && !text.startsWith("=3D", at)) return Optional.empty();
        return Optional.of(text.replace("=2C", ",").replace("=3D", "="));
    }

    public static String base64(byte[] content) {
        return Base64.getEncoder().encodeToString(content);
    }

    public static Optional<byte[]> bytes(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
