package barnabas.base.security;

import barnabas.base.Clock;
import barnabas.base.Disk;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A token service that gives a client its tokens by the client credentials grant (RFC 6749, 4.4).
///
/// @param address `https:` or `http:`
/// @param scope empty for none
/// @param tls of the connections to an `https:` address; null for that of the JVM
public record TokenEndpoint(
        URI address,
        String clientId,
        String clientSecret,
        String scope,
        @Nullable TlsContext tls) {
    /// Name of the mechanism of logins with its tokens.
    public static final String MECHANISM = "OAUTHBEARER";

    /// Kafka's system property: URLs that keys and tokens may be fetched from, with commas between them.
    public static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private static final String URL = "sasl.oauthbearer.token.endpoint.url";
    private static final String CLIENT_ID = "sasl.oauthbearer.client.credentials.client.id";
    private static final String CLIENT_SECRET = "sasl.oauthbearer.client.credentials.client.secret";
    private static final int ANSWER_BYTES_MAX = 256 << 10;

    /// Without secrets.
    @Override
    public String toString() {
        return "TokenEndpoint[" + address + ", " + clientId + "]";
    }

    /// Reads `sasl.oauthbearer.*` as Kafka's clients have them, and the options of `sasl.jaas.config`: `ssl.*`, and the
    /// older `clientId`, `clientSecret` and `scope`.
    ///
    /// @param settings by name; null for one that is not set
    /// @param jaasSetting name of `sasl.jaas.config`, for messages
    /// @param allowedUrls value of [#ALLOWED_URLS]
    /// @throws SecuritySettingException with the reason; no secret is in it
    public static TokenEndpoint of(
            Function<String, @Nullable String> settings,
            String jaasSetting,
            @Nullable String jaas,
            String allowedUrls,
            Disk disk)
            throws SecuritySettingException {
        Map<String, String> options = options(jaasSetting, jaas);
        String url = either(settings.apply(URL), null);
        if (url == null) throw new SecuritySettingException(URL + " must be set for " + MECHANISM);
        String id = either(settings.apply(CLIENT_ID), options.get("clientId"));
        String secret = either(settings.apply(CLIENT_SECRET), options.get("clientSecret"));
        if (id == null || secret == null)
            throw new SecuritySettingException(CLIENT_ID + " and " + CLIENT_SECRET + " must be set for " + MECHANISM);
        String scope = either(settings.apply("sasl.oauthbearer.scope"), options.get("scope"));
        return new TokenEndpoint(
                allowed(URL, url, "https: or http:", allowedUrls),
                id,
                secret,
                scope == null ? "" : scope,
                tls(jaasSetting, options, disk));
    }

    private static Map<String, String> options(String setting, @Nullable String jaas) throws SecuritySettingException {
        if (jaas == null) return Map.of();
        JaasEntry entry = JaasEntry.parse(setting, jaas);
        if (!entry.module().equals(JaasEntry.OAUTHBEARER))
            throw new SecuritySettingException(
                    setting + ": " + entry.module() + " is not for the mechanism " + MECHANISM);
        return entry.options();
    }

    /// TLS of connections to a service of tokens or of their keys, by the options `ssl.*` of the login module, as Kafka
    /// reads them; null when there are none, for that of the JVM.
    ///
    /// @param setting name of `sasl.jaas.config`, for messages
    /// @throws SecuritySettingException with setting, file and reason
    public static @Nullable TlsContext tls(String setting, @Nullable String jaas, Disk disk)
            throws SecuritySettingException {
        return tls(setting, options(setting, jaas), disk);
    }

    private static @Nullable TlsContext tls(String setting, Map<String, String> options, Disk disk)
            throws SecuritySettingException {
        if (options.keySet().stream().noneMatch(each -> each.startsWith("ssl."))) return null;
        try {
            return TlsContext.client(TlsSettings.of(options::get), disk);
        } catch (SecuritySettingException | IllegalArgumentException e) {
            throw new SecuritySettingException(setting + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable String either(@Nullable String first, @Nullable String second) {
        if (first != null && !first.isBlank()) return first.trim();
        return second == null || second.isBlank() ? null : second;
    }

    /// The address in a setting.
    ///
    /// @throws SecuritySettingException when it is none
    public static URI address(String setting, String url) throws SecuritySettingException {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new SecuritySettingException(setting + "=" + url + " is no URL", e);
        }
    }

    /// An address that may be fetched from.
    ///
    /// @param schemes that the setting takes, for messages
    /// @param allowedUrls value of [#ALLOWED_URLS]
    /// @throws SecuritySettingException when it is none or is not allowed
    public static URI allowed(String setting, String url, String schemes, String allowedUrls)
            throws SecuritySettingException {
        URI address = address(setting, url);
        String scheme = String.valueOf(address.getScheme());
        if (!scheme.equalsIgnoreCase("https") && !scheme.equalsIgnoreCase("http"))
            throw new SecuritySettingException(setting + "=" + url + " must begin with " + schemes);
        for (String each : allowedUrls.split(",", -1)) if (each.trim().equals(url)) return address;
        throw new SecuritySettingException(
                setting + "=" + url + " is not among the URLs of the system property " + ALLOWED_URLS);
    }

    /// The service's answer to one request for a token, JSON. Waits for seconds.
    ///
    /// @throws IOException with the address and the reason
    public String ask(Clock clock) throws IOException {
        String user = clientId + ":" + clientSecret;
        String login = "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        String form = "grant_type=client_credentials"
                + (scope.isEmpty() ? "" : "&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8));
        try {
            return HttpText.post(address, tls, Map.of("Authorization", login), form, ANSWER_BYTES_MAX, clock);
        } catch (IOException e) {
            throw new IOException(address + " gives no token: " + e.getMessage(), e);
        }
    }
}
