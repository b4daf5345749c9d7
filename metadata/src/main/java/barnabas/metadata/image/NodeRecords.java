package barnabas.metadata.image;

import barnabas.metadata.image.BrokerRegistration.Endpoint;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RegisterControllerRecord;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Registrations as records and back.
final class NodeRecords {
    private NodeRecords() {}

    static BrokerRegistration broker(RegisterBrokerRecord record) {
        var features = new TreeMap<String, VersionRange>();
        for (var feature : record.features()) {
            features.put(
                    feature.name(), new VersionRange(feature.minSupportedVersion(), feature.maxSupportedVersion()));
        }
        return new BrokerRegistration(
                record.brokerId(),
                record.incarnationId(),
                record.brokerEpoch(),
                record.endPoints().stream()
                        .map(each -> new Endpoint(each.name(), each.host(), each.port(), each.securityProtocol()))
                        .toList(),
                Collections.unmodifiableSortedMap(features),
                record.rack(),
                record.fenced(),
                record.inControlledShutdown(),
                List.copyOf(record.logDirs()),
                copyOf(record.cordonedLogDirs(), List.of()));
    }

    static RegisterBrokerRecord record(BrokerRegistration broker, MetadataVersion version) {
        boolean cordoned = version.recordsCordonedDirectories()
                && !broker.cordonedLogDirs().isEmpty();
        return RegisterBrokerRecord.builder()
                .brokerId(broker.id())
                .incarnationId(broker.incarnationId())
                .brokerEpoch(broker.epoch())
                .endPoints(broker.endpoints().stream()
                        .map(each -> new RegisterBrokerRecord.BrokerEndpoint(
                                each.listener(), each.host(), each.port(), each.securityProtocol()))
                        .toList())
                .features(broker.features().entrySet().stream()
                        .map(each -> new RegisterBrokerRecord.BrokerFeature(
                                each.getKey(),
                                each.getValue().min(),
                                each.getValue().max()))
                        .toList())
                .rack(broker.rack())
                .fenced(broker.fenced())
                .inControlledShutdown(broker.inControlledShutdown())
                .logDirs(version.recordsDirectories() ? broker.logDirs() : List.of())
                .cordonedLogDirs(cordoned ? broker.cordonedLogDirs() : null)
                .build();
    }

    static BrokerRegistration withFenced(BrokerRegistration broker, boolean fenced) {
        return with(broker, fenced, broker.inControlledShutdown(), broker.logDirs(), broker.cordonedLogDirs());
    }

    /// `fenced`: -1 unfence, 0 as it is, 1 fence; a controlled shutdown is only ever begun, by 1.
    static BrokerRegistration changed(BrokerRegistration broker, BrokerRegistrationChangeRecord change) {
        return with(
                broker,
                switch (change.fenced()) {
                    case -1 -> false;
                    case 0 -> broker.fenced();
                    case 1 -> true;
                    default -> throw new UnreadableMetadataException("unknown fencing in " + change);
                },
                switch (change.inControlledShutdown()) {
                    case 0 -> broker.inControlledShutdown();
                    case 1 -> true;
                    default -> throw new UnreadableMetadataException("unknown shutdown state in " + change);
                },
                change.logDirs().isEmpty() ? broker.logDirs() : List.copyOf(change.logDirs()),
                copyOf(change.cordonedLogDirs(), broker.cordonedLogDirs()));
    }

    private static BrokerRegistration with(
            BrokerRegistration broker,
            boolean fenced,
            boolean inControlledShutdown,
            List<Uuid> logDirs,
            List<Uuid> cordonedLogDirs) {
        return new BrokerRegistration(
                broker.id(),
                broker.incarnationId(),
                broker.epoch(),
                broker.endpoints(),
                broker.features(),
                broker.rack(),
                fenced,
                inControlledShutdown,
                logDirs,
                cordonedLogDirs);
    }

    static ControllerRegistration controller(RegisterControllerRecord record) {
        var features = new TreeMap<String, VersionRange>();
        for (var feature : record.features()) {
            features.put(
                    feature.name(), new VersionRange(feature.minSupportedVersion(), feature.maxSupportedVersion()));
        }
        return new ControllerRegistration(
                record.controllerId(),
                record.incarnationId(),
                record.endPoints().stream()
                        .map(each -> new Endpoint(each.name(), each.host(), each.port(), each.securityProtocol()))
                        .toList(),
                Collections.unmodifiableSortedMap(features));
    }

    static RegisterControllerRecord record(ControllerRegistration controller) {
        return RegisterControllerRecord.builder()
                .controllerId(controller.id())
                .incarnationId(controller.incarnationId())
                .endPoints(controller.endpoints().stream()
                        .map(each -> new RegisterControllerRecord.ControllerEndpoint(
                                each.listener(), each.host(), each.port(), each.securityProtocol()))
                        .toList())
                .features(controller.features().entrySet().stream()
                        .map(each -> new RegisterControllerRecord.ControllerFeature(
                                each.getKey(),
                                each.getValue().min(),
                                each.getValue().max()))
                        .toList())
                .build();
    }

    private static List<Uuid> copyOf(@Nullable List<Uuid> list, List<Uuid> otherwise) {
        return list == null ? otherwise : List.copyOf(list);
    }
}
