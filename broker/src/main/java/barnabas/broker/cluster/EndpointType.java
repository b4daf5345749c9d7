package barnabas.broker.cluster;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClusterResponse;

/// Kind of node behind a listener, as DescribeCluster has it (KIP-919).
public enum EndpointType {
    BROKER(1),
    CONTROLLER(2);

    private final byte id;

    EndpointType(int id) {
        this.id = (byte) id;
    }

    public byte id() {
        return id;
    }

    /// The answer to a request for another type.
    public DescribeClusterResponse refusal(byte asked) {
        EndpointType other = this == BROKER ? CONTROLLER : BROKER;
        return asked == other.id
                ? failed(
                        ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                        "The request was sent to an endpoint of type " + this + ", but we wanted an endpoint of type "
                                + other)
                : failed(ErrorCode.UNSUPPORTED_ENDPOINT_TYPE, "Unsupported endpoint type " + asked);
    }

    private static DescribeClusterResponse failed(ErrorCode error, String message) {
        return DescribeClusterResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
