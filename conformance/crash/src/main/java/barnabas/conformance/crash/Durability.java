package barnabas.conformance.crash;

import java.util.HashMap;
import java.util.Map;

/// Condition of an acknowledgement.
enum Durability {
    PAGE_CACHE("page-cache"),
    /// `flush.messages=1`, which Barnabas routes through its journal; Kafka knows it as well.
    JOURNAL("journal");

    private final String shown;

    Durability(String shown) {
        this.shown = shown;
    }

    String topic(String load) {
        return load + "-" + shown;
    }

    /// Small segments, so that kills hit rolls and there is something closed to clean.
    Map<String, String> configs(boolean compacted) {
        var configs = new HashMap<>(Map.of("segment.bytes", "1048576", "segment.ms", "1500"));
        if (this == JOURNAL) configs.put("flush.messages", "1");
        if (compacted) {
            configs.put("cleanup.policy", "compact");
            configs.put("min.cleanable.dirty.ratio", "0.01");
        }
        return configs;
    }
}
