package barnabas.protocol;

/// The body of a request.
public interface RequestMessage extends Message {
    ApiKey apiKey();
}
