package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Answers of the controller. The messages are those of Kafka 4.4.0 to the same requests.
class ControllerTranscriptTest {
    private static void check(String transcript) {
        check(new ControllerScript(), transcript);
    }

    private static void check(ControllerScript script, String transcript) {
        assertThat(script.run(transcript)).isEqualTo(transcript);
    }

    private static ControllerScript oneBroker() {
        var script = new ControllerScript();
        script.run("register 1\nunfence 1");
        return script;
    }

    private static ControllerScript threeBrokers() {
        var script = new ControllerScript();
        script.run("register 1\nregister 2\nregister 3\nunfence 1\nunfence 2\nunfence 3");
        return script;
    }

    @Test
    void aTopicIsCreatedOnce() {
        check(oneBroker(), """
                create q1 2 1
                | q1: NONE, 2 partitions, replication factor 1
                create q1 2 1
                | q1: TOPIC_ALREADY_EXISTS Topic 'q1' already exists.
                validate q1 2 1
                | q1: TOPIC_ALREADY_EXISTS Topic 'q1' already exists.
                validate q2 3 1
                | q2: NONE, 3 partitions, replication factor 1
                show q2
                | no such topic
                create q3 -1 -1
                | q3: NONE, 1 partitions, replication factor 1
                show q1
                | 0: replicas [1] isr [1] leader 1 epoch 0
                | 1: replicas [1] isr [1] leader 1 epoch 0
                """);
    }

    @Test
    void namesThatAreNone() {
        check(oneBroker(), """
                create bad/name 1 1
                | bad/name: INVALID_TOPIC_EXCEPTION Topic name is invalid: 'bad/name' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'
                create EMPTY 1 1
                | : INVALID_TOPIC_EXCEPTION Topic name is invalid: the empty string is not allowed
                create .. 1 1
                | ..: INVALID_TOPIC_EXCEPTION Topic name is invalid: '..' is not allowed
                create __cluster_metadata 1 1
                | __cluster_metadata: INVALID_REQUEST Creation of internal topic __cluster_metadata is prohibited.
                """);
        String longName = "x".repeat(250);
        assertThat(TopicNames.problem(longName))
                .isEqualTo("Topic name is invalid: the length of '" + longName
                        + "' is longer than the max allowed length 249");
        assertThat(TopicNames.problem("x".repeat(249))).isNull();
    }

    @Test
    void namesThatDifferInDotsAndUnderscoresCollide() {
        check(oneBroker(), """
                create a_b 1 1
                | a_b: NONE, 1 partitions, replication factor 1
                create a.b 1 1
                | a.b: INVALID_TOPIC_EXCEPTION Topic 'a.b' collides with existing topic: a_b
                delete a_b
                | a_b: NONE
                create a.b 1 1
                | a.b: NONE, 1 partitions, replication factor 1
                """);
    }

    @Test
    void countsThatCannotBe() {
        check(oneBroker(), """
                create r3 1 3
                | r3: INVALID_REPLICATION_FACTOR Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.
                create p0 0 1
                | p0: INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.
                create p-2 -2 1
                | p-2: INVALID_PARTITIONS Number of partitions was set to an invalid non-positive value.
                create rf0 1 0
                | rf0: INVALID_REPLICATION_FACTOR Replication factor must be larger than 0, or -1 to use the default value.
                create many 10001 1
                | many: POLICY_VIOLATION Excessively large number of partitions per request.
                create many 10000 1
                | many: POLICY_VIOLATION Unable to perform excessively large batch operation.
                create many 9999 1
                | many: NONE, 9999 partitions, replication factor 1
                """);
    }

    @Test
    void withoutARunningBrokerThereIsNoPlace() {
        check("""
                create t 1 1
                | t: INVALID_REPLICATION_FACTOR Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all their log directories cordoned.
                register 1
                | NONE
                create t 1 1
                | t: INVALID_REPLICATION_FACTOR Unable to replicate the partition 1 time(s): All brokers are currently fenced, or have all their log directories cordoned.
                create t assigned 1
                | t: INVALID_REPLICA_ASSIGNMENT All brokers specified in the manual partition assignment for partition 0 are fenced or in controlled shutdown.
                """);
    }

    @Test
    void configsOfANewTopic() {
        check(oneBroker(), """
                create bc 1 1 nope.config=1
                | bc: INVALID_CONFIG Unknown topic config name: nope.config
                create bc 1 1 retention.ms=abc
                | bc: INVALID_CONFIG Invalid value abc for configuration retention.ms: Not a number of type LONG
                create bc 1 1 retention.ms
                | bc: INVALID_CONFIG Null value not supported for topic configs: retention.ms
                create gc 1 1 retention.ms=1000
                | gc: NONE, 1 partitions, replication factor 1
                configs topic/gc
                | {retention.ms=1000}
                delete gc
                | gc: NONE
                configs topic/gc
                | {}
                """);
    }

    @Test
    void manualAssignments() {
        check(oneBroker(), """
                create as assigned 1 1
                | as: NONE, 2 partitions, replication factor 1
                create as2 assigned 1:1
                | as2: INVALID_REPLICA_ASSIGNMENT partitions should be a consecutive 0-based integer sequence
                create as3 assigned 2
                | as3: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 2, but no such broker is registered.
                create as4 assigned 1,1
                | as4: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes the broker 1 more than once.
                create as5 assigned -
                | as5: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes an empty replica list.
                create as6 assigned 0:1 0:1
                | as6: INVALID_REPLICA_ASSIGNMENT Found multiple manual partition assignments for partition 0
                """);
        check(threeBrokers(), """
                create t assigned 1,2 3
                | t: INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes a partition with 1 replica(s), but this is not consistent with previous partitions, which have 2 replica(s).
                create t assigned 1,2 3,1
                | t: NONE, 2 partitions, replication factor 2
                show t
                | 0: replicas [1, 2] isr [1, 2] leader 1 epoch 0
                | 1: replicas [3, 1] isr [3, 1] leader 3 epoch 0
                """);
    }

    @Test
    void topicsGrow() {
        check(oneBroker(), """
                create cp 2 1
                | cp: NONE, 2 partitions, replication factor 1
                grow cp 1
                | INVALID_PARTITIONS The topic cp currently has 2 partition(s); 1 would not be an increase.
                grow cp 2
                | INVALID_PARTITIONS Topic already has 2 partition(s).
                grow nope 3
                | UNKNOWN_TOPIC_OR_PARTITION
                grow cp 4 1
                | INVALID_REPLICA_ASSIGNMENT Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.
                grow cp 3 2
                | INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 2, but no such broker is registered.
                grow cp 20000
                | POLICY_VIOLATION Excessively large number of additional partitions per request.
                grow cp 4
                | NONE
                show cp
                | 0: replicas [1] isr [1] leader 1 epoch 0
                | 1: replicas [1] isr [1] leader 1 epoch 0
                | 2: replicas [1] isr [1] leader 1 epoch 0
                | 3: replicas [1] isr [1] leader 1 epoch 0
                """);
    }

    @Test
    void topicsAreDeleted() {
        check(oneBroker(), """
                create q1 1 1
                | q1: NONE, 1 partitions, replication factor 1
                delete nope q1 bad/name
                | nope: UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.
                | q1: NONE
                | bad/name: UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.
                delete q1
                | q1: UNKNOWN_TOPIC_OR_PARTITION This server does not host this topic-partition.
                delete a a
                | a: INVALID_REQUEST Duplicate topic name.
                """);
    }

    @Test
    void configsChangeOneByOne() {
        check(oneBroker(), """
                create ic 1 1
                | ic: NONE, 1 partitions, replication factor 1
                set topic/ic retention.ms=1000
                | NONE
                set topic/ic retention.ms=abc
                | INVALID_CONFIG Invalid value abc for configuration retention.ms: Not a number of type LONG
                set topic/ic nope=1
                | INVALID_CONFIG Unknown topic config name: nope
                append topic/ic retention.ms=5
                | INVALID_CONFIG Can't APPEND to key retention.ms because its type is not LIST.
                append topic/ic cleanup.policy=compact
                | NONE
                configs topic/ic
                | {cleanup.policy=delete,compact, retention.ms=1000}
                subtract topic/ic cleanup.policy=delete
                | NONE
                unset topic/ic retention.ms
                | NONE
                unset topic/ic retention.ms
                | NONE
                configs topic/ic
                | {cleanup.policy=compact}
                set topic/ic retention.ms
                | INVALID_REQUEST Null value not supported for : retention.ms
                set topic/ic retention.ms=1 retention.ms=2
                | INVALID_REQUEST Error due to duplicate config keys
                set topic/nope retention.ms=1
                | UNKNOWN_TOPIC_OR_PARTITION The topic 'nope' does not exist.
                set topic/ retention.ms=1
                | INVALID_REQUEST Default topic resources are not allowed.
                set broker/x log.cleaner.threads=2
                | INVALID_REQUEST Unable to parse broker name as a base 10 number.
                set broker/ background.threads=9
                | INVALID_REQUEST Cannot update these configs dynamically: [background.threads]
                set broker/ num.io.threads=9
                | NONE
                set broker/1 log.cleaner.threads=abc
                | INVALID_REQUEST Invalid value abc for configuration log.cleaner.threads: Not a number of type INT
                set client_metrics/ interval.ms=100
                | INVALID_REQUEST Subscription name can't be empty
                set group/ consumer.session.timeout.ms=45000
                | INVALID_REQUEST Default group resources are not allowed.
                set group/g consumer.session.timeout.ms=45000
                | NONE
                set broker_logger/1 kafka=DEBUG
                | INVALID_REQUEST Unknown resource type 8
                """);
    }

    @Test
    void aListCannotGrowBeyondWhatARecordHolds() {
        var script = oneBroker();
        script.run("create t 1 1");
        String many = IntStream.range(0, 6_000).mapToObj(i -> i + ":1").collect(Collectors.joining(","));
        assertThat(script.run("append topic/t follower.replication.throttled.replicas=" + many))
                .endsWith(
                        "| INVALID_CONFIG The configuration value cannot be added because it exceeds the maximum value"
                                + " size of 32767 bytes.\n");
    }

    @Test
    void configsAreReplaced() {
        check(oneBroker(), """
                create ic 1 1 segment.bytes=1048576
                | ic: NONE, 1 partitions, replication factor 1
                replace topic/ic retention.ms=7000
                | NONE
                configs topic/ic
                | {retention.ms=7000}
                replace topic/ic nope=1
                | INVALID_CONFIG Unknown topic config name: nope
                replace topic/ic
                | NONE
                configs topic/ic
                | {}
                """);
    }

    @Test
    void theSmallestIsrIsKnownToAllWhileLeadersCanBeEligible() {
        var script = oneBroker();
        assertThat(script.image().configs(ConfigResource.BROKER_DEFAULT)).containsEntry("min.insync.replicas", "1");
        check(script, """
                set broker/1 min.insync.replicas=1
                | INVALID_CONFIG Broker-level min.insync.replicas cannot be altered while ELR is enabled.
                unset broker/ min.insync.replicas
                | INVALID_CONFIG Cluster-level min.insync.replicas cannot be removed while ELR is enabled.
                replace broker/ log.cleaner.threads=2
                | INVALID_CONFIG Cluster-level min.insync.replicas cannot be removed while ELR is enabled.
                """);
        var without = new ControllerScript(new ControllerSettings(
                1,
                "cluster",
                Features.bootstrap(Map.of(FeaturesImage.METADATA_VERSION, MetadataVersion.LATEST.level())),
                Features.SUPPORTED,
                new ControllerSettings.Topics(1, (short) 1),
                new ControllerSettings.Snapshots(1000, 0),
                1000));
        check(without, """
                register 1
                | NONE
                set broker/1 min.insync.replicas=1
                | NONE
                feature eligible.leader.replicas.version 1 upgrade
                | NONE
                configs broker/1
                | {}
                configs broker/
                | {min.insync.replicas=1}
                """);
    }

    @Test
    void featuresChangeWithinWhatIsSupported() {
        check(oneBroker(), """
                feature nope 1 upgrade
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version 1 for feature nope. Local controller 1 does not support this feature.
                feature group.version 2 upgrade
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version 2 for feature group.version. Local controller 1 only supports versions 0-1
                feature group.version 0 upgrade
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version 0 for feature group.version. Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.
                feature group.version -1 upgrade
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version -1 for feature group.version. A feature version cannot be less than 0.
                feature group.version 1 9
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version 1 for feature group.version. The controller does not support the given upgrade type.
                feature share.version 1 safe
                | NONE
                feature share.version 2 safe
                | INVALID_UPDATE_VERSION The update failed for all features since the following feature had an error: Invalid update version 2 for feature share.version. Can't downgrade to a newer version.
                feature share.version 2 upgrade
                | NONE
                feature metadata.version 33 upgrade
                | NONE
                """);
    }

    @Test
    void leadersAreElectedWhereThereIsNeed() {
        check(oneBroker(), """
                create ic 1 1
                | ic: NONE, 1 partitions, replication factor 1
                elect preferred ic 0
                | ELECTION_NOT_NEEDED Leader election not needed for topic partition.
                elect preferred ic 5
                | UNKNOWN_TOPIC_OR_PARTITION No such partition as ic-5
                elect preferred nope 0
                | UNKNOWN_TOPIC_OR_PARTITION No such topic as nope
                elect 7 ic 0
                | INVALID_REQUEST Unknown election type 7
                """);
    }

    @Test
    void reassignmentsWithOneBroker() {
        check(oneBroker(), """
                create ic 1 1
                | ic: NONE, 1 partitions, replication factor 1
                reassign ic 0 cancel
                | NO_REASSIGNMENT_IN_PROGRESS
                reassign ic 0 1
                | NONE
                reassign ic 0 2
                | INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes broker 2, but no such broker is registered.
                reassign ic 0 1,1
                | INVALID_REPLICA_ASSIGNMENT The manual partition assignment includes the broker 1 more than once.
                reassign ic 5 1
                | UNKNOWN_TOPIC_OR_PARTITION Unable to find partition ic:5.
                reassign nope 0 1
                | UNKNOWN_TOPIC_OR_PARTITION Unable to find a topic named nope.
                reassignments
                """);
    }

    @Test
    void reassignmentsWithThree() {
        check(threeBrokers(), """
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                reassign t 0 3,2
                | NONE
                reassignments
                | t-0: [3, 2, 1], adding [3], removing [1]
                show t
                | 0: replicas [3, 2, 1] isr [1, 2] leader 1 epoch 0
                reassign t 0 cancel
                | NONE
                show t
                | 0: replicas [2, 1] isr [1, 2] leader 1 epoch 0
                reassign t 0 2
                | NONE
                show t
                | 0: replicas [2] isr [2] leader 2 epoch 1
                """);
    }

    @Test
    void quotas() {
        check("""
                quota user=u producer_byte_rate=1000
                | NONE
                quota user=u nope=1
                | INVALID_REQUEST Invalid configuration key nope
                quota ip=1.2.3.4 connection_creation_rate=5
                | NONE
                quota ip=1.2.3.4 producer_byte_rate=5
                | INVALID_REQUEST Invalid configuration key producer_byte_rate
                quota ip=not-an-ip connection_creation_rate=5
                | INVALID_REQUEST not-an-ip is not a valid IP or resolvable host.
                quota ip=1.2.3.4,user=x connection_creation_rate=5
                | INVALID_REQUEST Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId
                quota zoo=x producer_byte_rate=1
                | INVALID_REQUEST Unhandled client quota entity type: zoo
                quota - producer_byte_rate=1
                | INVALID_REQUEST Invalid empty client quota entity
                quota user= producer_byte_rate=1
                | INVALID_REQUEST Empty user not supported
                quota user=* producer_byte_rate=1
                | NONE
                quota user=u producer_byte_rate=-1
                | INVALID_REQUEST Quota producer_byte_rate must be greater than 0
                quota user=u producer_byte_rate=1.5
                | INVALID_REQUEST producer_byte_rate cannot be a fractional value.
                quota user=u request_percentage=1.5
                | NONE
                quota user=u producer_byte_rate=1e30
                | INVALID_REQUEST Proposed value for producer_byte_rate is too large for a LONG.
                quota user=u request_percentage=NaN
                | INVALID_REQUEST Quota request_percentage must be a finite number
                quota user=u producer_byte_rate=
                | NONE
                """);
    }

    @Test
    void producerIdsComeInBlocks() {
        check(oneBroker(), """
                ids 1
                | NONE, from 0, 1000 ids
                ids 1
                | NONE, from 1000, 1000 ids
                ids 2
                | STALE_BROKER_EPOCH, from -1, 0 ids
                """);
    }

    @Test
    void aBrokerLeadsAgainAfterARestartInANewEpoch() {
        check(oneBroker(), """
                create t 1 1
                | t: NONE, 1 partitions, replication factor 1
                register 1
                | NONE
                show t
                | 0: replicas [1] isr [] leader -1 epoch 1 eligible [1] last [1]
                unfence 1
                | NONE
                show t
                | 0: replicas [1] isr [1] leader 1 epoch 2
                shutdown 1
                | NONE, fenced, shut down
                show t
                | 0: replicas [1] isr [] leader -1 epoch 3 eligible [1] last [1]
                register 1 clean
                | NONE
                unfence 1
                | NONE
                show t
                | 0: replicas [1] isr [1] leader 1 epoch 4
                """);
    }

    @Test
    void theSameProcessRegistersAgain() {
        check(oneBroker(), """
                create t 1 1
                | t: NONE, 1 partitions, replication factor 1
                register 1 again
                | NONE
                show t
                | 0: replicas [1] isr [1] leader 1 epoch 0
                """);
    }

    @Test
    void aSecondProcessWithTheIdOfALivingBrokerIsRefused() {
        check(threeBrokers(), """
                register 2
                | DUPLICATE_BROKER_REGISTRATION
                advance 9000
                register 2
                | NONE
                """);
    }

    @Test
    void othersLeadWhenABrokerGoes() {
        check(threeBrokers(), """
                create t assigned 1,2,3
                | t: NONE, 1 partitions, replication factor 3
                set topic/t min.insync.replicas=2
                | NONE
                fence 1
                | NONE, fenced
                show t
                | 0: replicas [1, 2, 3] isr [2, 3] leader 2 epoch 1
                fence 2
                | NONE, fenced
                show t
                | 0: replicas [1, 2, 3] isr [3] leader 3 epoch 2 eligible [2]
                fence 3
                | NONE, fenced
                show t
                | 0: replicas [1, 2, 3] isr [] leader -1 epoch 3 eligible [2, 3] last [3]
                unfence 1
                | NONE
                show t
                | 0: replicas [1, 2, 3] isr [] leader -1 epoch 3 eligible [2, 3] last [3]
                unfence 2
                | NONE
                show t
                | 0: replicas [1, 2, 3] isr [2] leader 2 epoch 4 eligible [3] last [3]
                """);
    }

    @Test
    void replicaThatMayHaveLostRecordsIsNotEligible() {
        check(threeBrokers(), """
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                set topic/t min.insync.replicas=2
                | NONE
                fence 2
                | NONE, fenced
                advance 9000
                register 1
                | NONE
                show t
                | 0: replicas [1, 2] isr [] leader -1 epoch 1 eligible [2] last [1]
                register 2
                | NONE
                show t
                | 0: replicas [1, 2] isr [] leader -1 epoch 1 last [1]
                unfence 2
                | NONE
                show t
                | 0: replicas [1, 2] isr [] leader -1 epoch 1 last [1]
                unfence 1
                | NONE
                show t
                | 0: replicas [1, 2] isr [1] leader 1 epoch 2 recovering
                """);
    }

    @Test
    void thePreferredLeaderComesBack() {
        check(threeBrokers(), """
                create t assigned 1,2
                | t: NONE, 1 partitions, replication factor 2
                fence 1
                | NONE, fenced
                elect preferred t 0
                | PREFERRED_LEADER_NOT_AVAILABLE The preferred leader was not available.
                fence 2
                | NONE, fenced
                elect unclean t 0
                | ELIGIBLE_LEADERS_NOT_AVAILABLE Eligible topic partition leaders are not available.
                unfence 1
                | NONE
                show t
                | 0: replicas [1, 2] isr [] leader -1 epoch 2 eligible [2] last [2]
                elect unclean t 0
                | NONE
                show t
                | 0: replicas [1, 2] isr [1] leader 1 epoch 3 recovering
                """);
    }
}
