package barnabas.coordination;

import java.util.function.Predicate;

/// Origin of a request.
///
/// @param apiVersion the version of the request, which decides some answers
/// @param clientId as in the request header; empty when it is null there
/// @param clientHost the peer's address as Kafka shows it: a slash and the address, `/127.0.0.1`
/// @param rights whether the client may describe a topic of a name; asked later, too, by other threads
public record RequestContext(short apiVersion, String clientId, String clientHost, Predicate<String> rights) {
    /// Of a client that may describe every topic.
    public RequestContext(short apiVersion, String clientId, String clientHost) {
        this(apiVersion, clientId, clientHost, topic -> true);
    }

    /// Whether the client may describe the topic now.
    public boolean maySee(String topic) {
        return rights.test(topic);
    }
}
