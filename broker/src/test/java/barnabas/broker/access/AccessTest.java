package barnabas.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.Authorization;
import barnabas.broker.GuardedBroker;
import barnabas.broker.StartFailure;
import barnabas.broker.security.AclAuthorizer;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Principal;
import barnabas.broker.security.Resource;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.metadata.access.AccessPolicy;
import barnabas.metadata.access.Subnet;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Access of the official clients: those of `User:alice` may do what ACLs allow, and learn nothing else.
class AccessTest {
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    @TempDir
    Path data;

    private GuardedBroker broker;
    private Admin admin;
    private Admin alice;

    @BeforeEach
    void start() throws Exception {
        open();
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1), new NewTopic("payments", 1, (short) 1)))
                .all()
                .get();
    }

    private void open() throws Exception {
        broker = GuardedBroker.start(data, Map.of());
        admin = broker.admin("ADMIN");
        alice = broker.admin("ALICE");
    }

    @AfterEach
    void stop() {
        admin.close();
        alice.close();
        broker.close();
    }

    private static AclBinding acl(
            ResourceType type, String name, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", operation, permission));
    }

    private void allow(ResourceType type, String name, AclOperation operation) throws Exception {
        admin.createAcls(List.of(acl(type, name, operation, AclPermissionType.ALLOW)))
                .all()
                .get();
    }

    private void deny(ResourceType type, String name, AclOperation operation) throws Exception {
        admin.createAcls(List.of(acl(type, name, operation, AclPermissionType.DENY)))
                .all()
                .get();
    }

    private static void refused(Class<? extends Exception> why, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(why);
    }

    private KafkaProducer<String, String> producer(String listener, Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", broker.bootstrap(listener));
        settings.put("max.block.ms", "5000");
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private KafkaConsumer<String, String> consumer(Map<String, Object> more) {
        var settings = new HashMap<String, Object>(more);
        settings.put("bootstrap.servers", broker.bootstrap("ALICE"));
        settings.put("auto.offset.reset", "earliest");
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    @Test
    void topicsThatAreNotAllowedAreNotThere() throws Exception {
        assertThat(alice.listTopics().names().get()).isEmpty();
        refused(TopicAuthorizationException.class, () -> describe("orders"));
        refused(TopicAuthorizationException.class, () -> describe("absent"));
        var byId = admin.describeTopics(List.of("orders"))
                .allTopicNames()
                .get()
                .get("orders")
                .topicId();
        for (Uuid id : List.of(byId, Uuid.randomUuid())) {
            refused(
                    UnknownTopicIdException.class,
                    () -> alice.describeTopics(TopicCollection.ofTopicIds(List.of(id)))
                            .allTopicIds()
                            .get());
        }
        allow(ResourceType.TOPIC, "orders", AclOperation.READ);
        assertThat(alice.listTopics().names().get()).containsExactly("orders");
        assertThat(describe("orders")).containsExactlyInAnyOrder(AclOperation.READ, AclOperation.DESCRIBE);
    }

    private Set<AclOperation> describe(String topic) throws Exception {
        return alice.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .allTopicNames()
                .get()
                .get(topic)
                .authorizedOperations();
    }

    private static void set(Admin client, ConfigResource resource, String name, String value) throws Exception {
        client.incrementalAlterConfigs(
                        Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), OpType.SET))))
                .all()
                .get();
    }

    /// A mirror makes ACLs as CreateAcls does, of whatever its source names.
    @Test
    void mirrorsThatCopyAclsNeedTheRightToAlterThem() throws Exception {
        var cluster = new ConfigResource(ConfigResource.Type.BROKER, "");
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "orders");
        allow(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALTER_CONFIGS);
        allow(ResourceType.TOPIC, "*", AclOperation.ALTER_CONFIGS);
        allow(ResourceType.TOPIC, "*", AclOperation.CREATE);
        String prefix = "barnabas.mirror.m.";
        set(alice, cluster, prefix + "topics", "none");
        set(alice, cluster, prefix + "source", "127.0.0.1:1");
        refused(ClusterAuthorizationException.class, () -> set(alice, cluster, "barnabas.mirror.m.acls", "copied"));
        set(admin, cluster, prefix + "acls", "copied");
        for (String each : List.of("source", "topics", "security", "existing", "acls"))
            refused(
                    ClusterAuthorizationException.class,
                    () -> set(alice, cluster, prefix + each, each.equals("existing") ? "adopted" : "127.0.0.1:2"));
        set(alice, cluster, prefix + "state", "paused");
        refused(TopicAuthorizationException.class, () -> set(alice, topic, "barnabas.mirror.acls", "AAAAAAAAAAAAAAAA"));
        set(admin, topic, "barnabas.mirror.acls", "AAAAAAAAAAAAAAAA");
        set(alice, topic, "retention.ms", "1");
        var named = new NewTopic("named", 1, (short) 1).configs(Map.of("barnabas.mirror.acls", "AAAAAAAAAAAAAAAA"));
        refused(
                InvalidConfigurationException.class,
                () -> alice.createTopics(List.of(named)).all().get());
        allow(ResourceType.CLUSTER, "kafka-cluster", AclOperation.ALTER);
        set(alice, cluster, prefix + "source", "127.0.0.1:2");
    }

    @Test
    void aProducerNeedsItsTopicAndItsTransactionalId() throws Exception {
        try (var producer = producer("ALICE", Map.of("enable.idempotence", false))) {
            refused(
                    TopicAuthorizationException.class,
                    () -> producer.send(new ProducerRecord<>("orders", "v")).get());
            allow(ResourceType.TOPIC, "orders", AclOperation.WRITE);
            assertThat(producer.send(new ProducerRecord<>("orders", "v")).get().offset())
                    .isZero();
        }
        try (var idempotent = producer("ALICE", Map.of())) {
            assertThat(idempotent
                            .send(new ProducerRecord<>("orders", "v"))
                            .get()
                            .offset())
                    .isEqualTo(1);
        }
        try (var transactional = producer("ALICE", Map.of("transactional.id", "t"))) {
            assertThatThrownBy(transactional::initTransactions)
                    .isInstanceOf(TransactionalIdAuthorizationException.class);
        }
        allow(ResourceType.TRANSACTIONAL_ID, "t", AclOperation.WRITE);
        try (var transactional = producer("ALICE", Map.of("transactional.id", "t"))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>("orders", "v")).get();
            refused(
                    TopicAuthorizationException.class,
                    () -> transactional
                            .send(new ProducerRecord<>("payments", "v"))
                            .get());
            transactional.abortTransaction();
        }
        try (var without = producer("ADMIN", Map.of())) {
            assertThat(without.send(new ProducerRecord<>("payments", "v")).get().offset())
                    .isZero();
        }
    }

    /// The consumer has a fetch session, so that later requests do not name the partition.
    @Test
    void aRightThatIsTakenAwayEndsARunningConsumer() throws Exception {
        try (var producer = producer("ADMIN", Map.of())) {
            producer.send(new ProducerRecord<>("orders", "v")).get();
        }
        allow(ResourceType.TOPIC, "orders", AclOperation.READ);
        try (var consumer = consumer(Map.of("fetch.max.wait.ms", "100"))) {
            consumer.assign(List.of(ORDERS));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) continue;
            deny(ResourceType.TOPIC, "orders", AclOperation.READ);
            try (var producer = producer("ADMIN", Map.of())) {
                producer.send(new ProducerRecord<>("orders", "secret")).get();
            }
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 200; i++)
                            assertThat(consumer.poll(Duration.ofMillis(100))).isEmpty();
                    })
                    .isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aMemberNeedsItsGroup() throws Exception {
        allow(ResourceType.TOPIC, "orders", AclOperation.READ);
        for (String protocol : List.of("classic", "consumer")) {
            try (var consumer = consumer(Map.of("group.id", "g", "group.protocol", protocol))) {
                consumer.subscribe(List.of("orders"));
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) consumer.poll(Duration.ofMillis(100));
                        })
                        .as(protocol)
                        .isInstanceOf(GroupAuthorizationException.class);
            }
        }
        assertThat(alice.listGroups().all().get()).isEmpty();
        refused(
                GroupAuthorizationException.class,
                () -> alice.describeConsumerGroups(List.of("g")).all().get());
    }

    @Test
    void theClusterIsForThoseWhoMayChangeIt() throws Exception {
        refused(
                ClusterAuthorizationException.class,
                () -> alice.describeAcls(AclBindingFilter.ANY).values().get());
        var grab = acl(ResourceType.TOPIC, "*", AclOperation.ALL, AclPermissionType.ALLOW);
        refused(
                ClusterAuthorizationException.class,
                () -> alice.createAcls(List.of(grab)).all().get());
        refused(
                ClusterAuthorizationException.class,
                () -> alice.deleteAcls(List.of(AclBindingFilter.ANY)).all().get());
        refused(
                ClusterAuthorizationException.class,
                () -> alice.describeLogDirs(List.of(1)).allDescriptions().get());
        refused(
                TopicAuthorizationException.class,
                () -> alice.createTopics(List.of(new NewTopic("mine", 1, (short) 1)))
                        .all()
                        .get());
        refused(
                TopicAuthorizationException.class,
                () -> alice.deleteTopics(List.of("orders")).all().get());
        assertThat(alice.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                        .authorizedOperations()
                        .get())
                .isEmpty();
        allow(ResourceType.CLUSTER, "kafka-cluster", AclOperation.DESCRIBE);
        assertThat(alice.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                        .authorizedOperations()
                        .get())
                .containsExactly(AclOperation.DESCRIBE);
        assertThat(admin.listTopics().names().get()).containsExactlyInAnyOrder("orders", "payments");
    }

    @Test
    void aclsOutliveARestart() throws Exception {
        allow(ResourceType.TOPIC, "orders", AclOperation.DESCRIBE);
        stop();
        open();
        assertThat(alice.listTopics().names().get()).containsExactly("orders");
        var rule = acl(ResourceType.TOPIC, "orders", AclOperation.DESCRIBE, AclPermissionType.ALLOW);
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).containsExactly(rule);
        assertThat(admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get()).containsExactly(rule);
        assertThat(alice.listTopics().names().get()).isEmpty();
    }

    @Test
    void aclsAreFilteredByWhatMatchesAName() throws Exception {
        var prefixed = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "ord", PatternType.PREFIXED),
                new AccessControlEntry("User:bob", "10.0.0.0/8", AclOperation.READ, AclPermissionType.DENY));
        var all = acl(ResourceType.TOPIC, "*", AclOperation.READ, AclPermissionType.ALLOW);
        var other = acl(ResourceType.TOPIC, "other", AclOperation.READ, AclPermissionType.ALLOW);
        admin.createAcls(List.of(prefixed, all, other, all)).all().get();
        assertThat(admin.describeAcls(new AclBindingFilter(
                                new ResourcePatternFilter(ResourceType.TOPIC, "orders", PatternType.MATCH),
                                AccessControlEntryFilter.ANY))
                        .values()
                        .get())
                .containsExactlyInAnyOrder(prefixed, all);
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).hasSize(3);
    }

    @Test
    void aclsThatMeanNothingAreRefused() throws Exception {
        for (var bad : List.of(
                new AccessControlEntry("alice", "*", AclOperation.READ, AclPermissionType.ALLOW),
                new AccessControlEntry("User:alice", "10.0.0.0/33", AclOperation.READ, AclPermissionType.ALLOW),
                new AccessControlEntry("User:alice", "10.0.0/8", AclOperation.READ, AclPermissionType.ALLOW))) {
            var binding = new AclBinding(new ResourcePattern(ResourceType.TOPIC, "t", PatternType.LITERAL), bad);
            refused(
                    InvalidRequestException.class,
                    () -> admin.createAcls(List.of(binding)).all().get());
        }
        refused(
                InvalidRequestException.class,
                () -> admin.createAcls(
                                List.of(acl(ResourceType.CLUSTER, "mine", AclOperation.ALTER, AclPermissionType.ALLOW)))
                        .all()
                        .get());
        assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get()).isEmpty();
    }

    @Test
    void theReasonsAreThoseOfKafka() {
        assertThat(Subnet.problemWith("10.0.0.0/33")).isEqualTo("Value [33] not in range [0,32]");
        assertThat(Subnet.problemWith("10.0.0/8")).isEqualTo("Could not parse [10.0.0/8]");
    }

    @Test
    void anAuthorizerThatCannotBeMeantEndsTheStart(@TempDir Path other) {
        for (var wrong : List.of(
                Map.of("authorizer.class.name", "com.example.Authorizer"),
                Map.of("super.users", "admin"),
                Map.of("allow.everyone.if.no.acl.found", "yes"))) {
            assertThatThrownBy(() -> GuardedBroker.start(other, wrong).close())
                    .as(wrong.toString())
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(wrong.keySet().iterator().next());
        }
    }

    @Test
    void onlySuperUsersReachAController() throws Exception {
        var settings = Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true",
                "super.users", "User:node");
        assertThat(BrokerConfig.parse(settings)).isInstanceOfSatisfying(ParseResult.Valid.class, valid -> {
            try {
                var authorizer = Authorization.ofControllers(valid.config());
                InetAddress host = InetAddress.getLoopbackAddress();
                assertThat(authorizer.allows(
                                new Principal("User", "node"), host, Operation.CLUSTER_ACTION, Resource.CLUSTER))
                        .isTrue();
                assertThat(authorizer.allows(Principal.ANONYMOUS, host, Operation.CLUSTER_ACTION, Resource.CLUSTER))
                        .isFalse();
                assertThat(authorizer).isInstanceOf(AccessGate.class);
            } catch (StartFailure e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void anErrorInADecisionDenies() {
        var authorizer = new AclAuthorizer(new AccessPolicy(Set.of("User:x"), true), () -> {
            throw new IllegalStateException("no image");
        });
        var alice = new Principal("User", "alice");
        InetAddress host = InetAddress.getLoopbackAddress();
        assertThat(authorizer.allows(alice, host, Operation.READ, Resource.CLUSTER))
                .isFalse();
        assertThat(authorizer.allowsAny(alice, host, Operation.WRITE, Resource.Type.TOPIC))
                .isFalse();
    }

    @Test
    void auditLinesAreOneLineOfBoundedLength() {
        assertThat(Audit.escaped("a\nDenied: b\u2028\\x")).isEqualTo("a\\u000aDenied:\\u0020b\\u2028\\u005cx");
        assertThat(Audit.escaped("x".repeat(100_000))).hasSizeLessThan(300);
    }
}
