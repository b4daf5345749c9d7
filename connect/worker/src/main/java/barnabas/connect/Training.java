package barnabas.connect;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.cli.ConnectDistributed;

/// Runs once, after the Connect runtime was fetched: a worker that copies a file into a topic and the topic
/// into a file. The JVM sees what a worker loads and keeps it in an AOT cache.
public final class Training {
    private static final int TRIES_MAX = 600;
    private static final long TRY_NANOS = 100_000_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String rest;
    private final Path folder;

    private Training(String rest, Path folder) {
        this.rest = rest;
        this.folder = folder;
    }

    /// @param arguments the broker's address, a folder for temporary files
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path settings = folder.resolve("worker.properties");
        Files.write(settings, settings(arguments[0], port, folder));
        var training = new Training("http://localhost:" + port, folder);
        var thread = new Thread(training::runAndExit, "training");
        thread.setDaemon(true);
        thread.start();
        ConnectDistributed.main(new String[] {settings.toString()});
    }

    private static List<String> settings(String bootstrap, int port, Path folder) throws IOException {
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        return List.of(
                "bootstrap.servers=" + bootstrap,
                "group.id=training",
                "config.storage.topic=training-configs",
                "offset.storage.topic=training-offsets",
                "status.storage.topic=training-status",
                "offset.storage.partitions=1",
                "status.storage.partitions=1",
                "config.storage.replication.factor=-1",
                "offset.storage.replication.factor=-1",
                "status.storage.replication.factor=-1",
                "key.converter=org.apache.kafka.connect.json.JsonConverter",
                "value.converter=org.apache.kafka.connect.json.JsonConverter",
                "listeners=http://localhost:" + port,
                "plugin.path=" + plugins.toAbsolutePath(),
                "plugin.discovery=service_load");
    }

    private void runAndExit() {
        int code = 1;
        try {
            run();
            code = 0;
        } catch (IOException | InterruptedException e) {
            System.err.println("training: " + e);
        }
        System.exit(code);
    }

    private void run() throws IOException, InterruptedException {
        await("/health", "\"healthy\"");
        Path in = folder.resolve("in.txt");
        Files.writeString(in, "one\ntwo\nthree\n");
        Path out = folder.resolve("out.txt");
        connector("source", "Source", in, "\"topic\": \"training\"");
        connector("sink", "Sink", out, "\"topics\": \"training\"");
        await("/connectors/source/status", "\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"");
        await("/connectors/sink/status", "\"tasks\":[{\"id\":0,\"state\":\"RUNNING\"");
        for (int tries = 0; !Files.exists(out) || Files.size(out) == 0; tries++) again(tries, "records in " + out);
        for (String path :
                List.of("/", "/connectors?expand=status&expand=info", "/connector-plugins", "/admin/loggers"))
            get(path);
    }

    private void connector(String name, String kind, Path file, String topic) throws IOException, InterruptedException {
        String config = "{\"name\": \"" + name + "\", \"connector.class\": \"FileStream" + kind
                + "\", \"tasks.max\": \"1\", " + "\"file\": \"" + file + "\", " + topic + "}";
        put("/connector-plugins/FileStream" + kind + "/config/validate", config);
        put("/connectors/" + name + "/config", config);
    }

    private void await(String path, String wanted) throws IOException, InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                if (get(path).contains(wanted)) return;
            } catch (IOException notYet) {
                // The worker is starting.
            }
            again(tries, wanted + " from " + path);
        }
    }

    private static void again(int tries, String missing) throws IOException {
        if (tries == TRIES_MAX) throw new IOException("no " + missing + " after a minute");
        LockSupport.parkNanos(TRY_NANOS);
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(rest + path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void put(String path, String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(rest + path))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json))
                .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) throw new IOException(path + ": " + response.body());
    }
}
