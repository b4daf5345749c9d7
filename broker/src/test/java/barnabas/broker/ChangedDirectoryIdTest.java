package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A directory whose `meta.properties` lost its id gets another one, and the records say that all replicas lie
/// elsewhere: the broker is not ready before the controller knows where they are.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ChangedDirectoryIdTest {
    private static final int PARTITIONS = 4;
    private static final int STARTS = 20;

    @TempDir
    Path data;

    private Barnabas broker() throws StartFailure {
        return Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
    }

    @Test
    void leadsAllPartitionsOnceItIsReady() throws Exception {
        try (var broker = broker();
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        // The report meets the registration at another moment in each of them.
        for (int start = 0; start < STARTS; start++) {
            forgetDirectoryId();
            try (var broker = broker();
                    Socket socket = RawRequests.connect(broker)) {
                RawRequests.send(
                        socket,
                        ApiKey.METADATA,
                        9,
                        MetadataRequest.builder().topics(null).build());
                var answer = (MetadataResponse) RawRequests.receive(socket, ApiKey.METADATA, 9);
                assertThat(answer.topics().getFirst().partitions())
                        .hasSize(PARTITIONS)
                        .allSatisfy(each -> assertThat(each.errorCode()).isZero());
            }
        }
    }

    private void forgetDirectoryId() throws IOException {
        Path properties = data.resolve("meta.properties");
        Files.write(
                properties,
                Files.readAllLines(properties).stream()
                        .filter(line -> !line.startsWith("directory.id="))
                        .toList());
    }
}
