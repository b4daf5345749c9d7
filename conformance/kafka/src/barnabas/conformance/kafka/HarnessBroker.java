package barnabas.conformance.kafka;

import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import kafka.network.SocketServer;
import kafka.server.BrokerServer;
import kafka.server.KafkaApis;
import kafka.server.KafkaConfig;
import kafka.server.SharedServer;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.security.scram.ScramCredential;
import org.apache.kafka.common.security.token.delegation.internals.DelegationTokenCache;
import org.apache.kafka.coordinator.group.GroupCoordinator;
import org.apache.kafka.image.loader.MetadataLoader;
import org.apache.kafka.metadata.BrokerState;
import org.apache.kafka.metadata.LeaderAndIsr;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.security.CredentialProvider;
import org.mockito.Mockito;
import org.mockito.invocation.InvocationOnMock;
import org.mockito.stubbing.Answer;
import org.opentest4j.TestAbortedException;

/// A broker of Kafka's type over a node of ours, for the tests in Scala. What can be known from outside is asked of the
/// node; whatever else is asked aborts the test.
final class HarnessBroker {
    private final HarnessCluster cluster;
    private final KafkaConfig config;
    private final HarnessSettings settings;
    private final BrokerRequests requests;

    HarnessBroker(HarnessCluster cluster, KafkaConfig config, HarnessSettings settings) {
        this.cluster = cluster;
        this.config = config;
        this.settings = settings;
        requests = new BrokerRequests(settings.doorPort());
    }

    BrokerServer server() {
        return stub(BrokerServer.class, this::answer);
    }

    int id() {
        return config.nodeId();
    }

    HarnessSettings settings() {
        return settings;
    }

    BrokerRequests requests() {
        return requests;
    }

    static <T> T stub(Class<T> type, Answer<Object> answer) {
        Answer<Object> all = call -> switch (call.getMethod().getName()) {
            case "toString" -> type.getSimpleName();
            case "hashCode" -> System.identityHashCode(call.getMock());
            case "equals" -> call.getMock() == call.getArgument(0);
            default -> answer.answer(call);
        };
        return Mockito.mock(type, Mockito.withSettings().stubOnly().defaultAnswer(all));
    }

    static TestAbortedException inside(InvocationOnMock call) {
        return new TestAbortedException("reaches into Kafka's broker objects ("
                + call.getMethod().getDeclaringClass().getSimpleName() + "."
                + call.getMethod().getName() + ")");
    }

    private Object answer(InvocationOnMock call) {
        return switch (call.getMethod().getName()) {
            case "startup" -> {
                cluster.start(this);
                yield null;
            }
            case "shutdown" -> {
                cluster.stop(id());
                yield null;
            }
            case "awaitShutdown" -> null;
            case "isShutdown" -> !cluster.isRunning(id());
            case "brokerState" -> cluster.isRunning(id()) ? BrokerState.RUNNING : BrokerState.NOT_RUNNING;
            case "clusterId" -> cluster.clusterId();
            case "config" -> config;
            case "boundPort" -> settings.port(call.<ListenerName>getArgument(0).value());
            case "socketServer" -> socketServer(settings);
            case "authorizerPlugin" -> HarnessCluster.authorizer(config, () -> requests);
            case "metadataCache" -> stub(KRaftMetadataCache.class, this::metadata);
            case "dataPlaneRequestProcessor" -> stub(KafkaApis.class, this::requestProcessor);
            case "credentialProvider" -> credentials();
            case "metrics" -> new Metrics();
            case "sharedServer" -> stub(SharedServer.class, HarnessBroker::shared);
            case "groupCoordinator" -> stub(GroupCoordinator.class, HarnessBroker::groups);
            default -> throw inside(call);
        };
    }

    static SocketServer socketServer(HarnessSettings settings) {
        return stub(SocketServer.class, call -> {
            if (!call.getMethod().getName().equals("boundPort")) throw inside(call);
            return settings.port(call.<ListenerName>getArgument(0).value());
        });
    }

    /// A test waits until brokers have read as far as the controller has written; see [HarnessCluster#raftManager].
    private static Object shared(InvocationOnMock call) {
        if (!call.getMethod().getName().equals("loader")) throw inside(call);
        return stub(MetadataLoader.class, asked -> {
            if (!asked.getMethod().getName().equals("lastAppliedOffset")) throw inside(asked);
            return Long.MAX_VALUE;
        });
    }

    /// A test makes the offsets topic with these settings.
    private static Object groups(InvocationOnMock call) {
        if (!call.getMethod().getName().equals("groupMetadataTopicConfigs")) throw inside(call);
        var settings = new Properties();
        settings.put("cleanup.policy", "compact");
        return settings;
    }

    private Object requestProcessor(InvocationOnMock call) {
        return switch (call.getMethod().getName()) {
            case "authorizerPlugin" -> HarnessCluster.authorizer(config, () -> requests);
            case "metadataCache" -> stub(KRaftMetadataCache.class, this::metadata);
            default -> throw inside(call);
        };
    }

    private Object metadata(InvocationOnMock call) {
        return switch (call.getMethod().getName()) {
            case "hasAliveBroker" ->
                requests.metadata().brokersById().containsKey(call.<Integer>getArgument(0));
            case "numPartitions" ->
                requests.topic(call.getArgument(0)).map(each -> each.partitionMetadata().size());
            case "getLeaderAndIsr" -> leader(call.getArgument(0), call.getArgument(1));
            case "getAllTopics" -> requests.topics().stream().map(each -> each.topic()).collect(Collectors.toSet());
            case "getTopicId" -> requests.topic(call.getArgument(0)).orElseThrow().topicId();
            default -> throw inside(call);
        };
    }

    private Optional<LeaderAndIsr> leader(String topic, int partition) {
        return requests.topic(topic)
                .flatMap(found -> found.partitionMetadata().stream()
                        .filter(each -> each.partition() == partition && each.leaderId.isPresent())
                        .findFirst())
                .map(each -> new LeaderAndIsr(each.leaderId.get(), each.inSyncReplicaIds));
    }

    /// Holds users only: a test waits until one of them is there, and looks at the object that it once got.
    private CredentialProvider credentials() {
        List<String> mechanisms = List.of("SCRAM-SHA-256", "SCRAM-SHA-512");
        var provider = new CredentialProvider(mechanisms, new DelegationTokenCache(mechanisms));
        var known = new ScramCredential(new byte[1], new byte[1], new byte[1], 4096);
        cluster.repeat(id(), () -> requests.scramUsers().forEach(user -> {
            String[] part = user.split(":", 2);
            provider.updateCredential(ScramMechanism.fromType(Byte.parseByte(part[0])), part[1], known);
        }));
        return provider;
    }
}
