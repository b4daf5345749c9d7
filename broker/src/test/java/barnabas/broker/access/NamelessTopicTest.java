package barnabas.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.GuardedBroker;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import barnabas.protocol.message.ProduceRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A topic with an empty name, from versions that name topics, is one that the client has no right on; the id zero,
/// from
/// versions with ids, is unknown. Both as with Apache Kafka.
class NamelessTopicTest {
    private static final String DENIED = "rrorCode=" + ErrorCode.TOPIC_AUTHORIZATION_FAILED.code();
    private static final String UNKNOWN = "rrorCode=" + ErrorCode.UNKNOWN_TOPIC_ID.code();

    @TempDir
    Path data;

    @Test
    void emptyNamesAreDeniedAndIdsThatAreZeroAreUnknown() throws Exception {
        try (var broker = GuardedBroker.start(data, Map.of())) {
            prepareGroup(broker);
            expect(broker, ApiKey.PRODUCE, 3, 13, produce());
            expect(broker, ApiKey.FETCH, 4, 13, fetch());
            expect(broker, ApiKey.OFFSET_COMMIT, 2, 10, offsetCommit());
            expect(broker, ApiKey.OFFSET_FETCH, 8, 10, offsetFetch());
        }
    }

    /// A number that is not there, or a replica of another broker, is denied like one that is here, so that the answer
    /// says nothing of the topic.
    @Test
    void aPartitionThatIsNotHereIsDeniedLikeOneThatIs() throws Exception {
        try (var broker = GuardedBroker.start(data, Map.of());
                Admin admin = broker.admin("ADMIN")) {
            var made = admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)));
            made.all().get();
            var id = made.topicId("orders").get();
            var topic = new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
            for (int index : List.of(0, 1)) {
                for (int follower : List.of(-1, 7)) {
                    String answer =
                            String.valueOf(broker.ask("ALICE", ApiKey.FETCH, 17, fetch(topic, index, follower)));
                    assertThat(answer)
                            .as("partition %d, replica id %d", index, follower)
                            .contains(DENIED);
                }
            }
            assertThat(String.valueOf(broker.ask("ALICE", ApiKey.FETCH, 17, fetch(new Uuid(1, 2), 0, -1))))
                    .contains(UNKNOWN);
            // A follower without its right learns nothing of any id.
            assertThat(String.valueOf(broker.ask("ALICE", ApiKey.FETCH, 17, fetch(new Uuid(1, 2), 0, 7))))
                    .contains(DENIED);
        }
    }

    private static void prepareGroup(GuardedBroker broker) throws Exception {
        try (Admin admin = broker.admin("ADMIN")) {
            var entry = new AccessControlEntry("User:alice", "*", AclOperation.ALL, AclPermissionType.ALLOW);
            var group = new ResourcePattern(ResourceType.GROUP, "g", PatternType.LITERAL);
            admin.createAcls(List.of(new AclBinding(group, entry))).all().get();
            // Only once a group has a coordinator are its offsets told.
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                    .all()
                    .get();
            var offsets = Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(0));
            admin.alterConsumerGroupOffsets("g", offsets).all().get();
        }
    }

    /// In all versions from `first` up to the first one with ids.
    private static void expect(GuardedBroker broker, ApiKey key, int first, int idsSince, RequestMessage request)
            throws IOException {
        for (int version = first; version <= idsSince; version++) {
            String answer = String.valueOf(broker.ask("ALICE", key, version, request));
            assertThat(answer).as("%s version %d", key, version).contains(version < idsSince ? DENIED : UNKNOWN);
        }
    }

    private static RequestMessage produce() {
        var partition = ProduceRequest.PartitionProduceData.builder()
                .records(new RecordData.InMemory(ByteBuffer.allocate(0)))
                .build();
        return ProduceRequest.builder()
                .acks((short) 1)
                .timeoutMs(10_000)
                .topicData(List.of(ProduceRequest.TopicProduceData.builder()
                        .partitionData(List.of(partition))
                        .build()))
                .build();
    }

    private static RequestMessage fetch() {
        return fetch(Uuid.ZERO, 0, -1);
    }

    private static RequestMessage fetch(Uuid topic, int index, int follower) {
        var partition = FetchRequest.FetchPartition.builder()
                .partition(index)
                .partitionMaxBytes(1000)
                .build();
        return FetchRequest.builder()
                .replicaId(-1)
                .replicaState(FetchRequest.ReplicaState.builder()
                        .replicaId(follower)
                        .replicaEpoch(-1)
                        .build())
                .maxBytes(1000)
                .topics(List.of(FetchRequest.FetchTopic.builder()
                        .topicId(topic)
                        .partitions(List.of(partition))
                        .build()))
                .build();
    }

    private static RequestMessage offsetCommit() {
        var partition =
                OffsetCommitRequestPartition.builder().committedOffset(1).build();
        return OffsetCommitRequest.builder()
                .groupId("g")
                .generationIdOrMemberEpoch(-1)
                .topics(List.of(OffsetCommitRequestTopic.builder()
                        .partitions(List.of(partition))
                        .build()))
                .build();
    }

    private static RequestMessage offsetFetch() {
        return OffsetFetchRequest.builder()
                .groups(List.of(OffsetFetchRequestGroup.builder()
                        .groupId("g")
                        .topics(List.of(OffsetFetchRequestTopics.builder()
                                .partitionIndexes(List.of(0))
                                .build()))
                        .build()))
                .build();
    }
}
