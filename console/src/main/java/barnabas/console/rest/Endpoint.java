package barnabas.console.rest;

import barnabas.client.ClientException;
import barnabas.console.view.User;

/// The work of one [Route].
@FunctionalInterface
public interface Endpoint {
    /// @return a JSON value, or a whole [barnabas.net.http.HttpResponse]
    Object answer(ApiRequest request, User user) throws ClientException, ApiProblem, InterruptedException;
}
