package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Rows in JSON behind the id of their schema.
final class JsonRows implements Format.Codec {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final WrittenSchema written;
    private final Format.Codec json;

    /// @param json without a schema
    JsonRows(WrittenSchema written, Format.Codec json) {
        this.written = written;
        this.json = json;
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        byte[] bytes = json.encode(row);
        if (bytes == null) return null;
        RegistryClient.Known chosen = written.chosen();
        if (chosen.text().equals(written.own())) return SchemaFrame.framed(chosen.id(), bytes);
        try {
            JsonNode renamed = JsonSchemas.renamed(MAPPER.readTree(bytes), MAPPER.readTree(chosen.text()));
            return SchemaFrame.framed(chosen.id(), MAPPER.writeValueAsBytes(renamed));
        } catch (IOException e) {
            throw new SerializationException("The schema with id " + chosen.id() + " is no JSON", e);
        }
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int _ = SchemaFrame.id(buffer);
        return json.decode(SchemaFrame.rest(buffer));
    }
}
