package barnabas.conformance.mixed;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Users of a cluster: passwords, rights and quotas.
final class Users {
    private static final String RATE = "consumer_byte_rate";

    private final Admin admin;

    Users(Admin admin) {
        this.admin = admin;
    }

    /// Gives a user a password, the right to read a topic, and a quota.
    void admit(String user, String password, String topic, double bytesPerSecond) throws InterruptedException {
        var credential = new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4_096), password);
        Administration.patiently(
                "a password is set",
                () -> admin.alterUserScramCredentials(List.of(credential))
                        .all()
                        .get(Administration.ANSWER_SECONDS, TimeUnit.SECONDS));
        var acl = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", AclOperation.READ, AclPermissionType.ALLOW));
        Administration.patiently(
                "a right is given",
                () -> admin.createAcls(List.of(acl)).all().get(Administration.ANSWER_SECONDS, TimeUnit.SECONDS));
        var quota =
                new ClientQuotaAlteration(entity(user), List.of(new ClientQuotaAlteration.Op(RATE, bytesPerSecond)));
        Administration.patiently(
                "a quota is set",
                () -> admin.alterClientQuotas(List.of(quota))
                        .all()
                        .get(Administration.ANSWER_SECONDS, TimeUnit.SECONDS));
    }

    private static ClientQuotaEntity entity(String user) {
        return new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, user));
    }

    /// The quota of a user, bytes a second; 0 without one.
    double quota(String user) throws InterruptedException {
        return Administration.patiently(
                        "the quota",
                        () -> admin.describeClientQuotas(ClientQuotaFilter.all())
                                .entities()
                                .get(Administration.ANSWER_SECONDS, TimeUnit.SECONDS))
                .getOrDefault(entity(user), Map.of())
                .getOrDefault(RATE, 0.0);
    }

    /// Number of ACLs.
    int acls() throws InterruptedException {
        return Administration.patiently(
                        "ACLs",
                        () -> admin.describeAcls(AclBindingFilter.ANY)
                                .values()
                                .get(Administration.ANSWER_SECONDS, TimeUnit.SECONDS))
                .size();
    }
}
