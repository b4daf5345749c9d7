package barnabas.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.broker.GuardedBroker;
import barnabas.broker.access.Samples.Sample;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FindCoordinatorRequest;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// The same requests put to Apache Kafka and to Barnabas by a client with each right alone, and with each right but
/// one:
/// error codes, messages, shown rights and shown names have to agree. See conformance/access.
///
/// Both clients are anonymous. That of 127.0.0.1 may do everything, that of 127.0.0.2 is under test.
class KafkaAnswersTest {
    private static final String CLIENT = "127.0.0.2";
    private static final Pattern SHOWN = Pattern.compile("(\\w*[eE]rrorCode|\\w*uthorizedOperations|errorMessage|name"
            + "|groupId|transactionalId|topic|topicName)=([^,\\]\\[]*)");

    @TempDir
    Path data;

    private record Side(String name, InetSocketAddress address, Admin admin) {
        String answer(Sample sample) throws Exception {
            var answer = GuardedBroker.ask(address, CLIENT, sample.key(), sample.version(), sample.request());
            var shown = new ArrayList<String>();
            var found = SHOWN.matcher(String.valueOf(answer));
            while (found.find()) shown.add(found.group(1) + "=" + found.group(2));
            return answer == null ? "closed" : normal(sample.key(), shown);
        }

        /// Without order. Kafka writes the request as Java shows it into some messages, and creates a topic behind the
        /// answer that says so.
        private static String normal(ApiKey key, List<String> shown) {
            var all = new TreeSet<String>();
            for (String each : shown) {
                boolean isMessage = each.startsWith("errorMessage=");
                if (isMessage && each.contains("Request(processor="))
                    all.add("errorMessage=Cluster authorization failed.");
                else if (each.equals("errorMessage=")) all.add("errorMessage=null");
                else if (key == ApiKey.METADATA && each.equals("errorCode=3")) all.add("errorCode=0");
                else all.add(each);
            }
            return all.toString();
        }

        String bootstrap() {
            return address.getHostString() + ":" + address.getPort();
        }

        void permit(List<AclBinding> acls) throws Exception {
            var ofClient = new AccessControlEntryFilter(null, CLIENT, AclOperation.ANY, AclPermissionType.ANY);
            admin.deleteAcls(List.of(new AclBindingFilter(ResourcePatternFilter.ANY, ofClient)))
                    .all()
                    .get();
            admin.createAcls(acls).all().get();
        }
    }

    private static AclBinding acl(
            String host, Resource.Type type, AclOperation operation, AclPermissionType permission) {
        String name = type == Resource.Type.CLUSTER ? "kafka-cluster" : "*";
        return new AclBinding(
                new ResourcePattern(ResourceType.fromCode(type.code()), name, PatternType.LITERAL),
                new AccessControlEntry("User:*", host, operation, permission));
    }

    private static List<AclBinding> everything(String host) {
        var acls = new ArrayList<AclBinding>();
        for (Resource.Type type : Resource.Type.values())
            acls.add(acl(host, type, AclOperation.ALL, AclPermissionType.ALLOW));
        return acls;
    }

    private static Side side(String name, String bootstrap) throws Exception {
        String[] parts = bootstrap.split(":");
        var admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        admin.createAcls(everything("127.0.0.1")).all().get();
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
        return new Side(name, new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), admin);
    }

    @Test
    @EnabledIfSystemProperty(named = "barnabas.acl.kafka", matches = ".+")
    void answersAreThoseOfKafka() throws Exception {
        String kafka = System.getProperty("barnabas.acl.kafka");
        try (var broker = Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0"))) {
            var sides = List.of(side("kafka", kafka), side("barnabas", broker.bootstrapServers()));
            List<AutoCloseable> open = new ArrayList<>();
            for (Side each : sides) open.addAll(work(each));
            Map<String, String> differences = new TreeMap<>();
            int compared = 0;
            for (var scenario : scenarios().entrySet()) {
                for (Side each : sides) {
                    each.permit(scenario.getValue());
                    if (each.admin.listTopics().names().get().contains("not-there"))
                        each.admin.deleteTopics(List.of("not-there")).all().get();
                    if (!each.admin.listTopics().names().get().contains(Samples.VICTIM))
                        each.admin
                                .createTopics(List.of(new NewTopic(Samples.VICTIM, 1, (short) 1)))
                                .all()
                                .get();
                }
                for (Sample sample : Samples.all()) {
                    if (isOfOthers(sample)) continue;
                    String theirs = sides.getFirst().answer(sample);
                    String ours = sides.getLast().answer(sample);
                    compared++;
                    if (!theirs.equals(ours))
                        differences.merge(
                                sample.key() + " v" + sample.version() + "\n   kafka    " + theirs + "\n   barnabas "
                                        + ours,
                                scenario.getKey(),
                                (one, other) -> one.length() > 100 ? one : one + ", " + other);
                }
            }
            for (AutoCloseable each : open) each.close();
            for (Side each : sides) each.admin.close();
            System.out.println(compared + " answers compared, " + differences.size() + " kinds of difference");
            differences.forEach((difference, where) -> System.out.println(difference + "\n   with " + where));
            assertThat(differences).isEmpty();
        }
    }

    /// Fetch of a follower that does not exist, and the state of share groups, which is not served.
    private static boolean isOfOthers(Sample sample) {
        return (sample.request() instanceof FetchRequest fetch && fetch.replicaId() >= 0)
                || (sample.request() instanceof FindCoordinatorRequest find && find.keyType() == 2);
    }

    private static Map<String, List<AclBinding>> scenarios() {
        var scenarios = new TreeMap<String, List<AclBinding>>();
        scenarios.put("nothing", List.of());
        scenarios.put("everything", everything(CLIENT));
        for (Resource.Type type : List.of(
                Resource.Type.TOPIC, Resource.Type.GROUP, Resource.Type.CLUSTER, Resource.Type.TRANSACTIONAL_ID)) {
            for (Operation each : Operation.values()) {
                var operation = AclOperation.fromCode(each.code());
                scenarios.put(
                        "only " + each + " on " + type, List.of(acl(CLIENT, type, operation, AclPermissionType.ALLOW)));
                var but = everything(CLIENT);
                but.add(acl(CLIENT, type, operation, AclPermissionType.DENY));
                scenarios.put("all but " + each + " on " + type, but);
            }
        }
        return scenarios;
    }

    /// A transaction that stays open, offsets of a group, and a group of the newer protocol with a member.
    private static List<AutoCloseable> work(Side side) {
        Map<String, Object> settings = Map.of("bootstrap.servers", side.bootstrap(), "transactional.id", "open");
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("orders", "v"));
        producer.flush();
        var modern = consumer(side, "modern", "consumer");
        try (var classic = consumer(side, "g", "classic")) {
            classic.commitSync(Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(1)));
        }
        return List.of(() -> producer.close(Duration.ofSeconds(1)), modern);
    }

    private static KafkaConsumer<String, String> consumer(Side side, String group, String protocol) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                side.bootstrap(),
                "group.id",
                group,
                "group.protocol",
                protocol,
                "enable.auto.commit",
                "false");
        var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of("orders"));
        while (consumer.assignment().isEmpty()) consumer.poll(Duration.ofMillis(50));
        return consumer;
    }
}
