package barnabas.metadata.quotas;

import barnabas.metadata.maps.PersistentMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Limits of users and client ids under one key (`producer_byte_rate`). Immutable.
///
/// Of several that are about a client the first counts, in Kafka's order:
///
/// ```
/// 1 user and client id            5 default user and default client id
/// 2 user and default client id    6 default user
/// 3 user                          7 client id
/// 4 default user and client id    8 default client id
/// ```
/// Clients share a rate when the limit is about their user or their client id alone.
public final class QuotaLimits {
    private record Pair(String user, String client) {}

    /// A limit that is about a client.
    ///
    /// @param user whose rate it limits; empty for a client id alone
    /// @param client whose rate it limits; empty for a user alone
    public record Limit(double bound, String user, String client) {}

    private final Map<Pair, Double> users = new HashMap<>();
    private final Map<String, Double> usersWithDefaultClient = new HashMap<>();
    private final Map<String, Double> usersAlone = new HashMap<>();
    private final Map<String, Double> defaultUserWithClient = new HashMap<>();
    private final Map<String, Double> clientsAlone = new HashMap<>();
    private @Nullable Double defaultBoth;
    private @Nullable Double defaultUser;
    private @Nullable Double defaultClient;
    private boolean isEmpty = true;

    public QuotaLimits(PersistentMap<QuotaEntity, SortedMap<String, Double>> all, String key) {
        all.forEach((entity, limits) -> {
            Double bound = limits.get(key);
            if (bound != null) add(entity, bound);
        });
    }

    private void add(QuotaEntity entity, double bound) {
        QuotaEntity.Part user = null;
        QuotaEntity.Part client = null;
        for (QuotaEntity.Part each : entity.parts()) {
            if (each.type().equals(QuotaEntity.USER)) user = each;
            else if (each.type().equals(QuotaEntity.CLIENT_ID)) client = each;
            else return;
        }
        isEmpty = false;
        if (user == null) {
            if (client != null && client.name() == null) defaultClient = bound;
            else if (client != null) clientsAlone.put(String.valueOf(client.name()), bound);
        } else if (client == null) {
            if (user.name() == null) defaultUser = bound;
            else usersAlone.put(user.name(), bound);
        } else addBoth(user.name(), client.name(), bound);
    }

    private void addBoth(@Nullable String user, @Nullable String client, double bound) {
        if (user == null && client == null) defaultBoth = bound;
        else if (user == null) defaultUserWithClient.put(String.valueOf(client), bound);
        else if (client == null) usersWithDefaultClient.put(user, bound);
        else users.put(new Pair(user, client), bound);
    }

    public boolean isEmpty() {
        return isEmpty;
    }

    /// The limit that counts; null without one.
    public @Nullable Limit find(String user, String client) {
        Double bound = users.get(new Pair(user, client));
        if (bound == null) bound = usersWithDefaultClient.get(user);
        if (bound != null) return new Limit(bound, user, client);
        bound = usersAlone.get(user);
        if (bound != null) return new Limit(bound, user, "");
        bound = defaultUserWithClient.get(client);
        if (bound == null) bound = defaultBoth;
        if (bound != null) return new Limit(bound, user, client);
        if (defaultUser != null) return new Limit(defaultUser, user, "");
        bound = clientsAlone.get(client);
        if (bound == null) bound = defaultClient;
        return bound == null ? null : new Limit(bound, "", client);
    }
}
