package barnabas.broker;

import barnabas.broker.cluster.CordonedDirectories;
import barnabas.config.BrokerConfig;
import barnabas.config.Listener;
import barnabas.log.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.Features;
import barnabas.net.NetworkServer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationRequest.Feature;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// Makes this process known to the controller, so that clients are sent here.
final class Registration {
    private Registration() {}

    static void register(
            BrokerConfig config,
            ClusterMetadata metadata,
            NetworkServer network,
            List<LogDirectory> directories,
            CordonedDirectories cordoned,
            World world)
            throws StartFailure, InterruptedException {
        int nodeId = config.node().nodeId();
        var features = new ArrayList<Feature>();
        Features.SUPPORTED.forEach((name, levels) -> features.add(new Feature(name, levels.min(), levels.max())));
        var request = BrokerRegistrationRequest.builder()
                .brokerId(nodeId)
                .clusterId(metadata.current().clusterId())
                .incarnationId(Uuid.random(world.random()))
                .listeners(advertised(config, network))
                .features(features)
                .rack(config.node().rack())
                .logDirs(directories.stream().map(LogDirectory::directoryId).toList())
                .build();
        BrokerRegistrationResponse registered = metadata.registerBroker(request);
        refuse(registered.errorCode(), "registration");
        BrokerHeartbeatResponse unfenced = cordoned.unfence(registered.brokerEpoch());
        refuse(unfenced.errorCode(), "heartbeat");
    }

    private static void refuse(short code, String what) throws StartFailure {
        if (code != ErrorCode.NONE.code()) {
            throw new StartFailure(List.of("The controller refused the broker's " + what + ": " + ErrorCode.of(code)));
        }
    }

    /// What clients are told: the advertised address, with the port that was bound where 0 was asked for and a name
    /// that others can reach where none was given.
    private static List<BrokerRegistrationRequest.Listener> advertised(BrokerConfig config, NetworkServer network) {
        var listeners = new ArrayList<BrokerRegistrationRequest.Listener>();
        for (Listener listener : config.listeners().advertised()) {
            // Kafka's own server.properties advertises the controller's listener as well; no client is sent there.
            if (config.listeners().controllerNames().contains(listener.name())) continue;
            int port = listener.port() == 0 ? network.port(listener.name()) : listener.port();
            String host = listener.host().isEmpty() ? localHostName() : listener.host();
            listeners.add(new BrokerRegistrationRequest.Listener(listener.name(), host, port, protocolCode(listener)));
        }
        return listeners;
    }

    /// The numbers that registrations carry.
    private static short protocolCode(Listener listener) {
        return switch (listener.protocol()) {
            case PLAINTEXT -> 0;
            case SSL -> 1;
            case SASL_PLAINTEXT -> 2;
            case SASL_SSL -> 3;
        };
    }

    private static String localHostName() {
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
