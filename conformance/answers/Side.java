import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.Records;

/// One of the two brokers, with the topics and the group that requests are about.
final class Side {
    /// Answers of a broker that is still starting.
    private static final Predicate<String> LOADING =
            Pattern.compile("COORDINATOR_LOAD_IN_PROGRESS|LEADER_NOT_AVAILABLE").asPredicate();

    /// Of timestamps, which follow each broker's clock.
    private static final Pattern LIMITS = Pattern.compile("within \\[-?\\d+, -?\\d+]");

    private static final int LOADING_ATTEMPTS_MAX = 20;

    private final BrokerConnection connection;
    private final Map<String, Uuid> topicIds = new HashMap<>();

    Side(BrokerConnection connection) {
        this.connection = connection;
    }

    /// A broker that is still loading is asked again: the other one may have changed something already.
    List<String> ask(Answers each, ApiMessage request) {
        try {
            if (each.number % 2 == 0 && !each.changesNothing()) commit("g" + each.number);
            ByteBuffer body =
                    MessageUtil.toByteBufferAccessor(request, each.version).buffer();
            Uuid topicId = topicIds.get(each.topic);
            replace(body, Answers.TOPIC_ID, topicId);
            for (int attempt = 0; ; attempt++) {
                var found = new ArrayList<String>();
                ApiMessage answer = connection.exchange(each.key, each.version, body.duplicate());
                Answers.collect("", answer, found);
                if (answer instanceof ProduceResponseData produced && found.isEmpty())
                    found.addAll(stored(each.topic, request, produced));
                found.replaceAll(text -> LIMITS.matcher(text.replace(topicId.toString(), "TOPIC_ID"))
                        .replaceAll("within LIMITS"));
                found.sort(null);
                if (attempt == LOADING_ATTEMPTS_MAX || found.stream().noneMatch(LOADING)) return found;
                Thread.sleep(200);
            }
        } catch (SocketTimeoutException e) {
            return List.of("no answer");
        } catch (IOException e) {
            return List.of("closed");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Text of what a reader gets of an accepted batch. A time that the broker has set is left out.
    private List<String> stored(String topic, ApiMessage request, ProduceResponseData answer) throws Exception {
        int index = ((ProduceRequestData) request).topicData().iterator().next().partitionData().getFirst().index();
        long base = answer.responses().iterator().next().partitionResponses().getFirst().baseOffset();
        var wanted = new FetchRequestData.FetchPartition()
                .setPartition(index)
                .setFetchOffset(base)
                .setPartitionMaxBytes(1);
        var fetch = new FetchRequestData()
                .setMaxWaitMs(1_000)
                .setMinBytes(1)
                .setMaxBytes(1)
                .setTopics(List.of(new FetchRequestData.FetchTopic().setTopic(topic).setPartitions(List.of(wanted))));
        var read = (FetchResponseData) connection.exchange(ApiKeys.FETCH, (short) 12, fetch);
        var records = (Records) read.responses().getFirst().partitions().getFirst().records();
        return OddBatches.described(records.batches().iterator().next(), base);
    }

    private static void replace(ByteBuffer body, Uuid from, Uuid to) {
        for (int at = 0; at + 16 <= body.limit(); at++) {
            if (body.getLong(at) != from.getMostSignificantBits()
                    || body.getLong(at + 8) != from.getLeastSignificantBits()) continue;
            body.putLong(at, to.getMostSignificantBits());
            body.putLong(at + 8, to.getLeastSignificantBits());
        }
    }

    /// Topics, and coordinators for groups and transactions, so that both are asked in the same state.
    void prepare(List<Answers> all) throws Exception {
        for (byte type = 0; type < 2; type++) {
            var find = new FindCoordinatorRequestData().setKeyType(type).setCoordinatorKeys(List.of("g"));
            until(() -> ((FindCoordinatorResponseData) connection.exchange(ApiKeys.FIND_COORDINATOR, (short) 4, find))
                            .coordinators()
                            .getFirst()
                            .errorCode()
                    == 0);
        }
        until(() -> ((ListGroupsResponseData)
                                connection.exchange(ApiKeys.LIST_GROUPS, (short) 4, new ListGroupsRequestData()))
                        .errorCode()
                == 0);
        create(List.of("t"));
        create(OddBatches.TOPICS);
        var own = new ArrayList<String>();
        for (Answers each : all) if (each.changesTopics()) own.add(each.topic);
        for (int at = 0; at < own.size(); at += 50) create(own.subList(at, Math.min(at + 50, own.size())));
        commit("g");
    }

    private void create(List<String> names) throws Exception {
        var plain = new HashMap<String, Map<String, String>>();
        for (String name : names) plain.put(name, Map.of());
        create(plain);
    }

    private void create(Map<String, Map<String, String>> named) throws Exception {
        var topics = new CreateTopicsRequestData().setTimeoutMs(10_000);
        var wanted = new MetadataRequestData().setAllowAutoTopicCreation(false);
        named.forEach((name, settings) -> {
            var topic = new CreatableTopic().setName(name).setNumPartitions(2).setReplicationFactor((short) 1);
            settings.forEach((key, value) -> topic.configs()
                    .add(new CreateTopicsRequestData.CreatableTopicConfig().setName(key).setValue(value)));
            topics.topics().add(topic);
            wanted.topics().add(new MetadataRequestData.MetadataRequestTopic().setName(name));
        });
        connection.exchange(ApiKeys.CREATE_TOPICS, (short) 7, topics);
        until(() -> {
            var known = (MetadataResponseData) connection.exchange(ApiKeys.METADATA, (short) 12, wanted);
            for (var topic : known.topics()) {
                topicIds.put(topic.name(), topic.topicId());
                if (topic.errorCode() != 0 || topic.partitions().size() != 2) return false;
                for (var partition : topic.partitions()) if (partition.errorCode() != 0) return false;
            }
            return true;
        });
    }

    /// A group that is there.
    private void commit(String group) throws Exception {
        var partition = new OffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(0);
        var topic = new OffsetCommitRequestTopic().setName("t").setPartitions(List.of(partition));
        connection.exchange(
                ApiKeys.OFFSET_COMMIT,
                (short) 8,
                new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(topic)));
    }

    private static void until(Callable<Boolean> done) throws Exception {
        while (!done.call()) Thread.sleep(200);
    }
}
