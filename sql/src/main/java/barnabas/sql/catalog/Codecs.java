package barnabas.sql.catalog;

import barnabas.sql.formats.Format;

/// Bytes of the keys and values of streams and tables.
public interface Codecs {
    /// Without a schema registry: AVRO, JSON_SR and PROTOBUF are JSON.
    Codecs PLAIN = new Codecs() {
        @Override
        public Format.Codec key(DataSource source) {
            return source.keyCodec();
        }

        @Override
        public Format.Codec value(DataSource source) {
            return source.valueCodec();
        }
    };

    Format.Codec key(DataSource source);

    Format.Codec value(DataSource source);
}
