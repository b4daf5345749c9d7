package barnabas.client.admin;

import barnabas.base.security.ScramMechanism;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Connection;
import barnabas.client.RequestFailedException;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import barnabas.protocol.message.AlterUserScramCredentialsResponse;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Users of SCRAM (KIP-554). Passwords do not leave the client: the broker gets what it checks logins against.
public final class UserAdmin {
    private static final int SALT_BYTES = 26;

    /// One credential of a user.
    public record Credential(String user, String mechanism, int iterations) {}

    private final Cluster cluster;

    public UserAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Adds a user, or gives the user another password.
    ///
    /// @param random unpredictable
    public void put(String user, ScramMechanism mechanism, String password, RandomGenerator random)
            throws ClientException {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] salted = mechanism.saltedPassword(password, salt, ScramMechanism.ITERATIONS_MIN);
        var put = new ScramCredentialUpsertion(
                user, mechanism.type(), ScramMechanism.ITERATIONS_MIN, ByteBuffer.wrap(salt), ByteBuffer.wrap(salted));
        alter(new AlterUserScramCredentialsRequest(List.of(), List.of(put)));
    }

    /// Removes all credentials of a user.
    ///
    /// @throws RequestFailedException when there is none
    public void remove(String user) throws ClientException {
        List<Credential> all = list(List.of(user));
        var deletions = new ArrayList<ScramCredentialDeletion>();
        for (Credential each : all)
            deletions.add(new ScramCredentialDeletion(
                    user, ScramMechanism.named(each.mechanism).orElseThrow().type()));
        alter(new AlterUserScramCredentialsRequest(deletions, List.of()));
    }

    private void alter(AlterUserScramCredentialsRequest request) throws ClientException {
        Connection connection = cluster.controller();
        var response = connection.call(request, AlterUserScramCredentialsResponse.class);
        for (var each : response.results())
            TopicAdmin.check("change the user '" + each.user() + "'", each.errorCode(), each.errorMessage());
    }

    /// Credentials of all users.
    public List<Credential> list() throws ClientException {
        return list(List.of());
    }

    /// Credentials of one user; empty when there are none.
    public List<Credential> of(String user) throws ClientException {
        try {
            return list(List.of(user));
        } catch (RequestFailedException e) {
            if (e.error() == ErrorCode.RESOURCE_NOT_FOUND) return List.of();
            throw e;
        }
    }

    /// @param users empty for all
    private List<Credential> list(List<String> users) throws ClientException {
        var request = new DescribeUserScramCredentialsRequest(
                users.isEmpty()
                        ? null
                        : users.stream()
                                .map(DescribeUserScramCredentialsRequest.UserName::new)
                                .toList());
        var response = cluster.controller().call(request, DescribeUserScramCredentialsResponse.class);
        TopicAdmin.check("list users", response.errorCode(), response.errorMessage());
        var all = new ArrayList<Credential>();
        for (var each : response.results()) {
            if (each.errorCode() != ErrorCode.NONE.code())
                TopicAdmin.check("find the user '" + each.user() + "'", each.errorCode(), each.errorMessage());
            for (var credential : each.credentialInfos())
                all.add(new Credential(
                        each.user(),
                        ScramMechanism.ofType(credential.mechanism())
                                .map(ScramMechanism::mechanism)
                                .orElse("mechanism " + credential.mechanism()),
                        credential.iterations()));
        }
        return all;
    }
}
