package barnabas.metadata.controller;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Time of the last heartbeat of each broker, in this term of this controller. Nothing of it is in the log: a new
/// controller waits a whole session before it fences a broker. At most one entry for each registered broker. Owner:
/// the controller.
final class BrokerSessions {
    private record Contact(long brokerEpoch, long nanos) {}

    private final long timeoutNanos;
    private final Map<Integer, Contact> heard = new HashMap<>();
    private final Map<Integer, Long> assumed = new HashMap<>();

    BrokerSessions(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    /// A term begins: running brokers get a session's time to send a heartbeat.
    void begin(ClusterImage image, long nowNanos) {
        heard.clear();
        assumed.clear();
        for (BrokerRegistration broker : image.brokersById()) {
            if (!broker.fenced()) assumed.put(broker.id(), nowNanos);
        }
    }

    void recordContact(int broker, long brokerEpoch, long nowNanos) {
        heard.put(broker, new Contact(brokerEpoch, nowNanos));
        assumed.remove(broker);
    }

    void forget(int broker) {
        heard.remove(broker);
        assumed.remove(broker);
    }

    /// Whether the broker sent a heartbeat in this registration and within the session timeout.
    boolean isAlive(BrokerRegistration broker, long nowNanos) {
        Contact contact = heard.get(broker.id());
        return contact != null && contact.brokerEpoch == broker.epoch() && nowNanos - contact.nanos < timeoutNanos;
    }

    /// Whether the last heartbeat of the broker in this registration, or the begin of the term where there was none, is
    /// not after `nanos`.
    boolean isSilentSince(BrokerRegistration broker, long nanos) {
        Contact contact = heard.get(broker.id());
        if (contact != null && contact.brokerEpoch == broker.epoch()) return contact.nanos - nanos <= 0;
        Long since = assumed.get(broker.id());
        return since == null || since - nanos <= 0;
    }

    /// Brokers that should be running but sent no heartbeat for a session.
    List<BrokerRegistration> expired(ClusterImage image, long nowNanos) {
        return image.brokersById().stream()
                .filter(broker -> !broker.fenced() && !isAlive(broker, nowNanos))
                .filter(broker -> {
                    Long since = assumed.get(broker.id());
                    return since == null || nowNanos - since >= timeoutNanos;
                })
                .toList();
    }
}
