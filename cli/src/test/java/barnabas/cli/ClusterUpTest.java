package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Local clusters of real processes.
@Timeout(180)
class ClusterUpTest {
    private static final String READY = "Barnabas cluster ready on ";

    @TempDir
    private Path folder;

    private final ScriptedConsole console = new ScriptedConsole();

    private RunningCommand up() {
        return new RunningCommand("cluster", "up", "--port", "0", "--data", folder.toString());
    }

    private static String addresses(RunningCommand cluster) throws InterruptedException {
        return cluster.await(text -> text.contains(READY) && text.endsWith("\n"))
                .substring(READY.length())
                .strip();
    }

    private ProcessHandle process(int id) throws IOException {
        String pid = Files.readString(folder.resolve("node-" + id).resolve("pid"));
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    /// Without the lines of a start that takes long.
    private static String problems(RunningCommand cluster) {
        return cluster.err().replaceAll("(?m)^waiting .*\\n", "");
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void servesShowsItsStateRestartsAndKeepsItsData() throws Exception {
        RunningCommand cluster = up();
        String addresses = addresses(cluster);
        assertThat(addresses.split(",")).hasSize(3);
        assertThat(console.run("topic", "create", "orders", "-b", addresses)).isZero();
        console.input("a\nb\n");
        assertThat(console.run("produce", "orders", "-b", addresses)).isZero();

        assertThat(console.run("cluster", "status", "--bootstrap-server", addresses))
                .isZero();
        assertThat(console.out()).contains("1 in 1 topic, 0 under-replicated, 0 offline", "controller", "voter");

        ProcessHandle before = process(2);
        // The nodes are children of the cluster's process: what is written there harms no other process.
        Files.writeString(folder.resolve("node-1").resolve("pid"), "not a number");
        Files.writeString(
                folder.resolve("node-3").resolve("pid"),
                Long.toString(ProcessHandle.current().pid()));
        assertThat(console.run("cluster", "restart", "--data", folder.toString()))
                .as(console.err())
                .isZero();
        assertThat(console.out().lines()).hasSize(3).allMatch(line -> line.contains("restarted and in sync"));
        assertThat(process(2)).isNotEqualTo(before);
        assertThat(problems(cluster)).isEmpty();

        assertThat(console.run(
                        "topic", "create", "single", "--partitions", "3", "--replication-factor", "1", "-b", addresses))
                .isZero();
        ProcessHandle dying = process(1);
        dying.destroyForcibly();
        await(() -> !problems(cluster).isEmpty());
        assertThat(problems(cluster))
                .hasLineCount(1)
                .contains("node 1 (process " + dying.pid() + ") ended with exit code 137", "node-1/node.log");

        await(() -> console.run("cluster", "status", "-b", addresses) == 1);
        assertThat(console.out()).contains("down", "1 under-replicated, 1 offline", "offline");

        // A node that cannot start is not said to be in sync because another process answers in its place.
        Path config = folder.resolve("node-1").resolve("server.properties");
        String settings = Files.readString(config);
        Files.writeString(config, settings + "log.dirs=" + folder.resolve("elsewhere") + "\n");
        assertThat(console.run("cluster", "restart", "--data", folder.toString(), "--node", "1"))
                .isEqualTo(1);
        assertThat(console.err()).contains("node 1 ended when it was started", "node-1/node.log");
        Files.writeString(config, settings);

        // Nor does a node whose process cannot be started end the others.
        Path log = folder.resolve("node-1").resolve("node.log");
        Path aside = folder.resolve("node-1").resolve("aside.log");
        Files.move(log, aside);
        Files.createDirectory(log);
        assertThat(console.run("cluster", "restart", "--data", folder.toString(), "--node", "1"))
                .isEqualTo(1);
        assertThat(problems(cluster)).contains("node 1 was not started: ");
        Files.delete(log);
        Files.move(aside, log);
        assertThat(console.run("cluster", "restart", "--data", folder.toString(), "--node", "1"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("Node 1 started and in sync");
        assertThat(console.run("cluster", "restart", "--data", folder.toString(), "--node", "7"))
                .isEqualTo(1);
        assertThat(console.err()).contains("there is no node 7: the nodes are [1, 2, 3]");

        List<ProcessHandle> two = List.of(process(1), process(3));
        two.forEach(ProcessHandle::destroyForcibly);
        await(() -> two.stream()
                .allMatch(each -> problems(cluster).contains("(process " + each.pid() + ") ended with exit code 137")));
        assertThat(console.run("cluster", "restart", "--data", folder.toString()))
                .as(console.err())
                .isZero();
        assertThat(console.out()).contains("Node 1 started", "Node 3 started", "Node 2 restarted");

        assertThat(cluster.interrupt()).isZero();
        RunningCommand again = up();
        assertThat(console.run("consume", "orders", "-b", addresses(again))).isZero();
        assertThat(console.out()).isEqualTo("a\nb\n");
        assertThat(again.interrupt()).isZero();
        assertThat(folder.resolve("node-1").resolve("pid")).doesNotExist();
    }

    @Test
    void aPausedNodeIsRestarted() throws Exception {
        RunningCommand cluster = up();
        addresses(cluster);
        ProcessHandle paused = process(2);
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(paused.pid()))
                        .start()
                        .waitFor())
                .isZero();
        assertThat(console.run("cluster", "restart", "--data", folder.toString(), "--node", "2"))
                .as(console.err())
                .isZero();
        assertThat(problems(cluster)).contains("node 2 (process " + paused.pid() + ") did not stop in");
        assertThat(cluster.interrupt()).isZero();
    }

    @Test
    void aPortInUseIsOneLine() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = "" + taken.getLocalPort();
            assertThat(console.run("cluster", "up", "--port", port, "--data", folder.toString()))
                    .isEqualTo(1);
            assertThat(console.err()).hasLineCount(1).contains("port " + port + " of node 1 is in use");
        }
    }

    @Test
    void anOddDirectoryIsOneLine() throws IOException {
        Path file = Files.writeString(folder.resolve("letter"), "x");
        refused("holds letter and no local cluster", "cluster", "up", "--data", folder.toString());
        refused("is not a directory", "cluster", "up", "--data", file.toString());
        refused("holds no local cluster", "cluster", "restart", "--data", folder.toString());
        Files.delete(file);
        Files.writeString(folder.resolve("cluster.properties"), "cluster.id=x\nclient.ports=1,2\ncontroller.ports=x\n");
        refused("is damaged", "cluster", "up", "--data", folder.toString());
        Files.writeString(
                folder.resolve("cluster.properties"),
                "cluster.id=MkU3OEVBNTcwNTJENDM2Qg\nclient.ports=1,2\ncontroller.ports=3,4\nformatted=true\n");
        refused("is gone or not formatted", "cluster", "up", "--port", "0", "--data", folder.toString());
        refused("holds a cluster of 2 nodes, not of 3", "cluster", "up", "--nodes", "3", "--data", folder.toString());
        refused("no cluster runs over", "cluster", "restart", "--data", folder.toString());
    }

    private void refused(String reason, String... command) {
        assertThat(console.run(command)).isEqualTo(1);
        assertThat(console.err()).hasLineCount(1).contains(reason);
    }
}
