package barnabas.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.GuardedBroker;
import barnabas.broker.access.Samples.Sample;
import barnabas.broker.request.Need;
import barnabas.broker.security.Resource;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every right that a guard declares is enforced, over real connections: without it an answer differs, and a right that
/// alone is enough is enough alone.
class RightsTest {
    private static final Set<Short> FAILED = Set.of(
            ErrorCode.TOPIC_AUTHORIZATION_FAILED.code(),
            ErrorCode.GROUP_AUTHORIZATION_FAILED.code(),
            ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code(),
            ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code(),
            ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED.code());
    private static final Pattern CODES = Pattern.compile("rrorCode=(\\d+)");

    /// A client cannot ask for two-phase commit in a version that is served, and the name of a topic that is deleted by
    /// its id needs a second right to matter.
    private static final Set<String> ELSEWHERE = Set.of("INIT_PRODUCER_ID TWO_PHASE_COMMIT", "DELETE_TOPICS DESCRIBE");

    private static final String ALICE = "User:alice";

    @TempDir
    Path data;

    private GuardedBroker broker;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        broker = GuardedBroker.start(data, Map.of());
        admin = broker.admin("ADMIN");
        admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
        admin.createDelegationToken().delegationToken().get();
    }

    @AfterEach
    void stop() {
        admin.close();
        broker.close();
    }

    private KafkaConsumer<String, String> consumer(String group, String protocol) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        broker.bootstrap("ADMIN"),
                        "group.id",
                        group,
                        "group.protocol",
                        protocol,
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of("orders"));
        while (consumer.assignment().isEmpty()) consumer.poll(Duration.ofMillis(50));
        return consumer;
    }

    /// With a transaction that is open, offsets of a group, and a group of the newer protocol with a member.
    @Test
    void eachDeclaredRightIsEnforced() throws Exception {
        try (var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrap("ADMIN"), "transactional.id", "open"),
                        new StringSerializer(),
                        new StringSerializer());
                var _ = consumer("modern", "consumer");
                var classic = consumer("g", "classic")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("orders", "v")).get();
            classic.commitSync(Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(1)));
            classic.unsubscribe();
            check();
            producer.abortTransaction();
        }
    }

    private void check() throws Exception {
        List<Sample> samples = Samples.all();
        permit(List.of());
        Map<Sample, String> _ = answers(samples);
        Map<Sample, String> allowed = answers(samples);
        Map<Sample, String> again = answers(samples);
        var problems = new ArrayList<String>();
        for (Sample each : samples) if (isDenied(allowed.get(each))) problems.add("denied with all rights: " + each);
        for (var api : broker.apis()) {
            List<Right> rights = AccessTable.rights(api);
            for (int i = 0; i < rights.size(); i++) {
                Right right = rights.get(i);
                boolean isAlternative = i > 0 && rights.get(i - 1).scope().endsWith("or else");
                if (right.scope().endsWith("or else")) {
                    permit(List.of(rights.get(i + 1)));
                    for (Sample each : of(api.key(), samples))
                        if (isDenied(answer(each))) problems.add(right + " is not enough for " + each);
                } else {
                    permit(isAlternative ? List.of(rights.get(i - 1), right) : List.of(right));
                    boolean differs = false;
                    for (Sample each : of(api.key(), samples)) {
                        String answer = answer(each);
                        boolean isStable = allowed.get(each).equals(again.get(each));
                        differs |= isDenied(answer) || (isStable && !answer.equals(allowed.get(each)));
                    }
                    String name = api.key() + " " + right.operation();
                    if (!differs && !ELSEWHERE.contains(name))
                        problems.add(name + " on " + right.type() + " is not enforced");
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    private static List<Sample> of(ApiKey key, List<Sample> samples) {
        return samples.stream().filter(each -> each.key() == key).toList();
    }

    private Map<Sample, String> answers(List<Sample> samples) throws Exception {
        var answers = new IdentityHashMap<Sample, String>();
        for (Sample each : samples) answers.put(each, answer(each));
        return answers;
    }

    private String answer(Sample sample) throws Exception {
        return String.valueOf(broker.ask("ALICE", sample.key(), sample.version(), sample.request()));
    }

    private static boolean isDenied(String answer) {
        var codes = CODES.matcher(answer);
        while (codes.find()) if (FAILED.contains(Short.parseShort(codes.group(1)))) return true;
        return answer.equals("null");
    }

    /// Everything but these.
    private void permit(List<Right> denied) throws Exception {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
        var acls = new ArrayList<AclBinding>();
        for (Resource.Type type : Resource.Type.values())
            acls.add(acl(type, AclOperation.ALL, AclPermissionType.ALLOW));
        for (Right each : denied)
            acls.add(acl(each.type(), AclOperation.fromCode(each.operation().code()), AclPermissionType.DENY));
        admin.createAcls(acls).all().get();
        if (!admin.listTopics().names().get().contains(Samples.VICTIM))
            admin.createTopics(List.of(new NewTopic(Samples.VICTIM, 1, (short) 1)))
                    .all()
                    .get();
    }

    private static AclBinding acl(Resource.Type type, AclOperation operation, AclPermissionType permission) {
        String name = type == Resource.Type.CLUSTER ? "kafka-cluster" : "*";
        return new AclBinding(
                new ResourcePattern(ResourceType.fromCode(type.code()), name, PatternType.LITERAL),
                new AccessControlEntry(ALICE, "*", operation, permission));
    }

    @Test
    void docsListTheRightsThatAreChecked() throws Exception {
        Path document = Path.of("").toAbsolutePath().getParent().resolve("docs/security.md");
        String text = Files.readString(document);
        int begin = text.indexOf(AccessTable.HEAD);
        int end = text.indexOf("\n\n", begin);
        assertThat(begin).isPositive();
        String table = AccessTable.of(broker.apis());
        if (Boolean.getBoolean("barnabas.docs.write"))
            Files.writeString(document, text.substring(0, begin) + table + text.substring(end));
        else assertThat(text.substring(begin, end)).isEqualTo(table);
    }

    /// No API can be served that the gate does not know.
    @Test
    void eachApiHasAGuardOrANeed() {
        for (var api : broker.apis()) {
            boolean isGuarded = Guards.find(api.key()) != null;
            assertThat(api.needs() == Need.OF_ITS_GUARD)
                    .as(api.key() + " has a guard")
                    .isEqualTo(isGuarded);
        }
    }
}
