package barnabas.registry.validation;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.registry.RegistryNode;
import barnabas.registry.SchemaProducer;
import barnabas.transcripts.Command;
import barnabas.transcripts.Transcript;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Topics that take records with registered schemas only.
///
/// `produce TOPIC CODEC VALUE...` sends one batch: a value is `ID:HEX` (a schema's id and data), `raw:TEXT` or `null`.
final class ValidationTest {
    private static final String AVRO =
            "avro {\"type\":\"record\",\"name\":\"Order\",\"namespace\":\"shop\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}";

    @TempDir
    private Path data;

    @Test
    void recordsAreCheckedAgainstTheSchemasOfTheirTopic() throws Exception {
        try (var node = RegistryNode.start(data);
                var producer = new SchemaProducer(node)) {
            String script = """
                    topic ids barnabas.value.schema.validation=id => ok
                    topic whole barnabas.value.schema.validation=full => ok
                    topic keyed barnabas.key.schema.validation=id => ok
                    topic named barnabas.value.schema.validation=id barnabas.value.subject.name.strategy=record => ok
                    topic both barnabas.value.schema.validation=id barnabas.value.subject.name.strategy=topic-record => ok
                    topic wrong barnabas.value.schema.validation=perhaps
                    | INVALID_CONFIG
                    # no schema, no topic of schemas
                    produce ids none 1:02
                    | INVALID_RECORD 0: The value has the schema id 1, which no version of the subject ids-value has
                    POST /subjects/ids-value/versions AVRO
                    POST /subjects/whole-value/versions AVRO
                    POST /subjects/other-value/versions avro "string"
                    # seen without a wait for anything
                    produce ids none 1:02 null 1: => ok
                    produce ids none 1:02 raw:hello 2:02 raw: 1:02
                    | INVALID_RECORD 1: The value does not begin with the id of a schema (a byte 0, then four bytes)
                    | 2: The value has the schema id 2, which no version of the subject ids-value has
                    | 3: The value does not begin with the id of a schema (a byte 0, then four bytes)
                    produce whole none 1:02 1:feffffff0f null => ok
                    produce whole none 1:02 1: 1:0202
                    | INVALID_RECORD 1: The value is not data of its schema 1
                    | 2: The value is not data of its schema 1
                    produce whole zstd 1:02 1:04 => ok
                    produce whole gzip 1:02 1:04 => ok
                    produce whole zstd 1:02 9:02 1:
                    | INVALID_RECORD 1: The value has the schema id 9, which no version of the subject whole-value has
                    | 2: The value is not data of its schema 1
                    produce whole gzip 1:
                    | INVALID_RECORD 0: The value is not data of its schema 1
                    # keys; values are free
                    produce keyed none raw:hello => ok
                    keyed keyed raw:k
                    | INVALID_RECORD 0: The key does not begin with the id of a schema (a byte 0, then four bytes)
                    POST /subjects/keyed-key/versions avro "string"
                    keyed keyed 2:02 => ok
                    # subjects by the names of record types
                    produce named none 1:02
                    | INVALID_RECORD 0: The value has the schema id 1, which no subject with the name of its record type has
                    POST /subjects/shop.Order/versions AVRO
                    produce named none 1:02 => ok
                    produce both none 1:02
                    | INVALID_RECORD 0: The value has the schema id 1, which no subject both-<name of its record type> has
                    POST /subjects/both-shop.Order/versions AVRO
                    produce both none 1:02 => ok
                    # the other kinds
                    topic json barnabas.value.schema.validation=full => ok
                    topic proto barnabas.value.schema.validation=full => ok
                    POST /subjects/json-value/versions json {"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}
                    POST /subjects/proto-value/versions proto syntax = "proto3"; message A { string a = 1; }
                    produce json none 3:7b2261223a317d => ok
                    produce json none 3:7b2261223a2278227d
                    | INVALID_RECORD 0: The value is not data of its schema 3: /a: string found, integer expected
                    produce proto none 4:000a0178 => ok
                    produce proto none 4:000a05
                    | INVALID_RECORD 0: The value is not data of its schema 4: not a A: While parsing a protocol message, the input ended unexpectedly in the middle of a field.  This could mean either that the input has been truncated or that an embedded message misreported its own length.
                    # a topic stops to ask
                    alter json barnabas.value.schema.validation=none => ok
                    produce json none raw:x => ok
                    alter json barnabas.value.schema.validation=id => ok
                    produce json none raw:x
                    | INVALID_RECORD 0: The value does not begin with the id of a schema (a byte 0, then four bytes)
                    produce json none 3:ff => ok
                    """.replace("AVRO", AVRO);
            String checked = script.replaceAll("(?m)^POST .*$", "$0 => ok");
            assertThat(Transcript.replay(checked, command -> answer(command, node, producer)))
                    .isEqualTo(checked);
        }
    }

    private static List<String> answer(Command command, RegistryNode node, SchemaProducer producer) {
        if (!command.name().equals("POST")) return producer.answersTo(command);
        String answer = node.answersTo(command).getFirst();
        return List.of(answer.startsWith("200 ") ? "ok" : answer);
    }

    @Test
    void aNodeWithoutARegistryTakesNoRecordThatNeedsOne() throws Exception {
        try (var node = RegistryNode.start(
                        data, Map.of("barnabas.http.listeners", "", "barnabas.schema.registry.listeners", ""));
                var producer = new SchemaProducer(node)) {
            assertThat(Transcript.replay("""
                            topic ids barnabas.value.schema.validation=id => ok
                            produce ids none 1:02
                            | POLICY_VIOLATION Topic ids takes records with registered schemas only, and this broker has no schema registry: set barnabas.http.listeners or barnabas.schema.registry.listeners
                            alter ids barnabas.value.schema.validation=none => ok
                            produce ids none 1:02 => ok
                            """, producer::answersTo)).doesNotContain("!");
        }
    }
}
