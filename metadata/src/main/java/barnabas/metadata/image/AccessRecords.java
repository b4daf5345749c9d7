package barnabas.metadata.image;

import barnabas.metadata.access.Acl;
import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.metadata.room.SettingsBytes;
import barnabas.protocol.metadata.AccessControlEntryRecord;
import barnabas.protocol.metadata.ClientQuotaRecord;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// ACLs, credentials, tokens and quotas as records and back.
final class AccessRecords {
    private AccessRecords() {}

    static Acl acl(AccessControlEntryRecord record) {
        return new Acl(
                record.resourceType(),
                record.resourceName(),
                record.patternType(),
                record.principal(),
                record.host(),
                record.operation(),
                record.permissionType());
    }

    static UserScramCredentialRecord record(ScramCredential.Key key, ScramCredential credential) {
        return new UserScramCredentialRecord(
                key.user(),
                key.mechanism(),
                credential.salt(),
                credential.storedKey(),
                credential.serverKey(),
                credential.iterations());
    }

    static DelegationToken token(DelegationTokenRecord record) {
        return new DelegationToken(
                record.tokenId(),
                record.owner(),
                record.requester(),
                List.copyOf(record.renewers()),
                record.issueTimestamp(),
                record.maxTimestamp(),
                record.expirationTimestamp());
    }

    static DelegationTokenRecord record(DelegationToken token) {
        return new DelegationTokenRecord(
                token.owner(),
                token.requester(),
                token.renewers(),
                token.issuedMillis(),
                token.expiryMillisMax(),
                token.expiryMillis(),
                token.id());
    }

    static QuotaEntity entity(ClientQuotaRecord record) {
        return new QuotaEntity(record.entity().stream()
                .map(part -> new QuotaEntity.Part(part.entityType(), part.entityName()))
                .toList());
    }

    static ClientQuotaRecord record(QuotaEntity entity, String key, double value) {
        return new ClientQuotaRecord(
                entity.parts().stream()
                        .map(part -> new ClientQuotaRecord.EntityData(part.type(), part.name()))
                        .toList(),
                key,
                value,
                false);
    }

    static long bytesOf(@Nullable Acl acl) {
        if (acl == null) return 0;
        return SettingsBytes.ofEntry((long) acl.resourceName().length()
                + acl.principal().length()
                + acl.host().length());
    }

    static long bytesOf(ScramCredential.Key key, @Nullable ScramCredential credential) {
        if (credential == null) return 0;
        return SettingsBytes.ofEntry((long) key.user().length()
                + credential.salt().remaining()
                + credential.storedKey().remaining()
                + credential.serverKey().remaining());
    }

    static long bytesOf(@Nullable DelegationToken token) {
        if (token == null) return 0;
        long chars = (long) token.id().length()
                + token.owner().length()
                + token.requester().length();
        for (String renewer : token.renewers()) chars += renewer.length();
        return SettingsBytes.ofEntry(chars);
    }

    static long bytesOf(QuotaEntity entity, @Nullable Map<String, Double> limits) {
        long chars = 0;
        for (QuotaEntity.Part part : entity.parts())
            chars += part.name() == null ? 0 : part.name().length();
        return SettingsBytes.ofValues(chars, limits);
    }
}
