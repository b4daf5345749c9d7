package barnabas.cluster.envelope;

import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DefaultPrincipalData;
import barnabas.protocol.message.EnvelopeRequest;
import barnabas.protocol.message.EnvelopeResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.RequestHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Envelope of a client's request as a broker writes it, and the answer in it (KIP-590).
public final class SealedRequest {
    private static final Logger LOG = LoggerFactory.getLogger(SealedRequest.class);
    private static final short PRINCIPAL_VERSION = 0;

    private SealedRequest() {}

    public static EnvelopeRequest of(RequestMessage request, Requester requester) {
        short version = requester.version();
        short headerVersion = request.apiKey().requestHeaderVersion(version);
        var header = RequestHeader.builder()
                .requestApiKey(request.apiKey().id())
                .requestApiVersion(version)
                .clientId(requester.clientId())
                .build();
        ByteBuffer bytes = ByteBuffer.allocate(header.sizeBytes(headerVersion) + request.sizeBytes(version));
        var writer = new BufferWriter(bytes);
        header.write(writer, headerVersion);
        request.write(writer, version);
        return EnvelopeRequest.builder()
                .requestData(bytes.flip())
                .requestPrincipal(DefaultPrincipalData.builder()
                        .type("User")
                        .name(requester.user())
                        .tokenAuthenticated(requester.byToken())
                        .build()
                        .toVersionedBuffer(PRINCIPAL_VERSION))
                .clientHostAddress(ByteBuffer.wrap(requester.address().getAddress()))
                .build();
    }

    /// The answer to the request inside; null when the controller did not open the envelope.
    ///
    /// @param version of the request inside
    public static @Nullable ResponseMessage open(ResponseMessage answer, ApiKey key, short version) {
        if (!(answer instanceof EnvelopeResponse envelope)) return null;
        ErrorCode error = ErrorCode.of(envelope.errorCode());
        ByteBuffer inside = envelope.responseData();
        if (error != ErrorCode.NONE || inside == null) {
            if (error != ErrorCode.NOT_CONTROLLER) LOG.warn("The controller opens no envelope of {}: {}", key, error);
            return null;
        }
        try {
            var reader = new MessageReader(inside.duplicate());
            reader.int32(); // the correlation id: there is one request in an envelope
            if (key.responseHeaderVersion(version) > 0)
                for (int left = reader.taggedFields(); left > 0; left--) {
                    reader.unsignedVarint();
                    reader.skip(reader.tagSize());
                }
            return Messages.readResponse(key, reader, version);
        } catch (MalformedMessageException e) {
            LOG.warn("The answer in an envelope of {} cannot be read: {}", key, e.getMessage());
            return null;
        }
    }
}
