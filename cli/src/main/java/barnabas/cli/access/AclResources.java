package barnabas.cli.access;

import barnabas.broker.security.Resource;
import barnabas.metadata.access.Acl;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/// Options that name the resources of access rules.
public final class AclResources {
    public static final String MISSING =
            "name a resource: --topic, --group, --transactional-id, --token, --user or --cluster";

    /// One resource, or with a prefix all that begin with its name.
    public record One(byte type, String name, byte pattern) {}

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Topic; '*' stands for all. Repeatable (default: none).")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "Consumer group; '*' stands for all. Repeatable (default: none).")
    private List<String> groups = new ArrayList<>();

    @Option(
            names = "--transactional-id",
            paramLabel = "ID",
            description = "Transactional id; '*' stands for all. Repeatable (default: none).")
    private List<String> transactionalIds = new ArrayList<>();

    @Option(names = "--token", paramLabel = "ID", description = "Delegation token. Repeatable (default: none).")
    private List<String> tokens = new ArrayList<>();

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "User, for rights on the delegation tokens of this user. Repeatable (default: none).")
    private List<String> users = new ArrayList<>();

    @Option(names = "--cluster", description = "The cluster itself.")
    private boolean cluster;

    @Option(names = "--prefix", description = "Match all resources whose names begin with the given ones.")
    private boolean prefix;

    public boolean isEmpty() {
        return all().isEmpty();
    }

    public List<One> all() {
        var all = new ArrayList<One>();
        add(all, Resource.Type.TOPIC, topics);
        add(all, Resource.Type.GROUP, groups);
        add(all, Resource.Type.TRANSACTIONAL_ID, transactionalIds);
        add(all, Resource.Type.DELEGATION_TOKEN, tokens);
        add(all, Resource.Type.USER, users);
        if (cluster) all.add(new One(Resource.Type.CLUSTER.code(), Resource.CLUSTER.name(), Acl.LITERAL));
        return all;
    }

    private void add(List<One> all, Resource.Type type, List<String> names) {
        for (String name : names) all.add(new One(type.code(), name, prefix ? Acl.PREFIXED : Acl.LITERAL));
    }
}
