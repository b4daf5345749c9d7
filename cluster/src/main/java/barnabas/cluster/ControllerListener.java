package barnabas.cluster;

import barnabas.broker.Listening;
import barnabas.broker.World;
import barnabas.broker.api.P17SaslHandshake;
import barnabas.broker.api.P36SaslAuthenticate;
import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Dispatcher;
import barnabas.broker.request.FirstState;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.request.RequestMetrics;
import barnabas.broker.request.RequestServices;
import barnabas.broker.security.Authorizer;
import barnabas.cluster.envelope.EnvelopeApi;
import barnabas.cluster.security.ControllerSecurity;
import barnabas.config.BrokerConfig;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.registration.RegistrationApis;
import barnabas.net.Server;
import barnabas.protocol.ApiKey;
import barnabas.quorum.QuorumMetadataLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The listeners of `controller.listener.names`: requests of the quorum, and of brokers to the active controller. It
/// opens before this node has an image, because the quorum has to elect a leader first.
final class ControllerListener implements AutoCloseable {
    private final ExecutorService waiting;
    private final Server server;

    /// @param own the controller of this node; null while the node starts
    /// @param ended is informed of connections that carry heartbeats
    /// @param image of the cluster; null while the node starts
    ControllerListener(
            ControllerSecurity security,
            QuorumMetadataLog log,
            Supplier<@Nullable ControllerPort> own,
            EndedBrokers ended,
            Supplier<@Nullable ClusterImage> image,
            String clusterId,
            World world)
            throws IOException {
        BrokerConfig config = security.config();
        Authorizer authorizer = security.authorizer();
        waiting = world.threads().perTask("controller-request");
        var services =
                new RequestServices(MemoryBudget.ofProcess(), waiting, authorizer, new RequestMetrics(), world.clock());
        var refused = new RefusedBrokers(world.clock());
        var foreign = new ForeignNodes(world.clock());
        var clients = new RequestServices(
                MemoryBudget.ofProcess(), waiting, security.clients(image), new RequestMetrics(), world.clock());
        var envelope = new EnvelopeApi(
                new Dispatcher(ForwardedApis.catalog(log, own, ended, refused, foreign), clients, FirstState.ANONYMOUS),
                () -> log.leadership().isLedBy(config.node().nodeId()) && image.get() != null);
        boolean listens = false;
        try {
            server = world.network()
                    .listen(
                            Listening.controllers(config, MemoryBudget.ofProcess(), security.tls()),
                            new Dispatcher(
                                    catalog(config, log, own, ended, refused, image, clusterId, foreign, envelope),
                                    services,
                                    security.identities()));
            listens = true;
        } finally {
            if (!listens) waiting.shutdownNow();
        }
    }

    private static ApiCatalog catalog(
            BrokerConfig config,
            QuorumMetadataLog log,
            Supplier<@Nullable ControllerPort> own,
            EndedBrokers ended,
            RefusedBrokers refused,
            Supplier<@Nullable ClusterImage> image,
            String clusterId,
            ForeignNodes foreign,
            EnvelopeApi envelope) {
        var self = new AtomicReference<ApiCatalog>();
        List<Api<?>> apis = new ArrayList<>();
        for (ApiKey each : RaftApi.KEYS) apis.add(new RaftApi(each, log, foreign));
        for (ControllerApi<?, ?> each : ControllerApis.all())
            apis.add(new ControllerCall<>(each, ControllerCall.OF_BROKERS, own, ended, refused));
        for (ControllerApi<?, ?> each : RegistrationApis.all())
            apis.add(new ControllerCall<>(each, ControllerCall.OF_BROKERS, own, ended, refused));
        apis.add(envelope);
        apis.add(new P17SaslHandshake());
        apis.add(new P36SaslAuthenticate());
        apis.add(new DescribedControllers(log, image, clusterId));
        apis.addAll(ImageApi.all(config, image));
        apis.add(new ControllerVersions(self::get, image, log));
        var catalog = new ApiCatalog(apis);
        self.set(catalog);
        return catalog;
    }

    Server server() {
        return server;
    }

    @Override
    public void close() {
        waiting.shutdownNow();
        server.close();
    }
}
