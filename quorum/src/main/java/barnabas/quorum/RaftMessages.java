package barnabas.quorum;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// The quorum's requests and answers as bytes without headers.
final class RaftMessages {
    /// Before it, Fetch names a replica by its id alone (KIP-903).
    private static final short FETCH_VERSION_MIN = 15;

    private RaftMessages() {}

    static ByteBuffer encode(ApiMessage message, short version) {
        return MessageUtil.toByteBufferAccessor(message, version).buffer();
    }

    static ApiMessage request(ApiKeys api, short version, ByteBuffer body) {
        ApiMessage message = api.messageType.newRequest();
        message.read(new ByteBufferAccessor(body), version);
        return message;
    }

    static ApiMessage response(ApiKeys api, short version, ByteBuffer body) {
        ApiMessage message = api.messageType.newResponse();
        message.read(new ByteBufferAccessor(body), version);
        return message;
    }

    static short lowestVersion(ApiKeys api) {
        return api == ApiKeys.FETCH ? FETCH_VERSION_MIN : api.oldestVersion();
    }
}
