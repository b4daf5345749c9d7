package barnabas.console;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.console.view.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Users who have logged in, by the secret in their cookie.
final class Sessions implements AutoCloseable {
    static final String COOKIE = "barnabas_session";

    private static final int SESSIONS_MAX = 100;
    /// One user does not end the sessions of the others.
    private static final int SESSIONS_OF_USER_MAX = 20;

    private static final int TOKEN_BYTES = 32;
    private static final Duration IDLE_MAX = Duration.ofMinutes(30);
    private static final Duration AGE_MAX = Duration.ofHours(12);

    private record Session(User user, Deadline idle, Deadline end, LoginCheck check) {
        boolean isOver() {
            return idle.passed() || end.passed();
        }
    }

    private final Clock clock;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    /// The one that was not used for the longest time first.
    private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock

    private final Function<User, LoginCheck> checks;

    /// @param checks of users who have just logged in
    Sessions(Clock clock, RandomGenerator random, Function<User, LoginCheck> checks) {
        this.clock = clock;
        this.checks = checks;
        this.random = random;
    }

    /// @return the secret
    String begin(User user) {
        var token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        String text = HexFormat.of().formatHex(token);
        var ended = new ArrayList<User>();
        lock.lock();
        try {
            endOld(ended);
            List<String> own = ofUser(user.name());
            if (own.size() >= SESSIONS_OF_USER_MAX) end(own.getFirst(), ended);
            if (sessions.size() >= SESSIONS_MAX)
                end(sessions.keySet().iterator().next(), ended);
            sessions.put(
                    text,
                    new Session(user, Deadline.in(IDLE_MAX, clock), Deadline.in(AGE_MAX, clock), checks.apply(user)));
        } finally {
            lock.unlock();
            close(ended);
        }
        return text;
    }

    private List<String> ofUser(@Nullable String name) {
        var tokens = new ArrayList<String>();
        sessions.forEach((token, session) -> {
            if (Objects.equals(session.user.name(), name)) tokens.add(token);
        });
        return tokens;
    }

    private void endOld(List<User> ended) {
        for (Iterator<Session> each = sessions.values().iterator(); each.hasNext(); ) {
            Session session = each.next();
            if (!session.isOver()) continue;
            ended.add(session.user);
            each.remove();
        }
    }

    /// Connections are closed without the lock: that may wait.
    private static void close(List<User> ended) {
        ended.forEach(User::close);
    }

    /// @param cookies header of a request
    Optional<User> user(String cookies) {
        String token = token(cookies);
        var ended = new ArrayList<User>();
        Session session;
        lock.lock();
        try {
            endOld(ended);
            session = sessions.get(token);
            if (session == null) return Optional.empty();
            sessions.put(token, new Session(session.user, Deadline.in(IDLE_MAX, clock), session.end, session.check));
        } finally {
            lock.unlock();
            close(ended);
        }
        if (session.check.isTaken()) return Optional.of(session.user);
        logOut(cookies);
        return Optional.empty();
    }

    /// @param cookies header of a request
    void logOut(String cookies) {
        var ended = new ArrayList<User>();
        lock.lock();
        try {
            end(token(cookies), ended);
        } finally {
            lock.unlock();
            close(ended);
        }
    }

    private void end(String token, List<User> ended) {
        Session session = sessions.remove(token);
        if (session != null) ended.add(session.user);
    }

    private static String token(String cookies) {
        for (String each : cookies.split(";", -1)) {
            String cookie = each.strip();
            if (cookie.startsWith(COOKIE + "=")) return cookie.substring(COOKIE.length() + 1);
        }
        return "";
    }

    @Override
    public void close() {
        var ended = new ArrayList<User>();
        lock.lock();
        try {
            for (Session each : sessions.values()) ended.add(each.user);
            sessions.clear();
        } finally {
            lock.unlock();
            close(ended);
        }
    }
}
