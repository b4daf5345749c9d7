package barnabas.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The REST interface of one node shows and changes the whole cluster, also while another node is gone.
@Timeout(300)
class ClusterConsoleTest {
    private static final Pattern REPLICAS = Pattern.compile("\"replicas\":\\[(\\d),(\\d),(\\d)]");

    private static final Pattern RECORDS_IN = Pattern.compile("\"messagesin\":(\\d+)");

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> send(BarnabasCluster cluster, int node, String method, String path, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create(cluster.node(node).httpUrls().getFirst() + "/api/v1" + path))
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private String get(BarnabasCluster cluster, int node, String path) throws IOException, InterruptedException {
        return send(cluster, node, "GET", path, "").body();
    }

    /// Asks again until the answer has all of these parts.
    private void await(BarnabasCluster cluster, int node, String path, String... parts) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String answer = get(cluster, node, path);
            boolean whole = true;
            for (String each : parts) whole &= answer.contains(each);
            if (whole) return;
            assertThat(System.nanoTime()).as(path + ": " + answer).isLessThan(end);
        }
    }

    /// Asks again while the cluster elects. A change whose answer was lost may have been made already.
    private void change(BarnabasCluster cluster, int node, String path, String body) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            HttpResponse<String> answer = send(cluster, node, "POST", path, body);
            if (answer.statusCode() == 200 || answer.body().contains("TOPIC_ALREADY_EXISTS")) return;
            assertThat(System.nanoTime()).as(path + ": " + answer.body()).isLessThan(end);
        }
    }

    /// Asks again until the counters of three nodes have at least this many records together.
    private void awaitRecordsIn(BarnabasCluster cluster, int node, long count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String answer = get(cluster, node, "/overview");
            long[] found = RECORDS_IN
                    .matcher(answer.substring(answer.indexOf("\"traffic\":")))
                    .results()
                    .mapToLong(each -> Long.parseLong(each.group(1)))
                    .toArray();
            if (found.length == 3 && LongStream.of(found).sum() >= count && answer.contains("\"trafficUnknown\":[]"))
                return;
            assertThat(System.nanoTime()).as(answer).isLessThan(end);
        }
    }

    @Test
    void everyNodeShowsTheWholeCluster() throws Exception {
        try (var cluster = BarnabasCluster.start(3, Map.of("barnabas.http.listeners", "http://127.0.0.1:0"))) {
            String topic = "{\"name\":\"all\",\"partitions\":6,\"replicationFactor\":3,"
                    + "\"configs\":{\"min.insync.replicas\":1}}";
            change(cluster, 2, "/topics", topic);
            await(cluster, 3, "/topics/all", "\"name\":\"all\"");
            await(cluster, 1, "/overview", "All 3 nodes serve all partitions");
            for (int i = 0; i < 6; i++) {
                change(
                        cluster,
                        1 + i % 3,
                        "/topics/all/records",
                        "{\"value\":\"value-" + i + "\",\"partition\":" + i + "}");
            }
            for (int node = 1; node <= 3; node++)
                await(
                        cluster,
                        node,
                        "/topics/all/records",
                        "value-0",
                        "value-1",
                        "value-2",
                        "value-3",
                        "value-4",
                        "value-5");
            for (int node = 1; node <= 3; node++) awaitRecordsIn(cluster, node, 6);
            List<MatchResult> replicas = REPLICAS.matcher(get(cluster, 1, "/topics/all/partitions"))
                    .results()
                    .toList();
            assertThat(replicas)
                    .hasSize(6)
                    .allSatisfy(each -> assertThat(List.of(each.group(1), each.group(2), each.group(3)))
                            .containsExactlyInAnyOrder("1", "2", "3"));
            await(cluster, 1, "/cluster", "\"broker\":1", "\"broker\":2", "\"broker\":3", "\"leader\"");

            cluster.kill(3);
            await(cluster, 1, "/overview", "Broker 3 is registered, but", "a replica that is not in sync");
            await(cluster, 2, "/topics/all/records", "value-0", "value-1", "value-2", "value-3", "value-4", "value-5");
            await(cluster, 2, "/topics?q=all", "\"underReplicated\":6");
            cluster.restart(3);
            await(cluster, 2, "/overview", "All 3 nodes serve all partitions");
        }
    }
}
