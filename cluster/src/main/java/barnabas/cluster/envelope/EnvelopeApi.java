package barnabas.cluster.envelope;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.ClientState;
import barnabas.broker.request.Dispatcher;
import barnabas.broker.request.Need;
import barnabas.broker.request.Session;
import barnabas.broker.security.Operation;
import barnabas.broker.security.Principal;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.DefaultPrincipalData;
import barnabas.protocol.message.EnvelopeRequest;
import barnabas.protocol.message.EnvelopeResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Envelope (KIP-590): a request of a client, its identity and its address, passed on by a broker. It is answered as if
/// the client had sent it, with the rights of the client; the broker needs the right to act for the cluster.
///
/// ```
/// EnvelopeRequest ──► request header and body ──► Dispatcher ──► response header and body ──► EnvelopeResponse
///        principal, address ──► ForwardedConnection ─┘
/// ```
public final class EnvelopeApi implements Api<EnvelopeRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(EnvelopeApi.class);
    private static final Need NEED = new Need.OnCluster(Operation.CLUSTER_ACTION);
    private static final int PORT_UNKNOWN = 0;

    private final Dispatcher forwarded;
    private final BooleanSupplier isActive;

    /// @param forwarded answers the requests that may come in an envelope
    /// @param isActive whether the controller of this node is the active one
    public EnvelopeApi(Dispatcher forwarded, BooleanSupplier isActive) {
        this.forwarded = forwarded;
        this.isActive = isActive;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ENVELOPE;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(EnvelopeRequest request, Call call) {
        if (!isActive.getAsBoolean()) {
            call.answer(failed(ErrorCode.NOT_CONTROLLER));
            return;
        }
        ClientState state = client(request.requestPrincipal());
        if (state == null) {
            call.answer(failed(ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE));
            return;
        }
        InetSocketAddress client = address(request.clientHostAddress());
        if (client == null) {
            call.answer(failed(ErrorCode.INVALID_REQUEST));
            return;
        }
        ByteBuffer frame = copy(request.requestData());
        var connection = new ForwardedConnection(call.connection(), state, client);
        var slot = new ForwardedSlot(call.slot(), connection, frame, end -> answer(end, call));
        forwarded.handle(connection, frame.duplicate(), slot);
    }

    private static void answer(ForwardedSlot.End end, Call call) {
        call.answer(
                switch (end) {
                    case ForwardedSlot.End.Answered(ByteBuffer answer) ->
                        EnvelopeResponse.builder().responseData(answer).build();
                    case ForwardedSlot.End.Refused(String detail) -> {
                        LOG.debug(
                                "A request in an envelope from {}: {}",
                                call.connection().remoteAddress(),
                                detail);
                        yield failed(ErrorCode.INVALID_REQUEST);
                    }
                    case ForwardedSlot.End.Failed(Throwable cause) -> {
                        LOG.error("A request in an envelope failed", cause);
                        yield failed(ErrorCode.UNKNOWN_SERVER_ERROR);
                    }
                });
    }

    private static EnvelopeResponse failed(ErrorCode error) {
        return EnvelopeResponse.builder().errorCode(error.code()).build();
    }

    /// Null when it cannot be read. 16 bits of version, then the message.
    private static @Nullable ClientState client(@Nullable ByteBuffer bytes) {
        if (bytes == null || bytes.remaining() < 2) return null;
        try {
            ByteBuffer source = bytes.duplicate();
            short version = source.getShort();
            if (version < DefaultPrincipalData.LOWEST_VERSION || version > DefaultPrincipalData.HIGHEST_VERSION)
                return null;
            var data = DefaultPrincipalData.read(new MessageReader(source), version);
            ClientState state = ClientState.first(Principal.ANONYMOUS, Session.OPEN);
            return state.with(new Principal(data.type(), data.name()), data.tokenAuthenticated());
        } catch (MalformedMessageException e) {
            LOG.debug("The principal in an envelope cannot be read: {}", e.getMessage());
            return null;
        }
    }

    /// Null when it is no address.
    private static @Nullable InetSocketAddress address(ByteBuffer bytes) {
        try {
            byte[] address = new byte[bytes.remaining()];
            bytes.duplicate().get(address);
            return new InetSocketAddress(InetAddress.getByAddress(address), PORT_UNKNOWN);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /// The frame of the envelope may be in a buffer that is used again.
    private static ByteBuffer copy(ByteBuffer source) {
        return ByteBuffer.allocate(source.remaining()).put(source.duplicate()).flip();
    }
}
