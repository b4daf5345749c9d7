package barnabas.metadata.controller.access;

import barnabas.base.security.ScramMechanism;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import barnabas.protocol.message.AlterUserScramCredentialsResponse;
import barnabas.protocol.message.AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult;
import barnabas.protocol.metadata.RemoveUserScramCredentialRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// SCRAM credentials (KIP-554): a user's changes are made together or not at all. The log has stored key and
/// server key, never the salted password of the request.
public final class ScramChanges {
    private static final Refusal TWICE =
            new Refusal(ErrorCode.DUPLICATE_RESOURCE, "A user credential cannot be altered twice in the same request");

    private final ClusterImage image;
    private final Map<String, @Nullable Refusal> users = new LinkedHashMap<>();
    private final Set<ScramCredential.Key> seen = new HashSet<>();

    public ScramChanges(ClusterImage image) {
        this.image = image;
    }

    public Decision<AlterUserScramCredentialsResponse> decide(AlterUserScramCredentialsRequest request) {
        for (ScramCredentialDeletion each : request.deletions()) judge(each.name(), problemWith(each));
        for (ScramCredentialUpsertion each : request.upsertions()) judge(each.name(), problemWith(each));
        var records = new ArrayList<Message>();
        for (ScramCredentialDeletion each : request.deletions())
            if (users.get(each.name()) == null)
                records.add(new RemoveUserScramCredentialRecord(each.name(), each.mechanism()));
        for (ScramCredentialUpsertion each : request.upsertions())
            if (users.get(each.name()) == null) records.add(record(each));
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        var results = new ArrayList<AlterUserScramCredentialsResult>();
        users.forEach((user, refusal) -> results.add(result(user, refusal)));
        return Decision.atomic(
                records,
                AlterUserScramCredentialsResponse.builder().results(results).build());
    }

    private static AlterUserScramCredentialsResult result(String user, @Nullable Refusal refusal) {
        return new AlterUserScramCredentialsResult(
                user,
                refusal == null ? ErrorCode.NONE.code() : refusal.error().code(),
                refusal == null ? null : refusal.message());
    }

    /// The first problem of a user counts.
    private void judge(String user, @Nullable Refusal refusal) {
        Refusal before = users.get(user);
        users.put(user, before == null ? refusal : before);
    }

    private @Nullable Refusal problemWith(ScramCredentialDeletion deletion) {
        Refusal refusal = problemWith(deletion.name(), deletion.mechanism());
        if (refusal != null) return refusal;
        var key = new ScramCredential.Key(deletion.name(), deletion.mechanism());
        if (!seen.add(key)) return TWICE;
        return image.access().scram().find(key) == null
                ? new Refusal(ErrorCode.RESOURCE_NOT_FOUND, "Attempt to delete a user credential that does not exist")
                : null;
    }

    private @Nullable Refusal problemWith(ScramCredentialUpsertion upsertion) {
        Refusal refusal = problemWith(upsertion.name(), upsertion.mechanism());
        if (refusal != null) return refusal;
        if (upsertion.iterations() < ScramMechanism.ITERATIONS_MIN)
            return new Refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too few iterations");
        if (upsertion.iterations() > ScramMechanism.ITERATIONS_MAX)
            return new Refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Too many iterations");
        return seen.add(new ScramCredential.Key(upsertion.name(), upsertion.mechanism())) ? null : TWICE;
    }

    private @Nullable Refusal problemWith(String user, byte mechanism) {
        if (!image.features().metadataVersion().recordsScramCredentials())
            return new Refusal(ErrorCode.UNSUPPORTED_VERSION, "The current metadata.version does not support SCRAM");
        if (user.isEmpty()) return new Refusal(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty");
        return ScramMechanism.ofType(mechanism).isEmpty()
                ? new Refusal(ErrorCode.UNSUPPORTED_SASL_MECHANISM, "Unknown SCRAM mechanism")
                : null;
    }

    private static UserScramCredentialRecord record(ScramCredentialUpsertion upsertion) {
        ScramMechanism mechanism = ScramMechanism.ofType(upsertion.mechanism()).orElseThrow();
        byte[] salted = bytes(upsertion.saltedPassword());
        return new UserScramCredentialRecord(
                upsertion.name(),
                upsertion.mechanism(),
                ByteBuffer.wrap(bytes(upsertion.salt())),
                ByteBuffer.wrap(mechanism.storedKey(salted)),
                ByteBuffer.wrap(mechanism.serverKey(salted)),
                upsertion.iterations());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
