package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Traffic of the quorum is among the metrics of its nodes, under Kafka's names.
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class QuorumMetricsTest {
    private static final String CHANNEL = "kafka_server_raftchannelmetrics_";
    private static final String COMMIT = "kafka_server_raftmetrics_commit_latency_avg";

    @TempDir
    private Path folder;

    private static double value(Barnabas node, String name) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI page = URI.create(node.httpUrls().getFirst() + "/metrics");
            String body = client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                    .body();
            for (String line : body.split("\n", -1))
                if (line.startsWith(name + " ")) return Double.parseDouble(line.substring(name.length() + 1));
        }
        throw new AssertionError("no " + name);
    }

    @Test
    void followersCountWhatTheyAskAndTheLeaderItsCommits() throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            for (int id = 1; id <= 3; id++) {
                ClusterNode.format(id, folder);
                settings.put(id, cluster.settings(id));
                settings.get(id).put("barnabas.http.listeners", "http://127.0.0.1:0");
            }
            cluster.start(settings);
            LocalCluster.await("a leader measures its commits", () -> {
                int measured = 0;
                for (Barnabas each : cluster.nodes().values()) if (value(each, COMMIT) >= 0) measured++;
                return measured >= 1;
            });
            for (Barnabas each : cluster.nodes().values()) {
                if (value(each, COMMIT) >= 0) continue;
                // a follower fetches all the time
                double before = value(each, CHANNEL + "response_total");
                LocalCluster.await("answers", () -> value(each, CHANNEL + "response_total") > before);
                assertThat(value(each, CHANNEL + "request_total")).isGreaterThanOrEqualTo(before);
                assertThat(value(each, CHANNEL + "outgoing_byte_total")).isGreaterThan(10 * before);
                assertThat(value(each, CHANNEL + "incoming_byte_total")).isGreaterThan(10 * before);
            }
        }
    }
}
