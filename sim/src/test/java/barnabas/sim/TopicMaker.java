package barnabas.sim;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.MetadataResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Creates topics, deletes some, and asks nodes which there are.
final class TopicMaker implements Runnable {
    private static final int CREATE_VERSION = 7;
    private static final int DELETE_VERSION = 5;
    private static final int REQUEST_MILLIS = 2_500;
    /// Short, so that faults meet segments that roll.
    private static final String SEGMENT_MILLIS = "1500";

    private static final int PAUSE_NANOS_MAX = 500_000_000;

    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private int made;

    TopicMaker(Client client, Work work) {
        this.client = client;
        this.work = work;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            int node = client.anyNode();
            if (random.nextBoolean()) {
                look(node);
            } else {
                String topic = "made-" + made++;
                // One that was asked for twice might be created by the first request after it was deleted.
                if (create(node, topic, 1 + random.nextInt(2)) && random.nextBoolean()) delete(client.anyNode(), topic);
            }
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    /// True when the topic was created, or was there already.
    boolean create(int node, String topic, int partitions) {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(CreatableTopic.builder()
                        .name(topic)
                        .numPartitions(partitions)
                        .replicationFactor((short) (work.settings().replicated() ? 3 : 1))
                        .configs(List.of(new CreatableTopicConfig("segment.ms", SEGMENT_MILLIS)))
                        .build()))
                .timeoutMs(REQUEST_MILLIS)
                .build();
        CreateTopicsResponse response = client.ask(node, CREATE_VERSION, request, CreateTopicsResponse.class);
        if (response == null) return false;
        short error = response.topics().getFirst().errorCode();
        if (error == ErrorCode.TOPIC_ALREADY_EXISTS.code()) return true;
        if (error != 0) return false;
        work.topics().created(node, topic);
        return true;
    }

    private void delete(int node, String topic) {
        work.topics().deleting(topic);
        var request = DeleteTopicsRequest.builder()
                .topicNames(List.of(topic))
                .topics(List.<DeleteTopicState>of())
                .timeoutMs(REQUEST_MILLIS)
                .build();
        DeleteTopicsResponse response = client.ask(node, DELETE_VERSION, request, DeleteTopicsResponse.class);
        if (response != null && response.responses().getFirst().errorCode() == 0)
            work.topics().deleted(node, topic);
    }

    /// False when the node did not answer.
    boolean look(int node) {
        return look(node, work.topics().expected(node));
    }

    boolean look(int node, Set<String> expected) {
        Set<String> gone = work.topics().expectedGone(node);
        MetadataResponse metadata = client.metadata(node);
        if (metadata == null) return false;
        var there = new HashSet<String>();
        for (var topic : metadata.topics()) there.add(String.valueOf(topic.name()));
        work.topics().seen(node, there, expected, gone);
        return true;
    }
}
