package barnabas.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loggers of a broker as DescribeConfigs shows them. Tested in this module, because only its logging backend
/// knows the levels.
@Timeout(60)
class DescribedLoggersTest {
    private static final byte BROKER_LOGGER = 8;

    @TempDir
    Path data;

    /// Kafka's broker leaves both fields at their defaults, whatever was asked.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void haveNeitherDocumentationNorType(boolean asked) throws Exception {
        var settings = Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString());
        try (var broker = Barnabas.start(settings);
                var cluster = new Cluster(
                        Address.parseList(broker.bootstrapServers()),
                        ConnectionOptions.of("test"),
                        Duration.ofSeconds(30),
                        RandomGenerator.getDefault())) {
            var request = DescribeConfigsRequest.builder()
                    .resources(List.of(DescribeConfigsResource.builder()
                            .resourceType(BROKER_LOGGER)
                            .resourceName(Integer.toString(broker.nodeId()))
                            .configurationKeys(null)
                            .build()))
                    .includeDocumentation(asked)
                    .build();
            var response = cluster.controller().call(request, DescribeConfigsResponse.class);
            assertThat(response.results())
                    .singleElement()
                    .satisfies(result -> assertThat(result.configs())
                            .isNotEmpty()
                            .allSatisfy(logger -> {
                                assertThat(logger.documentation()).isEmpty();
                                assertThat(logger.configType()).isZero();
                            }));
        }
    }
}
