package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.cluster.QuorumMembership;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.net.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Replicas that move off a node and back onto it, with one controller and four brokers in this process.
@Timeout(240)
class ClusterMovesTest {
    private static final String CLUSTER_ID = "c2l4dGVlbiBieXRlcyBpZA";
    private static final String DIRECTORY_IDS = "AAAAAAAAAAAAAAAAAAAA";

    @TempDir
    private Path folder;

    private final ScriptedConsole console = new ScriptedConsole();
    private final Map<Integer, Barnabas> nodes = new TreeMap<>();
    private int controllerPort;

    @BeforeEach
    void start() throws Exception {
        controllerPort = FreePorts.choose(1).getFirst();
        for (int id = 1; id <= 4; id++) {
            Path data = Files.createDirectories(folder.resolve("n" + id));
            Files.writeString(
                    data.resolve("meta.properties"),
                    "version=1\ncluster.id=" + CLUSTER_ID + "\nnode.id=" + id + "\ndirectory.id=" + DIRECTORY_IDS
                            + (char) ('a' + id) + "A\n");
            startNode(id);
        }
    }

    private void startNode(int id) throws Exception {
        var settings = new HashMap<String, String>();
        settings.put("node.id", "" + id);
        settings.put("process.roles", id == 1 ? "broker,controller" : "broker");
        String controller = ",CONTROLLER://127.0.0.1:" + controllerPort;
        settings.put("listeners", "PLAINTEXT://127.0.0.1:0" + (id == 1 ? controller : ""));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("log.dirs", folder.resolve("n" + id).toString());
        settings.put("barnabas.http.listeners", "");
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var _)))
            throw new IllegalArgumentException("settings");
        nodes.put(id, Barnabas.start(config, new QuorumMembership(config)));
    }

    @AfterEach
    void stop() {
        for (int id = 4; id >= 1; id--)
            if (nodes.containsKey(id)) nodes.remove(id).close();
    }

    private String addresses() {
        return nodes.get(1).bootstrapServers();
    }

    private int run(String... command) {
        var all = new String[command.length + 2];
        System.arraycopy(command, 0, all, 0, command.length);
        all[command.length] = "-b";
        all[command.length + 1] = addresses();
        return console.run(all);
    }

    /// Replicas on node 4, as `cluster status` shows them.
    private int replicas() {
        assertThat(run("cluster", "status", "--json")).as(console.err()).isZero();
        String text = console.out();
        Matcher found = Pattern.compile("\"id\" ?: ?4,.*?\"replicas\" ?: ?([0-9]+)", Pattern.DOTALL)
                .matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void aNodeIsEmptiedFilledAndRemoved() throws Exception {
        assertThat(run("topic", "create", "orders", "--partitions", "8", "--replication-factor", "2"))
                .isZero();
        console.input("a\nb\nc\nd\n");
        assertThat(run("produce", "orders")).isZero();
        int first = replicas();
        assertThat(first).as("where they are put is random").isPositive();

        assertThat(run("cluster", "drain", "4")).isZero();
        assertThat(console.out()).startsWith("Plan: " + first + " replicas move, ");
        assertThat(console.err()).isEqualTo("nothing has moved yet: add --execute to move the replicas\n");
        assertThat(replicas()).isEqualTo(first);

        assertThat(run("cluster", "drain", "4", "--execute")).as(console.err()).isZero();
        assertThat(console.out()).endsWith("Node 4 has no replicas\n");
        assertThat(replicas()).isZero();
        assertThat(run("topic", "create", "later", "--partitions", "6", "--replication-factor", "2"))
                .isZero();
        assertThat(replicas()).as("it takes no new partitions").isZero();

        assertThat(run("cluster", "drain", "3", "--execute")).as(console.err()).isZero();
        assertThat(replicas()).as("nor those of another drained node").isZero();
        assertThat(run("cluster", "add", "3", "--execute")).as(console.err()).isZero();

        assertThat(run("cluster", "add", "4", "--throttle", "10000000", "--execute"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).endsWith("Node 4 has its share\n");
        assertThat(replicas()).as("a quarter of 28").isEqualTo(7);
        assertThat(run("cluster", "add", "4")).isZero();
        assertThat(console.out()).startsWith("Plan: 0 replicas move, ");

        assertThat(run("cluster", "add", "9")).isOne();
        assertThat(console.err()).contains("node 9 does not run as a broker");

        var removal = new RunningCommand("cluster", "remove", "4", "--execute", "-b", addresses());
        String _ = removal.await(text -> text.contains("stop it now"));
        nodes.remove(4).close();
        String _ = removal.await(text -> text.contains("Node 4 is removed"));
        assertThat(removal.join()).isZero();
        assertThat(run("consume", "orders", "--from", "beginning", "--max", "4"))
                .isZero();
        assertThat(console.out().lines()).containsExactlyInAnyOrder("a", "b", "c", "d");
    }
}
