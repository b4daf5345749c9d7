package barnabas.cluster;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.Messages;
import java.nio.ByteBuffer;

/// Messages as bytes without headers, which is what the Raft engine takes and gives.
final class Bodies {
    private Bodies() {}

    static ByteBuffer of(Message message, short version) {
        ByteBuffer bytes = ByteBuffer.allocate(message.sizeBytes(version));
        var writer = new BufferWriter(bytes);
        message.write(writer, version);
        if (bytes.hasRemaining() || !writer.insertions().isEmpty())
            throw new IllegalStateException("bug: a message that is not in memory: " + message.getClass());
        return bytes.flip();
    }

    /// @throws barnabas.protocol.MalformedMessageException when `body` is none
    static RequestMessage request(ApiKey key, ByteBuffer body, short version) {
        return Messages.readRequest(key, new MessageReader(body), version);
    }

    /// @throws barnabas.protocol.MalformedMessageException when `body` is none
    static ResponseMessage response(ApiKey key, ByteBuffer body, short version) {
        return Messages.readResponse(key, new MessageReader(body), version);
    }
}
