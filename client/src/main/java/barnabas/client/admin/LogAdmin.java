package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.TopicPartition;
import barnabas.protocol.message.DescribeLogDirsRequest;
import barnabas.protocol.message.DescribeLogDirsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Log directories of brokers and their contents.
public final class LogAdmin {
    /// One directory of one broker.
    ///
    /// @param partitions with their sizes in bytes
    /// @param totalBytes of the volume, -1 when the broker does not say
    /// @param usableBytes that are left on the volume, -1 when the broker does not say
    public record Directory(
            int brokerId, String path, Map<TopicPartition, Long> partitions, long totalBytes, long usableBytes) {
        public long bytes() {
            return partitions.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private final Cluster cluster;

    public LogAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// The directories of all brokers.
    public List<Directory> directories() throws ClientException {
        cluster.refresh(List.of(), false);
        var directories = new ArrayList<Directory>();
        for (int brokerId : cluster.metadata().brokers().keySet()) directories.addAll(directories(brokerId));
        return directories;
    }

    /// The directories of one broker.
    public List<Directory> directories(int brokerId) throws ClientException {
        var request = DescribeLogDirsRequest.builder().topics(null).build();
        var response = cluster.broker(brokerId, Lane.CALLS).call(request, DescribeLogDirsResponse.class);
        TopicAdmin.check("log directories of broker " + brokerId, response.errorCode(), null);
        var directories = new ArrayList<Directory>();
        for (var result : response.results()) {
            TopicAdmin.check("log directory " + result.logDir(), result.errorCode(), null);
            var partitions = new TreeMap<TopicPartition, Long>();
            for (var topic : result.topics()) {
                for (var each : topic.partitions()) {
                    partitions.put(new TopicPartition(topic.name(), each.partitionIndex()), each.partitionSize());
                }
            }
            directories.add(
                    new Directory(brokerId, result.logDir(), partitions, result.totalBytes(), result.usableBytes()));
        }
        return directories;
    }
}
