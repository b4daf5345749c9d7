package barnabas.metadata.quotas;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaLimits.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Order in which limits count, by the text of Kafka's documentation.
class QuotaLimitsTest {
    private static final String ANY = "<default>";

    /// @param user a name, [#ANY] for the default, null when the limit is about client ids alone
    private static QuotaEntity entity(@Nullable String user, @Nullable String client) {
        var parts = new ArrayList<QuotaEntity.Part>();
        if (user != null) parts.add(new QuotaEntity.Part(QuotaEntity.USER, user.equals(ANY) ? null : user));
        if (client != null) parts.add(new QuotaEntity.Part(QuotaEntity.CLIENT_ID, client.equals(ANY) ? null : client));
        return new QuotaEntity(parts);
    }

    private record Level(QuotaEntity entity, String user, String client) {}

    private static final List<Level> ORDER = List.of(
            new Level(entity("alice", "app"), "alice", "app"),
            new Level(entity("alice", ANY), "alice", "app"),
            new Level(entity("alice", null), "alice", ""),
            new Level(entity(ANY, "app"), "alice", "app"),
            new Level(entity(ANY, ANY), "alice", "app"),
            new Level(entity(ANY, null), "alice", ""),
            new Level(entity(null, "app"), "", "app"),
            new Level(entity(null, ANY), "", "app"));

    private static QuotaLimits limits(List<Level> levels) {
        PersistentMap<QuotaEntity, SortedMap<String, Double>> all = PersistentMap.empty();
        for (Level each : levels) {
            double bound = ORDER.indexOf(each) + 1;
            all = all.with(each.entity, new TreeMap<>(Map.of("producer_byte_rate", bound, "other", bound + 100)));
        }
        // Addresses have quotas of another kind.
        QuotaEntity address = new QuotaEntity(List.of(new QuotaEntity.Part(QuotaEntity.IP, null)));
        all = all.with(address, new TreeMap<>(Map.of("connection_creation_rate", 1.0)));
        return new QuotaLimits(all, "producer_byte_rate");
    }

    @Test
    void theFirstOfEightCounts() {
        for (int first = 0; first < ORDER.size(); first++) {
            Level expected = ORDER.get(first);
            assertThat(limits(ORDER.subList(first, ORDER.size())).find("alice", "app"))
                    .isEqualTo(new Limit(first + 1, expected.user, expected.client));
            // Alone as well.
            assertThat(limits(List.of(expected)).find("alice", "app"))
                    .isEqualTo(new Limit(first + 1, expected.user, expected.client));
        }
        assertThat(limits(List.of()).find("alice", "app")).isNull();
        assertThat(limits(List.of()).isEmpty()).isTrue();
    }

    @Test
    void othersHaveTheDefaults() {
        QuotaLimits all = limits(ORDER);
        assertThat(all.find("bob", "app")).isEqualTo(new Limit(4, "bob", "app"));
        assertThat(all.find("bob", "tool")).isEqualTo(new Limit(5, "bob", "tool"));
        assertThat(all.find("alice", "tool")).isEqualTo(new Limit(2, "alice", "tool"));
        assertThat(limits(List.of(ORDER.get(0), ORDER.get(2), ORDER.get(6))).find("bob", "tool"))
                .isNull();
    }
}
