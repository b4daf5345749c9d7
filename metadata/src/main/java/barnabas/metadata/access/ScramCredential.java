package barnabas.metadata.access;

import java.nio.ByteBuffer;

/// Hash of a user's SCRAM password (KIP-554). The buffers are read-only and shared: read a duplicate.
public record ScramCredential(ByteBuffer salt, ByteBuffer storedKey, ByteBuffer serverKey, int iterations) {
    /// @param mechanism 1 SCRAM-SHA-256, 2 SCRAM-SHA-512
    public record Key(String user, byte mechanism) {}

    /// Without secrets.
    @Override
    public String toString() {
        return "ScramCredential[" + iterations + " iterations]";
    }
}
