package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.group.ClassicMembership;
import barnabas.client.group.GroupLink;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestPartition;
import barnabas.protocol.message.OffsetDeleteRequest.OffsetDeleteRequestTopic;
import barnabas.protocol.message.OffsetDeleteResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Groups: which there are, who is in them, removing them. Their offsets are in
/// [barnabas.client.group.GroupOffsets].
public final class GroupAdmin {
    /// A group in a list.
    ///
    /// @param type `Classic`, `Consumer`, `Share`, `Streams`; empty from brokers that do not say
    public record Listing(String id, String type, String protocolType, String state, int coordinatorId) {}

    /// A member of a group.
    public record Member(
            String id, @Nullable String instanceId, String clientId, String host, Set<TopicPartition> partitions) {}

    /// A group with its members.
    ///
    /// @param assignor by which partitions are given out; empty without one
    /// @param epoch of the group, -1 in the classic protocol
    public record Description(
            String id, String type, String state, String assignor, int epoch, int coordinatorId, List<Member> members) {
        /// Offsets of a group can be moved only while it has no members.
        public boolean isActive() {
            return !members.isEmpty();
        }
    }

    private final Cluster cluster;

    public GroupAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All groups of all coordinators, by name.
    public List<Listing> list() throws ClientException {
        cluster.refresh(List.of(), false);
        var groups = new TreeMap<String, Listing>();
        for (int brokerId : cluster.metadata().brokers().keySet()) {
            cluster.retrying(cluster.deadline(), () -> {
                var response = cluster.broker(brokerId, Lane.CALLS)
                        .call(ListGroupsRequest.builder().build(), ListGroupsResponse.class);
                TopicAdmin.check("list groups", response.errorCode(), null);
                for (var each : response.groups()) {
                    groups.put(
                            each.groupId(),
                            new Listing(
                                    each.groupId(),
                                    capitalized(each.groupType()),
                                    each.protocolType(),
                                    each.groupState(),
                                    brokerId));
                }
                return true;
            });
        }
        return List.copyOf(groups.values());
    }

    /// On the wire the types are in small letters; Kafka's own tools show them as the states are.
    private static String capitalized(String type) {
        return type.isEmpty() ? type : Character.toUpperCase(type.charAt(0)) + type.substring(1);
    }

    /// @throws RequestFailedException GROUP_ID_NOT_FOUND when there is no such group
    public Description describe(String groupId) throws ClientException {
        var link = new GroupLink(cluster, groupId);
        return cluster.retrying(cluster.deadline(), () -> {
            var connection = link.connection();
            int coordinator = cluster.brokerId(connection.address());
            if (connection.apiVersions().version(ApiKey.CONSUMER_GROUP_DESCRIBE).isPresent()) {
                try {
                    return describeConsumer(link, coordinator);
                } catch (RequestFailedException e) {
                    // It may be of the classic kind.
                    if (e.error() != ErrorCode.GROUP_ID_NOT_FOUND && e.error() != ErrorCode.UNSUPPORTED_VERSION)
                        throw e;
                }
            }
            return describeClassic(link, coordinator);
        });
    }

    private static Description describeConsumer(GroupLink link, int coordinator) throws ClientException {
        var request = ConsumerGroupDescribeRequest.builder()
                .groupIds(List.of(link.groupId()))
                .build();
        var response = link.connection().call(request, ConsumerGroupDescribeResponse.class);
        for (var group : response.groups()) {
            link.check("describe group", group.errorCode(), group.errorMessage());
            var members = new ArrayList<Member>();
            for (var each : group.members()) {
                var partitions = new TreeSet<TopicPartition>();
                for (var topic : each.assignment().topicPartitions()) {
                    for (int number : topic.partitions()) partitions.add(new TopicPartition(topic.topicName(), number));
                }
                members.add(
                        new Member(each.memberId(), each.instanceId(), each.clientId(), each.clientHost(), partitions));
            }
            return new Description(
                    group.groupId(),
                    "Consumer",
                    group.groupState(),
                    group.assignorName(),
                    group.groupEpoch(),
                    coordinator,
                    members);
        }
        throw TopicAdmin.missing("describe group '" + link.groupId() + "'");
    }

    private static Description describeClassic(GroupLink link, int coordinator) throws ClientException {
        var request =
                DescribeGroupsRequest.builder().groups(List.of(link.groupId())).build();
        var response = link.connection().call(request, DescribeGroupsResponse.class);
        for (var group : response.groups()) {
            link.check("describe group", group.errorCode(), group.errorMessage());
            // Brokers before 3.9 describe a group that is not there as a dead one.
            if (group.groupState().equals("Dead")) {
                throw new RequestFailedException(
                        "describe group '" + link.groupId() + "'", ErrorCode.GROUP_ID_NOT_FOUND, null);
            }
            boolean ofConsumers = group.protocolType().equals("consumer");
            var members = new ArrayList<Member>();
            for (var each : group.members()) {
                var assignment = ofConsumers ? each.memberAssignment() : ByteBuffer.allocate(0);
                members.add(new Member(
                        each.memberId(),
                        each.groupInstanceId(),
                        each.clientId(),
                        each.clientHost(),
                        new TreeSet<>(ClassicMembership.partitionsOf(assignment))));
            }
            return new Description(
                    group.groupId(), "Classic", group.groupState(), group.protocolData(), -1, coordinator, members);
        }
        throw TopicAdmin.missing("describe group '" + link.groupId() + "'");
    }

    /// @throws RequestFailedException NON_EMPTY_GROUP while it has members
    public void delete(String groupId) throws ClientException {
        var link = new GroupLink(cluster, groupId);
        var request =
                DeleteGroupsRequest.builder().groupsNames(List.of(groupId)).build();
        cluster.retrying(cluster.deadline(), () -> {
            var response = link.connection().call(request, DeleteGroupsResponse.class);
            for (var each : response.results()) {
                link.check("delete group", each.errorCode(), each.errorMessage());
                return true;
            }
            throw TopicAdmin.missing("delete group '" + groupId + "'");
        });
    }

    /// Forgets what a group committed for partitions.
    public void deleteOffsets(String groupId, Collection<TopicPartition> partitions) throws ClientException {
        var byTopic = new TreeMap<String, List<OffsetDeleteRequestPartition>>();
        for (var each : partitions) {
            byTopic.computeIfAbsent(each.topic(), topic -> new ArrayList<>())
                    .add(new OffsetDeleteRequestPartition(each.partition()));
        }
        var topics = new ArrayList<OffsetDeleteRequestTopic>();
        for (Map.Entry<String, List<OffsetDeleteRequestPartition>> each : byTopic.entrySet()) {
            topics.add(new OffsetDeleteRequestTopic(each.getKey(), each.getValue()));
        }
        var link = new GroupLink(cluster, groupId);
        var request =
                OffsetDeleteRequest.builder().groupId(groupId).topics(topics).build();
        cluster.retrying(cluster.deadline(), () -> {
            var response = link.connection().call(request, OffsetDeleteResponse.class);
            link.check("delete offsets of group", response.errorCode(), null);
            for (var topic : response.topics()) {
                for (var each : topic.partitions()) {
                    link.check("delete offsets of group", each.errorCode(), topic.name() + "-" + each.partitionIndex());
                }
            }
            return true;
        });
    }
}
