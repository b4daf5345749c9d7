package barnabas.console.records;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Schemas that the records of one request name, each looked up once. Owner: the request's thread.
public final class KnownSchemas {
    /// First byte of what serializers with a schema registry write; the id of the schema follows.
    private static final byte MAGIC = 0;

    private static final int HEAD_BYTES = 5;
    /// Ids that one request looks up: bytes that are no schema's may look like any number of them.
    private static final int IDS_MAX = 50;

    /// The way to the registry.
    @FunctionalInterface
    public interface Registry {
        SchemaData.Decoder decoder(Set<Integer> ids) throws InterruptedException;
    }

    private final Registry registry;
    private final Map<Integer, SchemaData.Decoder> decoders = new HashMap<>();

    public KnownSchemas(Registry registry) {
        this.registry = registry;
    }

    /// Schemas of a request that needs none.
    public static KnownSchemas none() {
        return new KnownSchemas(_ -> SchemaData.Decoder.NONE);
    }

    /// Looks up the schemas of these records. Records without any load no registry.
    public void prepare(Collection<ReadRecord> records) throws InterruptedException {
        Set<Integer> ids = new HashSet<>();
        for (ReadRecord each : records) {
            add(each.key(), ids);
            add(each.value(), ids);
        }
        if (ids.isEmpty()) return;
        SchemaData.Decoder decoder = registry.decoder(ids);
        for (int each : ids) decoders.put(each, decoder);
    }

    private void add(@Nullable ByteBuffer bytes, Set<Integer> ids) {
        if (bytes == null || !hasId(bytes) || decoders.size() + ids.size() >= IDS_MAX) return;
        int id = id(bytes);
        if (!decoders.containsKey(id)) ids.add(id);
    }

    /// Data of a schema that [#prepare] has found, as JSON; empty for everything else.
    public Optional<String> json(@Nullable ByteBuffer bytes) {
        if (bytes == null || decoders.isEmpty() || !hasId(bytes)) return Optional.empty();
        int id = id(bytes);
        SchemaData.Decoder decoder = decoders.get(id);
        if (decoder == null) return Optional.empty();
        return decoder.json(id, bytes.slice(bytes.position() + HEAD_BYTES, bytes.remaining() - HEAD_BYTES));
    }

    public static boolean hasId(ByteBuffer bytes) {
        return bytes.remaining() >= HEAD_BYTES && bytes.get(bytes.position()) == MAGIC;
    }

    public static int id(ByteBuffer bytes) {
        return bytes.getInt(bytes.position() + 1);
    }
}
