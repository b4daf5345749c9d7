package barnabas.metadata.access;

import barnabas.base.security.ScramMechanism;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Secret and times of delegation tokens (KIP-48), the same on all nodes.
///
/// @param secretKey `delegation.token.secret.key`; null or empty when there are no tokens
/// @param lifetimeMillisMax after which a token cannot be renewed
/// @param expiryMillis after which a token that is not renewed ends
/// @param checkMillis between two removals of expired tokens
public record TokenPolicy(@Nullable String secretKey, long lifetimeMillisMax, long expiryMillis, long checkMillis) {
    /// Without tokens.
    public static final TokenPolicy NONE = new TokenPolicy(null, 1, 1, 1);

    public boolean isOn() {
        return secretKey != null && !secretKey.isEmpty();
    }

    /// The secret of a token, which its holder logs in with: HMAC-SHA-512 of its id.
    public byte[] hmac(String tokenId) {
        String key = secretKey;
        if (key == null || key.isEmpty())
            throw new IllegalStateException("bug: a token without delegation.token.secret.key");
        return ScramMechanism.SHA_512.hmac(
                key.getBytes(StandardCharsets.UTF_8), tokenId.getBytes(StandardCharsets.UTF_8));
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "TokenPolicy[" + (isOn() ? "on" : "off") + "]";
    }
}
