package barnabas.sql.access;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Mutex;
import barnabas.base.security.HttpBasic;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/// Users of the cluster, with HTTP Basic. A password is tried by a login at the brokers; the user's rights
/// are those on the topic of the service's definitions: READ for queries, WRITE for changes. They are asked
/// for again after a minute.
public final class ClusterLogins implements Logins {
    private static final int USERS_MAX = 256;
    private static final int AT_ONCE = 4;
    private static final int ANSWER_MS = 10_000;
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Rights NOTHING = new Rights(false, false);

    private final Map<String, Object> client;
    private final String mechanism;
    private final String topic;
    private final Clock clock;
    private final Mutex mutex = new Mutex();
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex
    private final Semaphore tries = new Semaphore(AT_ONCE);

    private record Known(Rights rights, Deadline end) {}

    /// @param client settings of the service's own connections; its login is left out
    /// @param mechanism PLAIN or one of SCRAM
    /// @param topic of the definitions
    public ClusterLogins(Map<String, Object> client, String mechanism, String topic, Clock clock) {
        var settings = new HashMap<String, Object>();
        client.forEach((name, value) -> {
            if (!name.startsWith("sasl.")) settings.put(name, value);
        });
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MS);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MS);
        settings.put(SaslConfigs.SASL_MECHANISM, mechanism);
        this.client = Map.copyOf(settings);
        this.mechanism = mechanism;
        this.topic = topic;
        this.clock = clock;
    }

    @Override
    public Optional<Rights> rights(String authorization) throws InterruptedException {
        HttpBasic login = HttpBasic.parse(authorization).orElse(null);
        if (login == null) return Optional.empty();
        String key = HttpBasic.digest(authorization);
        Rights kept = kept(key);
        if (kept != null) return Optional.of(kept);
        tries.acquire();
        try {
            kept = kept(key);
            if (kept != null) return Optional.of(kept);
            Optional<Rights> asked = asked(login);
            asked.ifPresent(rights -> keep(key, rights));
            return asked;
        } finally {
            tries.release();
        }
    }

    private @Nullable Rights kept(String key) {
        try (var _ = mutex.hold()) {
            Known found = known.get(key);
            if (found == null) return null;
            if (!found.end().passed()) return found.rights();
            known.remove(key);
            return null;
        }
    }

    private void keep(String key, Rights rights) {
        try (var _ = mutex.hold()) {
            known.put(key, new Known(rights, Deadline.in(KEPT, clock)));
            if (known.size() > USERS_MAX) known.remove(known.keySet().iterator().next());
        }
    }

    private Optional<Rights> asked(HttpBasic login) throws InterruptedException {
        Optional<String> jaas = jaas(login);
        if (jaas.isEmpty()) return Optional.empty();
        var settings = new HashMap<>(client);
        settings.put(SaslConfigs.SASL_JAAS_CONFIG, jaas.get());
        try (Admin admin = Admin.create(settings)) {
            TopicDescription found = admin.describeTopics(
                            List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .get(topic);
            Set<AclOperation> allowed = found == null ? null : found.authorizedOperations();
            if (allowed == null) return Optional.of(NOTHING);
            boolean changes = allowed.contains(AclOperation.WRITE);
            return Optional.of(new Rights(changes || allowed.contains(AclOperation.READ), changes));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthenticationException) return Optional.empty();
            if (e.getCause() instanceof TopicAuthorizationException) return Optional.of(NOTHING);
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        }
    }

    /// @return empty for control characters, which no user and no password has
    private Optional<String> jaas(HttpBasic login) {
        String both = login.user() + login.password();
        if (both.chars().anyMatch(Character::isISOControl)) return Optional.empty();
        String module = mechanism.equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
        return Optional.of(
                module + " required username=" + quoted(login.user()) + " password=" + quoted(login.password()) + ";");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
