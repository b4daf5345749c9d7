package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Alterations of configurations, sensible and not, get the error codes and words that Apache Kafka gave.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AlteredConfigsTest {
    private static final Map<String, Byte> TYPES =
            Map.of("topic", (byte) 2, "broker", (byte) 4, "cm", (byte) 16, "group", (byte) 32);

    @TempDir
    Path data;

    /// `NAME=VALUE` with the number of the operation before it taken off.
    private record Operation(
            byte code, String name, @Nullable String value) {
        static Operation parse(String word) {
            byte code = (byte) Math.max(0, "=!+-".indexOf(word.charAt(0)));
            String[] parts = word.substring(code == 0 ? 0 : 1).split("=", 2);
            return new Operation(code, parts[0], parts.length < 2 ? null : parts[1]);
        }
    }

    @Test
    void answersAreKafkas() throws Exception {
        var settings = Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString(), "node.id", "1");
        var expected = new ArrayList<String>();
        var actual = new ArrayList<String>();
        try (var broker = Barnabas.start(settings);
                var socket = RawRequests.connect(broker)) {
            create(socket, "t");
            for (String line : recorded()) {
                if (line.startsWith("#")) continue;
                expected.add(line);
                if (line.startsWith("> ")) {
                    actual.add(line);
                    actual.add(answer(socket, line.substring(2)));
                }
            }
        }
        assertThat(String.join("\n", actual)).isEqualTo(String.join("\n", expected));
        assertThat(actual.size()).isGreaterThan(100);
    }

    private static List<String> recorded() throws IOException {
        try (var in = AlteredConfigsTest.class.getResourceAsStream("recorded-alterations.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static void create(Socket socket, String topic) throws IOException {
        var request = CreateTopicsRequest.builder()
                .topics(List.of(CreatableTopic.builder()
                        .name(topic)
                        .numPartitions(1)
                        .replicationFactor((short) 1)
                        .build()))
                .timeoutMs(10_000)
                .build();
        RawRequests.send(socket, ApiKey.CREATE_TOPICS, 7, request);
        RawRequests.receive(socket, ApiKey.CREATE_TOPICS, 7);
    }

    private static String answer(Socket socket, String line) throws IOException {
        boolean old = line.startsWith("OLD ");
        List<String> words = List.of((old ? line.substring(4) : line).trim().split(" "));
        Byte known = TYPES.get(words.get(0));
        byte type = known == null ? Byte.parseByte(words.get(0)) : known;
        String name = words.get(1).equals("''") ? "" : words.get(1);
        List<Operation> operations =
                words.stream().skip(2).map(Operation::parse).toList();
        return old ? replaced(socket, type, name, operations) : altered(socket, type, name, operations);
    }

    private static String replaced(Socket socket, byte type, String name, List<Operation> operations)
            throws IOException {
        var configs = operations.stream()
                .map(each -> new AlterConfigsRequest.AlterableConfig(each.name, each.value))
                .toList();
        var request = new AlterConfigsRequest(
                List.of(new AlterConfigsRequest.AlterConfigsResource(type, name, configs)), false);
        RawRequests.send(socket, ApiKey.ALTER_CONFIGS, 2, request);
        var answer = ((AlterConfigsResponse) RawRequests.receive(socket, ApiKey.ALTER_CONFIGS, 2))
                .responses()
                .getFirst();
        return shown(answer.errorCode(), answer.errorMessage());
    }

    private static String altered(Socket socket, byte type, String name, List<Operation> operations)
            throws IOException {
        var configs = operations.stream()
                .map(each -> new IncrementalAlterConfigsRequest.AlterableConfig(each.name, each.code, each.value))
                .toList();
        var request = new IncrementalAlterConfigsRequest(
                List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(type, name, configs)), false);
        RawRequests.send(socket, ApiKey.INCREMENTAL_ALTER_CONFIGS, 1, request);
        var answer = ((IncrementalAlterConfigsResponse)
                        RawRequests.receive(socket, ApiKey.INCREMENTAL_ALTER_CONFIGS, 1))
                .responses()
                .getFirst();
        return shown(answer.errorCode(), answer.errorMessage());
    }

    private static String shown(short error, @Nullable String message) {
        return message == null ? Short.toString(error) : error + " " + message;
    }
}
