package barnabas.conformance.groups;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;

/// Configuration of a group's members.
enum Kind {
    CLASSIC_RANGE("classic, range"),
    CLASSIC_COOPERATIVE("classic, cooperative sticky"),
    CLASSIC_STATIC("classic, static members"),
    CONSUMER("KIP-848");

    private final String shown;

    Kind(String shown) {
        this.shown = shown;
    }

    String shown() {
        return shown;
    }

    String topic() {
        return "rolling-" + name().toLowerCase(java.util.Locale.ROOT);
    }

    /// @param place which of the members it is; a restarted one takes the place of the old one
    Map<String, Object> configuration(int place) {
        var configuration = new HashMap<String, Object>();
        configuration.put("group.protocol", this == CONSUMER ? "consumer" : "classic");
        if (this != CONSUMER) {
            configuration.put("heartbeat.interval.ms", 300);
            configuration.put("session.timeout.ms", 15_000);
            Class<?> assignor = this == CLASSIC_COOPERATIVE ? CooperativeStickyAssignor.class : RangeAssignor.class;
            configuration.put("partition.assignment.strategy", assignor.getName());
        }
        if (this == CLASSIC_STATIC) configuration.put("group.instance.id", "place-" + place);
        return configuration;
    }
}
