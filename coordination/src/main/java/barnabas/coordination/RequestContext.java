package barnabas.coordination;

/// Origin of a request.
///
/// @param apiVersion the version of the request, which decides some answers
/// @param clientId as in the request header; empty when it is null there
/// @param clientHost the peer's address as Kafka shows it: a slash and the address, `/127.0.0.1`
public record RequestContext(short apiVersion, String clientId, String clientHost) {}
