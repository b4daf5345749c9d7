package barnabas.quorum;

/// Traffic of the quorum between this node and others, and its commits.
///
/// @param requests sent to other nodes
/// @param answers that came to them
/// @param bytesOut of requests, without their headers
/// @param bytesIn of answers, without their headers
/// @param commitMillisAvg between an append of this node as leader and its commit, of the last minute; NaN without one
public record QuorumFigures(long requests, long answers, long bytesOut, long bytesIn, double commitMillisAvg) {}
