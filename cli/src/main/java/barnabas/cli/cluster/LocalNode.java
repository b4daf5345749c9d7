package barnabas.cli.cluster;

import java.nio.file.Path;

/// A node of a local cluster: its ports on 127.0.0.1 and its files.
public record LocalNode(int id, int clientPort, int controllerPort, Path folder) {
    static final String HOST = "127.0.0.1";

    public String address() {
        return HOST + ":" + clientPort;
    }

    Path config() {
        return folder.resolve("server.properties");
    }

    Path data() {
        return folder.resolve("data");
    }

    /// Standard error of the process.
    public Path log() {
        return folder.resolve("node.log");
    }

    /// Exists while the node runs; the process id in it is for people.
    public Path pid() {
        return folder.resolve("pid");
    }

    /// Exists from the request for a restart until the node serves clients again, or its new process has ended. The
    /// process that runs the cluster stops the node for it.
    public Path restart() {
        return folder.resolve("restart");
    }
}
