package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.List;
import java.util.SortedMap;

/// A controller node that told the cluster what it supports (KIP-919).
public record ControllerRegistration(
        int id,
        Uuid incarnationId,
        List<BrokerRegistration.Endpoint> endpoints,
        SortedMap<String, VersionRange> features) {}
