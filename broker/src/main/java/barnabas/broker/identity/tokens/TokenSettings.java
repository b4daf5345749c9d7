package barnabas.broker.identity.tokens;

import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TokenEndpoint;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tokens that a listener accepts (`sasl.oauthbearer.*`). Read at start alone: none of it can be altered by a client.
///
/// @param keys a `file:`, `https:` or `http:` address of a JSON web key set
/// @param audiences of which a token must name one; empty for any
/// @param issuer that a token must come from; null for any
/// @param skewSeconds by which clocks may differ
/// @param subjectClaim that names the user
/// @param scopeClaim that holds scopes, which are read and have no meaning here
/// @param refresh when keys of a URL are fetched again
public record TokenSettings(
        URI keys,
        List<String> audiences,
        @Nullable String issuer,
        int skewSeconds,
        String subjectClaim,
        String scopeClaim,
        Refresh refresh) {
    private static final String KEYS = "sasl.oauthbearer.jwks.endpoint.url";
    private static final int SKEW_SECONDS_MAX = 3_600;
    private static final String MECHANISM = "oauthbearer.";

    /// @param millis until keys of a URL are fetched again
    /// @param retryMillis pause after the first fetch that failed, doubled with each that follows
    public record Refresh(long millis, long retryMillis, long retryMillisMax) {}

    /// Reads a listener's settings.
    ///
    /// @param allowedUrls value of [TokenEndpoint#ALLOWED_URLS]
    /// @throws SecuritySettingException when one is missing or cannot be used
    static TokenSettings of(Listener listener, BrokerConfig config, String allowedUrls)
            throws SecuritySettingException {
        String url = value(listener, config, KEYS);
        if (url == null || url.isBlank())
            throw new SecuritySettingException(KEYS + " must be set for OAUTHBEARER: tokens are"
                    + " accepted only with a signature by one of its keys");
        var audiences = new ArrayList<String>();
        String audience = value(listener, config, "sasl.oauthbearer.expected.audience");
        if (audience != null)
            for (String each : audience.split(",", -1)) if (!each.isBlank()) audiences.add(each.trim());
        String issuer = value(listener, config, "sasl.oauthbearer.expected.issuer");
        if (audiences.isEmpty() && !isTrue(value(listener, config, "sasl.oauthbearer.allow.unverified.audience")))
            throw new SecuritySettingException("sasl.oauthbearer.expected.audience must be set for OAUTHBEARER, or"
                    + " sasl.oauthbearer.allow.unverified.audience=true");
        if (issuer != null && issuer.isBlank()) issuer = null;
        if (issuer == null && !isTrue(value(listener, config, "sasl.oauthbearer.allow.unverified.issuer")))
            throw new SecuritySettingException("sasl.oauthbearer.expected.issuer must be set for OAUTHBEARER, or"
                    + " sasl.oauthbearer.allow.unverified.issuer=true");
        int skew = (int) number(listener, config, "sasl.oauthbearer.clock.skew.seconds", 30);
        if (skew < 0 || skew > SKEW_SECONDS_MAX)
            throw new SecuritySettingException(
                    "sasl.oauthbearer.clock.skew.seconds must be between 0 and " + SKEW_SECONDS_MAX);
        return new TokenSettings(
                keys(url.trim(), allowedUrls),
                audiences,
                issuer == null ? null : issuer.trim(),
                skew,
                orElse(value(listener, config, "sasl.oauthbearer.sub.claim.name"), "sub"),
                orElse(value(listener, config, "sasl.oauthbearer.scope.claim.name"), "scope"),
                new Refresh(
                        Math.max(
                                1_000,
                                number(listener, config, "sasl.oauthbearer.jwks.endpoint.refresh.ms", 3_600_000)),
                        Math.max(100, number(listener, config, "sasl.oauthbearer.jwks.endpoint.retry.backoff.ms", 100)),
                        Math.max(
                                1_000,
                                number(
                                        listener,
                                        config,
                                        "sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms",
                                        10_000))));
    }

    public TokenSettings {
        audiences = List.copyOf(audiences);
    }

    boolean isFile() {
        return "file".equalsIgnoreCase(keys.getScheme());
    }

    /// A file need not be allowed: its name is in the node's own settings.
    private static URI keys(String url, String allowedUrls) throws SecuritySettingException {
        URI uri = TokenEndpoint.address(KEYS, url);
        if ("file".equalsIgnoreCase(uri.getScheme()) && uri.getPath() != null) return uri;
        return TokenEndpoint.allowed(KEYS, url, "file:, https: or http:", allowedUrls);
    }

    /// A setting of the listener's mechanism, else of the listener.
    public static @Nullable String value(Listener listener, BrokerConfig config, String name) {
        String own = config.valueFor(listener, MECHANISM + name);
        return own == null ? config.valueFor(listener, name) : own;
    }

    private static boolean isTrue(@Nullable String text) {
        return text != null && text.trim().equalsIgnoreCase("true");
    }

    private static String orElse(@Nullable String text, String other) {
        return text == null || text.isBlank() ? other : text.trim();
    }

    private static long number(Listener listener, BrokerConfig config, String name, long other)
            throws SecuritySettingException {
        String text = value(listener, config, name);
        try {
            return text == null || text.isBlank() ? other : Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            throw new SecuritySettingException(name + " is no number", e);
        }
    }
}
