package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.List;
import java.util.SortedMap;

/// Controller node and its supported features, as it registered them (KIP-919).
public record ControllerRegistration(
        int id,
        Uuid incarnationId,
        List<BrokerRegistration.Endpoint> endpoints,
        SortedMap<String, VersionRange> features) {}
