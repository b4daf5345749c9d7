package barnabas.broker.identity;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.base.security.SecuritySettingException;
import barnabas.broker.identity.kerberos.KerberosLogin;
import barnabas.broker.identity.tokens.TokenKeys;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Sources that logins of clients are checked against and that change while the node runs: keys of tokens, and its own
/// logins to Kerberos. They are looked at every second, each on a thread of its own, for each can wait for another
/// service; a node without them has no such thread.
public final class LoginSources implements AutoCloseable {
    private static final long LOOK_MILLIS = 1_000;

    private record Source(String name, Runnable look) {}

    private final Disk disk;
    private final Clock clock;
    private final RandomGenerator random;
    private final List<Source> sources = new ArrayList<>();
    private final List<Schedule> schedules = new ArrayList<>();

    public LoginSources(Disk disk, Clock clock, RandomGenerator random) {
        this.disk = disk;
        this.clock = clock;
        this.random = random;
    }

    /// Opens the keys of a listener's tokens.
    ///
    /// @throws SecuritySettingException when settings are missing, or the keys cannot be read now
    TokenKeys tokens(Listener listener, BrokerConfig config) throws SecuritySettingException {
        TokenKeys keys = TokenKeys.open(listener, config, disk, clock);
        sources.add(new Source("token-keys", keys::look));
        return keys;
    }

    /// Logs a listener in to Kerberos.
    ///
    /// @param setting the name of `jaas`, for messages
    /// @throws SecuritySettingException when settings are missing, or the login is refused
    KerberosLogin kerberos(Listener listener, BrokerConfig config, String setting, @Nullable String jaas)
            throws SecuritySettingException {
        KerberosLogin login = KerberosLogin.open(listener, config, setting, jaas, clock, random);
        sources.add(new Source("kerberos-login", login::look));
        return login;
    }

    /// Looks for changes from now on.
    public void watch(Threads threads) {
        for (Source each : sources) {
            var looks = new Schedule(each.name, clock, threads);
            schedules.add(looks);
            looks.everyMillis(LOOK_MILLIS, each.look);
        }
    }

    @Override
    public void close() {
        for (Schedule each : schedules) each.close();
    }
}
