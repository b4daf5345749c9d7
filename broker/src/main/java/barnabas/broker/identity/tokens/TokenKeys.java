package barnabas.broker.identity.tokens;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.security.SecuritySettingException;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TokenEndpoint;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.ListenerParser;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys of one listener's tokens. A file is looked at with each [#look], a URL when its time has come, and a second
/// after a token whose key is not known. What cannot be read leaves the keys before in use.
///
/// For any thread; [#look] for one.
public final class TokenKeys {
    private static final Logger LOG = LoggerFactory.getLogger(TokenKeys.class);

    /// A client can have keys fetched this often, by tokens of unknown keys.
    private static final long WANTED_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private final String listener;
    private final TokenSettings settings;
    private final KeySetSource source;
    private final Clock clock;
    private volatile TokenVerifier verifier;
    private volatile boolean wanted;
    private String text;
    private long lookedNanos;
    private long nextNanos;
    private long retryMillis;

    private TokenKeys(String listener, TokenSettings settings, KeySetSource source, String text, Clock clock)
            throws SecuritySettingException {
        this.listener = listener;
        this.settings = settings;
        this.source = source;
        this.clock = clock;
        this.text = text;
        this.verifier = TokenVerifier.of(settings, text);
        succeeded(clock.nanos());
    }

    /// Reads settings and keys.
    ///
    /// @throws SecuritySettingException when settings are missing, or the keys cannot be read now
    public static TokenKeys open(Listener listener, BrokerConfig config, Disk disk, Clock clock)
            throws SecuritySettingException {
        var settings = TokenSettings.of(listener, config, System.getProperty(TokenEndpoint.ALLOWED_URLS, ""));
        String jaas = "oauthbearer.sasl.jaas.config";
        TlsContext tls = TokenEndpoint.tls(
                ListenerParser.prefixOf(listener.name()) + jaas, config.valueFor(listener, jaas), disk);
        var source = new KeySetSource(settings, tls, disk, clock);
        try {
            return new TokenKeys(listener.name(), settings, source, source.read(), clock);
        } catch (IOException e) {
            throw new SecuritySettingException("sasl.oauthbearer.jwks.endpoint.url: " + e.getMessage(), e);
        }
    }

    public TokenOutcome verify(String token) {
        TokenOutcome outcome = verifier.verify(token, clock.millis());
        if (outcome instanceof TokenOutcome.Refused refused && refused.mayHaveNewKey()) wanted = true;
        return outcome;
    }

    /// Reads keys again when it is time.
    public void look() {
        long now = clock.nanos();
        boolean isDue = settings.isFile() || now - nextNanos >= 0 || (wanted && now - lookedNanos >= WANTED_NANOS_MIN);
        if (!isDue) return;
        wanted = false;
        lookedNanos = now;
        try {
            String present = source.read();
            if (!present.equals(text)) {
                verifier = TokenVerifier.of(settings, present);
                text = present;
                LOG.info("Listener {} uses changed keys of tokens: {}", listener, settings.keys());
            }
            succeeded(now);
        } catch (IOException | SecuritySettingException e) {
            if (now - nextNanos >= 0)
                LOG.error("Listener {}: the keys of tokens stay as before: {}", listener, e.getMessage());
            nextNanos = now + TimeUnit.MILLISECONDS.toNanos(retryMillis);
            retryMillis = Math.min(settings.refresh().retryMillisMax(), 2 * retryMillis);
        }
    }

    private void succeeded(long now) {
        lookedNanos = now;
        nextNanos = now + TimeUnit.MILLISECONDS.toNanos(settings.refresh().millis());
        retryMillis = settings.refresh().retryMillis();
    }
}
