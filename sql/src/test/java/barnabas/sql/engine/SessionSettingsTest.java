package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/// Properties that sessions give to their queries.
final class SessionSettingsTest {
    private static final List<String> OF_THE_SERVICE = List.of(
            "bootstrap.servers",
            "bootstrap.controllers",
            "security.protocol",
            "security.providers",
            "sasl.jaas.config",
            "sasl.login.callback.handler.class",
            "sasl.oauthbearer.token.endpoint.url",
            "sasl.login.retry.backoff.ms",
            "ssl.truststore.location",
            "ssl.engine.factory.class",
            "config.providers",
            "interceptor.classes",
            "metric.reporters",
            "partitioner.class",
            "state.dir",
            "application.id",
            "application.server",
            "default.deserialization.exception.handler",
            "rocksdb.config.setter",
            "group.id",
            "transactional.id");

    @Test
    void addressesLoginsClassesAndFilesAreOfTheService() {
        for (String each : OF_THE_SERVICE)
            for (String prefix : List.of("", "consumer.", "main.consumer.", "producer.", "admin.", "restore.consumer."))
                for (String streams : List.of("", "ksql.streams."))
                    assertThat(PropertyNames.known(streams + prefix + each))
                            .as(streams + prefix + each)
                            .isFalse();
    }

    /// As Kafka Streams would choose for its main consumer.
    @Test
    void queriesBeginWhereTheNearestNameSays() {
        String plain = "auto.offset.reset";
        assertThat(PropertyNames.reset(Map.of())).isEqualTo("latest");
        for (String each : List.of("", "consumer.", "main.consumer."))
            for (String streams : List.of("", "ksql.streams."))
                assertThat(PropertyNames.reset(Map.of(streams + each + plain, "earliest")))
                        .as(streams + each + plain)
                        .isEqualTo("earliest");
        assertThat(PropertyNames.reset(Map.of(plain, "latest", "ksql.streams.consumer." + plain, "earliest")))
                .isEqualTo("earliest");
        assertThat(PropertyNames.reset(
                        Map.of("consumer." + plain, "earliest", "ksql.streams.main.consumer." + plain, "latest")))
                .isEqualTo("latest");
    }

    @Test
    void queriesTakeNumbersSwitchesAndWords() {
        for (String each : List.of(
                "auto.offset.reset",
                "ksql.streams.auto.offset.reset",
                "commit.interval.ms",
                "ksql.streams.num.stream.threads",
                "processing.guarantee",
                "ksql.streams.consumer.max.poll.records",
                "ksql.streams.producer.acks",
                "ksql.query.pull.table.scan.enabled"))
            assertThat(PropertyNames.known(each)).as(each).isTrue();
    }

    @Test
    void oneSessionCannotTakeAllOfAServer() {
        for (String name : List.of("num.stream.threads", "ksql.streams.num.stream.threads")) {
            assertThat(PropertyNames.problem(name, "8")).as(name).isEmpty();
            for (String value : List.of("9", "2147483647", "0x", "", "-", "99999999999"))
                assertThat(PropertyNames.problem(name, value))
                        .as(name + "=" + value)
                        .isPresent();
        }
        for (String each : List.of("buffer.memory", "producer.buffer.memory", "ksql.streams.consumer.fetch.max.bytes"))
            assertThat(PropertyNames.problem(each, "2000000000")).as(each).isPresent();
        assertThat(PropertyNames.problem("auto.offset.reset", "first")).isPresent();
        assertThat(PropertyNames.problem("auto.offset.reset", "earliest")).isEmpty();
        var config =
                new EngineConfig("default_", "", Map.of("bootstrap.servers", "own:1"), Map.of(), Path.of("own"), false);
        assertThat(QuerySettings.of(config, "query", "statement", Map.of("num.stream.threads", "99")))
                .containsEntry("num.stream.threads", 1);
    }

    /// A definition's topic may have what a session could not set.
    @Test
    void settingsOfAQueryKeepWhatIsOfTheService() {
        var config =
                new EngineConfig("default_", "", Map.of("bootstrap.servers", "own:1"), Map.of(), Path.of("own"), false);
        var given = new HashMap<String, String>();
        for (String each : OF_THE_SERVICE) {
            given.put(each, "evil");
            given.put("ksql.streams.consumer." + each, "evil");
        }
        given.put("commit.interval.ms", "7");
        Properties made = QuerySettings.of(config, "query", "statement", given);
        assertThat(made.values()).doesNotContain("evil");
        assertThat(made).containsEntry("bootstrap.servers", "own:1").containsEntry("commit.interval.ms", "7");
    }
}
