package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.mirror.TwoClusters.Side;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// ACLs of mirrored topics follow the source's, and no others change.
class AclMirrorTest {
    private static final Map<String, String> GUARDED = Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users",
            "User:ANONYMOUS",
            "sasl.enabled.mechanisms",
            "PLAIN",
            "listener.name.sasl_plaintext.plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_copier=\"c\" user_config=\"c\";");

    private static final String LOGIN = """
            security.protocol=SASL_PLAINTEXT
            sasl.mechanism=PLAIN
            sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="copier" password="c";
            """;

    @TempDir
    private static Path directory;

    private static TwoClusters clusters;

    private static Map<String, String> guarded() {
        var settings = new HashMap<>(GUARDED);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0");
        return settings;
    }

    @BeforeAll
    static void start() throws Exception {
        clusters = new TwoClusters(directory, guarded(), guarded());
    }

    @AfterAll
    static void stop() {
        clusters.close();
    }

    private static AclBinding acl(
            PatternType type, String name, AclPermissionType permission, AclOperation operation, String user) {
        return new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, name, type),
                new AccessControlEntry("User:" + user, "*", operation, permission));
    }

    private static AclBinding allow(String topic, AclOperation operation, String user) {
        return acl(PatternType.LITERAL, topic, AclPermissionType.ALLOW, operation, user);
    }

    private static AclBinding deny(String topic, AclOperation operation, String user) {
        return acl(PatternType.LITERAL, topic, AclPermissionType.DENY, operation, user);
    }

    private static void add(Side side, AclBinding... acls) throws Exception {
        side.admin.createAcls(List.of(acls)).all().get();
    }

    private static void remove(Side side, AclBinding acl) throws Exception {
        side.admin.deleteAcls(List.of(acl.toFilter())).all().get();
    }

    /// `topic DENY READ user` of the ACLs of topics whose names begin with `prefix`.
    private static Set<String> acls(Side side, String prefix) {
        try {
            var found = new TreeSet<String>();
            for (AclBinding each :
                    side.admin.describeAcls(AclBindingFilter.ANY).values().get()) {
                ResourcePattern of = each.pattern();
                if (of.resourceType() != ResourceType.TOPIC || !of.name().startsWith(prefix)) continue;
                found.add(of.name() + (of.patternType() == PatternType.PREFIXED ? "* " : " ")
                        + each.entry().permissionType() + " " + each.entry().operation() + " "
                        + each.entry().principal().substring("User:".length()));
            }
            return found;
        } catch (InterruptedException | ExecutionException e) {
            return Set.of(e.toString());
        }
    }

    private static void awaitAcls(String prefix, String... expected) {
        TwoClusters.await(
                () -> List.of(expected) + " but " + acls(clusters.target, prefix)
                        + TwoClusters.states(clusters.target, prefix),
                () -> acls(clusters.target, prefix).equals(Set.of(expected)));
    }

    private static void create(String... topics) throws Exception {
        for (String each : topics)
            clusters.source
                    .admin
                    .createTopics(List.of(new NewTopic(each, 1, (short) 1)))
                    .all()
                    .get();
    }

    private static void mirror(String name, String topics) throws Exception {
        clusters.target
                .mirrors()
                .set(
                        name,
                        Map.of(
                                "source",
                                clusters.source.address("SASL_PLAINTEXT"),
                                "topics",
                                topics,
                                "security",
                                LOGIN,
                                "acls",
                                "copied"));
    }

    private static void mayCopy(String prefix) throws Exception {
        add(
                clusters.source,
                acl(PatternType.PREFIXED, prefix, AclPermissionType.ALLOW, AclOperation.READ, "copier"),
                acl(PatternType.PREFIXED, prefix, AclPermissionType.ALLOW, AclOperation.DESCRIBE_CONFIGS, "copier"));
    }

    private static AclBinding describesCluster() {
        return new AclBinding(
                new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL),
                new AccessControlEntry("User:copier", "*", AclOperation.DESCRIBE, AclPermissionType.ALLOW));
    }

    private static void awaitTopic(String topic) {
        TwoClusters.await(() -> topic + ", " + TwoClusters.states(clusters.target, topic), () -> {
            try {
                return clusters.target.admin.listTopics().names().get().contains(topic);
            } catch (InterruptedException | ExecutionException e) {
                return false;
            }
        });
    }

    @Test
    void rightsToReadFollowAndOthersStay() throws Exception {
        add(clusters.source, describesCluster());
        create("pay", "pay-eu", "pays");
        // MirrorMaker copies topics' ACLs alike: rights to write are left out, all rights become the one to read
        add(
                clusters.source,
                allow("pay", AclOperation.READ, "reader"),
                allow("pay", AclOperation.WRITE, "writer"),
                allow("pay", AclOperation.ALTER_CONFIGS, "writer"),
                allow("pay", AclOperation.ALL, "owner"),
                deny("pay", AclOperation.ALL, "thief"),
                allow("pay-us", AclOperation.READ, "other"),
                acl(PatternType.PREFIXED, "pay", AclPermissionType.ALLOW, AclOperation.DESCRIBE, "prefix"));
        add(clusters.target, allow("pay", AclOperation.READ, "own"), allow("pay", AclOperation.READ, "both"));
        add(clusters.source, allow("pay", AclOperation.READ, "both"));
        mayCopy("pay");
        mirror("pay", "pay|pay-eu");
        String[] expected = {
            "pay ALLOW DESCRIBE prefix",
            "pay ALLOW DESCRIBE_CONFIGS copier",
            "pay ALLOW READ both",
            "pay ALLOW READ copier",
            "pay ALLOW READ own",
            "pay ALLOW READ owner",
            "pay ALLOW READ reader",
            "pay DENY ALL thief",
            "pay-eu ALLOW DESCRIBE prefix",
            "pay-eu ALLOW DESCRIBE_CONFIGS copier",
            "pay-eu ALLOW READ copier"
        };
        awaitAcls("pay", expected);

        // what vanishes there vanishes here, if the mirror has made it
        remove(clusters.source, allow("pay", AclOperation.READ, "reader"));
        remove(clusters.source, allow("pay", AclOperation.READ, "both"));
        remove(clusters.source, deny("pay", AclOperation.ALL, "thief"));
        remove(
                clusters.source,
                acl(PatternType.PREFIXED, "pay", AclPermissionType.ALLOW, AclOperation.DESCRIBE, "prefix"));
        add(clusters.source, deny("pay-eu", AclOperation.READ, "late"));
        String[] later = {
            "pay ALLOW DESCRIBE_CONFIGS copier",
            "pay ALLOW READ both",
            "pay ALLOW READ copier",
            "pay ALLOW READ own",
            "pay ALLOW READ owner",
            "pay-eu ALLOW DESCRIBE_CONFIGS copier",
            "pay-eu ALLOW READ copier",
            "pay-eu DENY READ late"
        };
        awaitAcls("pay", later);

        // a promoted topic keeps them, and follows no more
        clusters.target.mirrors().promote("pay");
        TwoClusters.await(
                "promoted", () -> TwoClusters.states(clusters.target, "pay").contains("pay-0 promoted"));
        remove(clusters.source, allow("pay", AclOperation.ALL, "owner"));
        remove(clusters.source, deny("pay-eu", AclOperation.READ, "late"));
        var after = new TreeSet<>(List.of(later));
        after.remove("pay-eu DENY READ late");
        awaitAcls("pay", after.toArray(String[]::new));

        // with a topic that is deleted here go those that the mirror made
        remove(clusters.source, describesCluster());
        TwoClusters.await(
                "refusal",
                () -> TwoClusters.states(clusters.target, "pay").toString().contains("ACLs: they are not copied"));
        add(clusters.target, allow("pay-eu", AclOperation.READ, "own"));
        clusters.target.admin.deleteTopics(List.of("pay-eu", "pay")).all().get();
        after.removeIf(each -> each.startsWith("pay-eu"));
        after.add("pay-eu ALLOW READ own");
        assertThat(acls(clusters.target, "pay")).isEqualTo(after);
    }

    /// The copy goes on without them.
    @Test
    void refusalOfTheSourceIsShown() throws Exception {
        remove(clusters.source, describesCluster());
        create("shy");
        add(clusters.source, allow("shy", AclOperation.READ, "reader"));
        mayCopy("shy");
        mirror("shy", "shy");
        awaitTopic("shy");
        TwoClusters.await(() -> "refusal, " + TwoClusters.states(clusters.target, "shy"), () -> {
            List<String> states = TwoClusters.states(clusters.target, "shy");
            return states.contains("shy-0 mirroring") && states.toString().contains("ACLs: they are not copied");
        });
        assertThat(acls(clusters.target, "shy")).isEmpty();
        add(clusters.source, describesCluster());
        awaitAcls("shy", "shy ALLOW DESCRIBE_CONFIGS copier", "shy ALLOW READ copier", "shy ALLOW READ reader");
    }

    /// One topic that the source does not describe holds up no other one.
    @Test
    void topicWithoutTheRightToItsSettingsIsNamed() throws Exception {
        create("bar-a", "bar-b");
        add(clusters.source, allow("bar-a", AclOperation.READ, "copier"));
        mayCopy("bar-b");
        mirror("bar", "bar.*");
        awaitTopic("bar-b");
        TwoClusters.await(
                () -> "reason, " + TwoClusters.states(clusters.target, "bar"),
                () -> TwoClusters.states(clusters.target, "bar").toString().contains("bar-a: the source refuses it"));
    }

    @Test
    void clusterWithoutAnAuthorizerRefusesTheOption() throws Exception {
        try (var plain = new TwoClusters(directory.resolve("plain"))) {
            assertThatThrownBy(() -> plain.target
                            .mirrors()
                            .set("m", Map.of("source", plain.source.address(), "topics", "x", "acls", "copied")))
                    .hasMessageContaining("A mirror copies ACLs to a cluster with an authorizer only");
            assertThat(plain.target.mirrors().list()).isEmpty();
        }
    }
}
