package barnabas.broker.identity;

import barnabas.base.PrintableText;
import barnabas.base.security.JaasEntry;
import barnabas.base.security.ScramMechanism;
import barnabas.base.security.SecuritySettingException;
import barnabas.broker.identity.SaslExchange.Step;
import barnabas.broker.identity.kerberos.KerberosLogin;
import barnabas.broker.identity.tokens.TokenKeys;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.config.listeners.SecurityProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SASL of one listener: its mechanisms, users and limits. For any thread.
final class SaslListener {
    private static final Logger LOG = LoggerFactory.getLogger(SaslListener.class);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LOGGED_CHARS_MAX = 200;
    private static final String PLAIN = "PLAIN";
    private static final String OAUTHBEARER = "OAUTHBEARER";
    private static final String GSSAPI = "GSSAPI";

    /// Users of PLAIN with the text that they come from.
    private record ParsedUsers(String text, PlainUsers users) {
        @Override
        public String toString() {
            return "ParsedUsers";
        }
    }

    private final Listener listener;
    private final Supplier<BrokerConfig> config;
    private final ScramUsers users;
    private final SaslSecrets secrets;
    private final List<String> mechanisms;
    /// Slow steps of logins at the same time: half the processors stay for others.
    private final Semaphore slow =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private volatile @Nullable ParsedUsers plainUsers;
    /// Set when the listener is opened.
    private @Nullable TokenKeys tokenKeys;
    /// The same.
    private @Nullable KerberosLogin kerberos;

    private final AtomicLong lineAfterNanos = new AtomicLong();
    private final AtomicLong unlogged = new AtomicLong();

    private SaslListener(
            Listener listener,
            Supplier<BrokerConfig> config,
            ScramUsers users,
            SaslSecrets secrets,
            List<String> mechanisms) {
        this.listener = listener;
        this.config = config;
        this.users = users;
        this.secrets = secrets;
        this.mechanisms = List.copyOf(mechanisms);
        lineAfterNanos.set(secrets.clock().nanos());
    }

    /// Checks the settings of a listener.
    ///
    /// @param sources receives what its logins are checked against
    /// @param problems receives the setting that cannot be used and the reason
    /// @return null when there is one
    static @Nullable SaslListener open(
            Listener listener,
            Supplier<BrokerConfig> config,
            ScramUsers users,
            SaslSecrets secrets,
            LoginSources sources,
            List<String> problems) {
        try {
            return open(listener, config, users, secrets, sources);
        } catch (SecuritySettingException e) {
            problems.add("Listener " + listener.name() + ": " + e.getMessage());
            return null;
        }
    }

    private static SaslListener open(
            Listener listener,
            Supplier<BrokerConfig> config,
            ScramUsers users,
            SaslSecrets secrets,
            LoginSources sources)
            throws SecuritySettingException {
        String enabled = config.get().valueFor(listener, "sasl.enabled.mechanisms");
        var mechanisms = new ArrayList<String>();
        for (String each : enabled == null ? new String[0] : enabled.split(",", -1))
            if (!each.isBlank()) mechanisms.add(each.trim());
        if (mechanisms.isEmpty()) throw new SecuritySettingException("sasl.enabled.mechanisms is empty");
        var opened = new SaslListener(listener, config, users, secrets, mechanisms);
        for (String each : mechanisms) opened.check(each, sources);
        return opened;
    }

    private void check(String mechanism, LoginSources sources) throws SecuritySettingException {
        String setting = setting(mechanism);
        String jaas = ListenerJaas.text(listener, config.get(), mechanism);
        if (mechanism.equals(PLAIN)) {
            if (jaas == null) throw new SecuritySettingException(setting + " must be set for PLAIN");
            plainUsers = new ParsedUsers(jaas, PlainUsers.of(setting, jaas));
            if (listener.protocol() == SecurityProtocol.SASL_PLAINTEXT)
                LOG.warn("Listener {}: PLAIN sends passwords over the network as they are", listener.name());
        } else if (ScramMechanism.named(mechanism).isPresent()) {
            if (jaas != null && !JaasEntry.parse(setting, jaas).module().equals(JaasEntry.SCRAM))
                throw new SecuritySettingException(setting + ": the login module must be ScramLoginModule");
        } else if (mechanism.equals(OAUTHBEARER)) {
            if (jaas != null && !JaasEntry.parse(setting, jaas).module().equals(JaasEntry.OAUTHBEARER))
                throw new SecuritySettingException(setting + ": the login module must be OAuthBearerLoginModule");
            tokenKeys = sources.tokens(listener, config.get());
            if (listener.protocol() == SecurityProtocol.SASL_PLAINTEXT)
                LOG.warn("Listener {}: OAUTHBEARER sends tokens over the network as they are", listener.name());
        } else if (mechanism.equals(GSSAPI)) {
            kerberos = sources.kerberos(listener, config.get(), setting, jaas);
        } else {
            throw new SecuritySettingException("sasl.enabled.mechanisms: " + mechanism
                    + " is not served; PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER and GSSAPI are");
        }
    }

    private String setting(String mechanism) {
        return ListenerJaas.setting(listener, mechanism);
    }

    private static String ofMechanism(String mechanism, String name) {
        return mechanism.toLowerCase(Locale.ROOT) + "." + name;
    }

    List<String> mechanisms() {
        return mechanisms;
    }

    /// A new login; empty for a mechanism that is not enabled.
    Optional<SaslExchange> exchange(String mechanism) {
        if (!mechanisms.contains(mechanism)) return Optional.empty();
        if (mechanism.equals(PLAIN)) return Optional.of(new PlainExchange(this::plainUsers));
        TokenKeys keys = tokenKeys;
        if (mechanism.equals(OAUTHBEARER) && keys != null) return Optional.of(new TokenExchange(keys));
        KerberosLogin login = kerberos;
        if (mechanism.equals(GSSAPI) && login != null) return Optional.of(new GssapiExchange(login));
        return ScramMechanism.named(mechanism)
                .map(scram -> new ScramExchange(scram, users, secrets.decoySecret(), secrets.random()));
    }

    /// Users as they are set now. A text that does not parse leaves those before.
    private PlainUsers plainUsers() {
        ParsedUsers parsed = plainUsers;
        if (parsed == null) throw new IllegalStateException("bug: PLAIN without users");
        String text = config.get().valueFor(listener, ListenerJaas.PLAIN);
        if (text == null || text.equals(parsed.text)) return parsed.users;
        PlainUsers users = parsed.users;
        try {
            users = PlainUsers.of(setting(PLAIN), text);
            LOG.info("Listener {} uses its changed users of PLAIN", listener.name());
        } catch (SecuritySettingException e) {
            LOG.error("Listener {}: the users of PLAIN stay as before: {}", listener.name(), e.getMessage());
        }
        plainUsers = new ParsedUsers(text, users);
        return users;
    }

    /// Runs a step that computes for long, on the calling thread, when it is its turn.
    Step slowly(SaslExchange exchange, byte[] token) throws InterruptedException {
        slow.acquire();
        try {
            return exchange.next(token);
        } finally {
            slow.release();
        }
    }

    /// Longest life of a session in ms; 0 for no end.
    long sessionMillisMax(String mechanism) {
        String name = "connections.max.reauth.ms";
        String text = config.get().valueFor(listener, ofMechanism(mechanism, name));
        if (text == null) text = config.get().valueFor(listener, name);
        return text == null ? 0 : Long.parseLong(text.trim());
    }

    /// Largest frame before authentication.
    int frameBytesMax() {
        String text = config.get().valueFor(listener, "sasl.server.max.receive.size");
        return text == null ? 524_288 : Integer.parseInt(text.trim());
    }

    /// Pause between a failed login and its answer.
    long failureDelayNanos() {
        String text = config.get().valueFor(listener, "connection.failed.authentication.delay.ms");
        return TimeUnit.MILLISECONDS.toNanos(text == null ? 100 : Long.parseLong(text.trim()));
    }

    long nowNanos() {
        return secrets.clock().nanos();
    }

    /// Logs a failed login, at most one line a second.
    void failed(Object client, String reason) {
        long now = nowNanos();
        long after = lineAfterNanos.get();
        if (now - after < 0 || !lineAfterNanos.compareAndSet(after, now + LINE_NANOS)) {
            unlogged.incrementAndGet();
            return;
        }
        long others = unlogged.getAndSet(0);
        LOG.info(
                "Failed authentication of {} on {}: {}{}",
                client,
                listener.name(),
                PrintableText.oneLine(reason, LOGGED_CHARS_MAX),
                others == 0 ? "" : " (and " + others + " others)");
    }
}
