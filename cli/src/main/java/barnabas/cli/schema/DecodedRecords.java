package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
import barnabas.cli.console.Console;
import barnabas.cli.console.Failure;
import barnabas.cli.registry.RegistryJars;
import barnabas.client.consumer.ConsumerRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Records whose keys and values begin with the id of a schema, as JSON. Others stay as they are; so does data that is
/// not of its schema, with a line on the error stream.
public final class DecodedRecords implements AutoCloseable {
    private static final int HEAD_BYTES = 5;
    private static final int SCHEMAS_MAX = 1_000;
    private static final int REFERENCES_MAX = 1_000;

    private final RegistryRest rest;
    private final Console console;
    private final SchemaDecoders libraries;
    private final Map<Integer, SchemaDecoders.Decoder> decoders = new LinkedHashMap<>(16, 0.75f, true);

    private DecodedRecords(RegistryRest rest, Console console, SchemaDecoders libraries) {
        this.rest = rest;
        this.console = console;
        this.libraries = libraries;
    }

    public static DecodedRecords open(RegistryOptions registry, Console console) throws Failure {
        SchemaDecoders libraries = ServiceLoader.load(SchemaDecoders.class, RegistryJars.loader())
                .findFirst()
                .orElseThrow(() -> new Failure("the jars of the schema registry (lib/registry) are missing"));
        return new DecodedRecords(registry.open(), console, libraries);
    }

    public ConsumerRecord of(ConsumerRecord record) throws Failure {
        return new ConsumerRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestampMillis(),
                shown(record.key(), record, "key"),
                shown(record.value(), record, "value"),
                record.headers());
    }

    private @Nullable ByteBuffer shown(@Nullable ByteBuffer data, ConsumerRecord record, String what) throws Failure {
        if (data == null || data.remaining() < HEAD_BYTES || data.get(data.position()) != 0) return data;
        int id = data.getInt(data.position() + 1);
        try {
            ByteBuffer body = data.slice(data.position() + HEAD_BYTES, data.remaining() - HEAD_BYTES);
            return StandardCharsets.UTF_8.encode(decoder(id).json(body));
        } catch (IllegalArgumentException e) {
            console.problem(record.topic() + "-" + record.partition() + " offset " + record.offset() + ": the " + what
                    + " with the schema id " + id + " is not decoded: " + e.getMessage());
            return data;
        }
    }

    private SchemaDecoders.Decoder decoder(int id) throws Failure {
        SchemaDecoders.Decoder known = decoders.get(id);
        if (known != null) return known;
        SchemaDecoders.Decoder found = found(id);
        decoders.put(id, found);
        if (decoders.size() > SCHEMAS_MAX)
            decoders.remove(decoders.keySet().iterator().next());
        return found;
    }

    private SchemaDecoders.Decoder found(int id) throws Failure {
        try {
            RegistryRest.Answer answer = rest.send("GET", "/schemas/ids/" + id, null);
            if (answer.isMissing()) return refusing(answer.problem());
            if (!answer.isGood()) throw new Failure(answer.problem());
            Map<String, SchemaDecoders.Reference> references = new LinkedHashMap<>();
            collect(answer.body(), references, new HashMap<>());
            return libraries.decoder(
                    RegistryCommand.type(answer.body()),
                    answer.body().at("schema").text(),
                    List.copyOf(references.values()));
        } catch (IllegalArgumentException e) {
            return refusing(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted", e);
        }
    }

    private static SchemaDecoders.Decoder refusing(String reason) {
        return _ -> {
            throw new IllegalArgumentException(reason);
        };
    }

    /// Adds what a schema uses, each behind those that it uses itself.
    private void collect(JsonNode schema, Map<String, SchemaDecoders.Reference> found, Map<String, Boolean> begun)
            throws Failure, InterruptedException {
        var names = new ArrayList<JsonNode>(schema.at("references").list());
        for (JsonNode each : names) {
            String name = each.at("name").text();
            if (begun.putIfAbsent(name, true) != null) continue;
            if (begun.size() > REFERENCES_MAX)
                throw new Failure("a schema uses more than " + REFERENCES_MAX + " others");
            JsonNode used = rest.get(RegistryCommand.path(each.at("subject").text()) + "/versions/"
                    + each.at("version").number() + "?deleted=true");
            collect(used, found, begun);
            found.put(
                    name,
                    new SchemaDecoders.Reference(
                            name, RegistryCommand.type(used), used.at("schema").text()));
        }
    }

    @Override
    public void close() {
        rest.close();
    }
}
