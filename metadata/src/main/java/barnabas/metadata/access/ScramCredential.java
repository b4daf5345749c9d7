package barnabas.metadata.access;

import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;

/// Hash of a user's SCRAM password (KIP-554). The buffers are read-only and shared: read a duplicate.
public record ScramCredential(ByteBuffer salt, ByteBuffer storedKey, ByteBuffer serverKey, int iterations) {
    /// @param mechanism 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
    public record Key(String user, byte mechanism) {}

    public static ScramCredential of(UserScramCredentialRecord record) {
        return new ScramCredential(
                copy(record.salt()), copy(record.storedKey()), copy(record.serverKey()), record.iterations());
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /// Without secrets.
    @Override
    public String toString() {
        return "ScramCredential[" + iterations + " iterations]";
    }
}
