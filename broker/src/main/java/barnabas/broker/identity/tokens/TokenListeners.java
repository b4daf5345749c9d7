package barnabas.broker.identity.tokens;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.base.security.SecuritySettingException;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keys of all listeners of a node that serve OAUTHBEARER, which are looked at every second. A node without such a
/// listener has no thread for them.
public final class TokenListeners implements AutoCloseable {
    private static final long LOOK_MILLIS = 1_000;

    private final Disk disk;
    private final Clock clock;
    private final List<TokenKeys> all = new ArrayList<>();
    private @Nullable Schedule schedule;

    public TokenListeners(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
    }

    /// Opens the keys of a listener.
    ///
    /// @throws SecuritySettingException when settings are missing, or the keys cannot be read now
    public TokenKeys open(Listener listener, BrokerConfig config) throws SecuritySettingException {
        TokenKeys keys = TokenKeys.open(listener, config, disk, clock);
        all.add(keys);
        return keys;
    }

    /// Looks for changed keys from now on.
    public void watch(Threads threads) {
        if (all.isEmpty()) return;
        var looks = new Schedule("token-keys", clock, threads);
        schedule = looks;
        looks.everyMillis(LOOK_MILLIS, () -> {
            for (TokenKeys each : all) each.look();
        });
    }

    @Override
    public void close() {
        Schedule looks = schedule;
        if (looks != null) looks.close();
    }
}
