package barnabas.protocol;

/// The body of a response.
public interface ResponseMessage extends Message {
    ApiKey apiKey();
}
