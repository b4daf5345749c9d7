package barnabas.console.resources;

import barnabas.broker.http.NodeAccess;
import barnabas.client.Cluster;
import barnabas.console.json.JsonObject;
import barnabas.console.records.ReadRecord;
import barnabas.console.records.SchemaData;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keys and values that begin with the id of a schema, shown as JSON with the schemas of this node's registry.
final class SchemaTexts {
    static final SchemaTexts NONE = new SchemaTexts(SchemaData.Decoder.NONE);
    /// First byte of what serializers with a schema registry write; the id of the schema follows.
    private static final byte MAGIC = 0;

    private static final int HEAD_BYTES = 5;

    private final SchemaData.Decoder decoder;

    private SchemaTexts(SchemaData.Decoder decoder) {
        this.decoder = decoder;
    }

    /// The schemas of these records. A page without any loads no registry.
    static SchemaTexts of(Collection<ReadRecord> records, Cluster cluster, NodeAccess node)
            throws InterruptedException {
        Set<Integer> ids = new HashSet<>();
        for (ReadRecord each : records) {
            add(each.key(), ids);
            add(each.value(), ids);
        }
        if (ids.isEmpty() || !(node.registry().get() instanceof SchemaData data)) return NONE;
        return new SchemaTexts(data.decoder(ids, cluster));
    }

    private static void add(@Nullable ByteBuffer bytes, Set<Integer> ids) {
        if (bytes != null && hasId(bytes)) ids.add(id(bytes));
    }

    static boolean hasId(ByteBuffer bytes) {
        return bytes.remaining() >= HEAD_BYTES && bytes.get(bytes.position()) == MAGIC;
    }

    static int id(ByteBuffer bytes) {
        return bytes.getInt(bytes.position() + 1);
    }

    /// As [ShownBytes#of].
    @Nullable
    JsonObject shown(@Nullable ByteBuffer bytes, int wholeBytes) {
        if (bytes != null && bytes.remaining() == wholeBytes && hasId(bytes)) {
            Optional<String> json =
                    decoder.json(id(bytes), bytes.slice(bytes.position() + HEAD_BYTES, bytes.remaining() - HEAD_BYTES));
            if (json.isPresent())
                return new JsonObject()
                        .put("format", "json")
                        .put("text", json.get())
                        .put("bytes", wholeBytes)
                        .put("cut", false)
                        .put("schemaId", id(bytes));
        }
        return ShownBytes.of(bytes, wholeBytes);
    }
}
