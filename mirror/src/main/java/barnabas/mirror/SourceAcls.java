package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.admin.AclAdmin;
import barnabas.client.admin.AclAdmin.Filter;
import barnabas.metadata.access.Acl;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// ACLs of topics as brokers of a mirror's source know them. A broker that is cut off from its cluster answers from
/// what it knew before: each look asks any one of them, and all the others before a right is given or a denial taken
/// away.
///
/// Owner: the thread of the mirror; an object is of one look.
final class SourceAcls {
    private static final Filter OF_TOPICS = new Filter(Acl.TOPIC, null, Acl.ANY, null, null, Acl.ANY, Acl.ANY);

    private final AclAdmin admin;
    /// Brokers that were not asked yet.
    private final List<Integer> others;
    private final List<AclRules> answers = new ArrayList<>();
    private String silence = "";

    /// Asks one broker.
    SourceAcls(Cluster source, RandomGenerator random) throws ClientException {
        this.admin = new AclAdmin(source);
        this.others = new ArrayList<>(source.metadata().brokers().keySet());
        if (others.isEmpty())
            throw new RequestFailedException(
                    "brokers of the source", ErrorCode.BROKER_NOT_AVAILABLE.code(), "it names none");
        Collections.swap(others, random.nextInt(others.size()), others.size() - 1);
        ask(others.removeLast());
    }

    private void ask(int broker) throws ClientException {
        answers.add(new AclRules(admin.listAt(broker, OF_TOPICS)));
    }

    /// Asks the brokers that were not asked yet. Those behind one that does not answer are not asked.
    void askOthers() {
        try {
            for (int each : others) ask(each);
        } catch (ClientException e) {
            silence = String.valueOf(e.getMessage());
        }
        others.clear();
    }

    /// Reason why not every broker answered when all were asked; else empty.
    String silence() {
        return silence;
    }

    /// ACLs that a topic has here: rights that all brokers know of, and denials that one of them knows of. Those that
    /// `present` has are neither given nor taken away by a broker that does not answer.
    Set<Acl> of(String topic, Set<Acl> present) {
        Set<Acl> found = answers.getFirst().of(topic);
        for (AclRules each : answers.subList(1, answers.size())) {
            Set<Acl> known = each.of(topic);
            found.removeIf(acl -> acl.permissionType() == Acl.ALLOW && !known.contains(acl));
            for (Acl acl : known) if (acl.permissionType() == Acl.DENY) found.add(acl);
        }
        if (silence.isEmpty()) return found;
        found.removeIf(acl -> acl.permissionType() == Acl.ALLOW && !present.contains(acl));
        for (Acl acl : present) if (acl.permissionType() == Acl.DENY) found.add(acl);
        return found;
    }
}
