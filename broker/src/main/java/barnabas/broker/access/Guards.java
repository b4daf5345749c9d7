package barnabas.broker.access;

import barnabas.protocol.ApiKey;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The guards of all APIs whose rights depend on the request. An API that needs one right on the cluster declares it
/// itself (`Need.OnCluster`), with its refusal in [ClusterRefusals].
final class Guards {
    private static final Map<ApiKey, Guard<?>> BY_KEY = byKey(List.of(
            RecordGuards.all(),
            TopicGuards.all(),
            OffsetGuards.all(),
            GroupGuards.all(),
            TransactionGuards.all(),
            ConfigGuards.all(),
            DescriptionGuards.all(),
            TokenGuards.all()));

    private Guards() {}

    private static Map<ApiKey, Guard<?>> byKey(List<List<Guard<?>>> all) {
        var map = new EnumMap<ApiKey, Guard<?>>(ApiKey.class);
        for (List<Guard<?>> some : all)
            for (Guard<?> each : some)
                if (map.put(each.key(), each) != null) throw new IllegalStateException("two guards of " + each.key());
        return map;
    }

    static @Nullable Guard<?> find(ApiKey key) {
        return BY_KEY.get(key);
    }

    static Collection<Guard<?>> all() {
        return BY_KEY.values();
    }
}
