package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.access.Acl;
import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsRequest.AclCreation;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsRequest.DeleteAclsFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// ACLs of a mirror's topics follow the source's, as [AclRules] turns them. Others stay: the topic's configuration
/// lists what the mirror has made, before it makes it.
///
/// A step that fails leaves less access than there should be, never more: rights go first and come last, and a topic of
/// which a DENY cannot be made has no rights from its mirror.
final class AclSync {
    private static final Logger LOG = LoggerFactory.getLogger(AclSync.class);
    private static final int OF_TOPIC_MAX = 1_000;
    private static final int ALL_MAX = 20_000;

    private final MirrorContext context;
    private final MirrorDefinition definition;
    private final Cluster source;
    private final Map<String, String> problems = new TreeMap<>();
    private boolean hasMore;

    AclSync(MirrorContext context, MirrorDefinition definition, Cluster source) {
        this.context = context;
        this.definition = definition;
        this.source = source;
    }

    /// @param before what this returned the last time
    /// @return problems by topic; those of all topics together have no topic's name
    Map<String, String> run(Rounds rounds, Map<String, String> before) throws ClientException {
        SourceAcls acls;
        try {
            acls = new SourceAcls(source, context.node().random());
        } catch (ClientException e) {
            return Map.of("ACLs", "they are not copied: " + e.getMessage());
        }
        Set<String> topics = topics();
        Map<String, Set<Acl>> present = present(topics);
        SortedMap<String, Step> steps = steps(acls, topics, present);
        if (steps.values().stream().anyMatch(Step::widens)) {
            acls.askOthers();
            steps = steps(acls, topics, present);
            if (!acls.silence().isEmpty())
                problems.put(
                        "ACLs",
                        "rights are only taken away, as not every broker of the source says which there are: "
                                + acls.silence());
        }
        SortedMap<String, Step> all = steps;
        List<String> left = rounds.take(steps.keySet(), name -> {
            String problem = take(Objects.requireNonNull(all.get(name)));
            if (!problem.isEmpty()) problems.put(name, "its ACLs are not all copied: " + problem);
        });
        for (String name : left) if (before.containsKey(name)) problems.putIfAbsent(name, before.get(name));
        hasMore = !left.isEmpty();
        return Map.copyOf(problems);
    }

    private SortedMap<String, Step> steps(SourceAcls acls, Set<String> topics, Map<String, Set<Acl>> present) {
        problems.clear();
        var steps = new TreeMap<String, Step>();
        int count = 0;
        for (String name : topics) {
            Set<Acl> here = present.getOrDefault(name, Set.of());
            Set<Acl> wanted = acls.of(name, here);
            String refusal = null;
            if (wanted.size() > OF_TOPIC_MAX) refusal = "it has more than " + OF_TOPIC_MAX + " ACLs at the source";
            else if ((count += wanted.size()) > ALL_MAX) refusal = "a mirror makes at most " + ALL_MAX + " ACLs";
            if (refusal != null) problems.put(name, "its ACLs are not copied: " + refusal);
            var step = new Step(name, here, wanted, made(name), refusal != null);
            if (!step.isDone()) steps.put(name, step);
        }
        return steps;
    }

    /// True when topics are left for the next time.
    boolean hasMore() {
        return hasMore;
    }

    /// Those that are filled from the source's topic of the name, not those that a user calls the mirror's.
    private Set<String> topics() {
        var found = new TreeSet<String>();
        for (MirrorTopic each : MirrorTopic.of(context.image(), context.name())) {
            String name = each.topic().name();
            var known = source.metadata().topics().get(name);
            boolean same =
                    known != null && !each.sourceId().isZero() && known.id().equals(each.sourceId());
            if (same && each.state() == MirrorTopic.State.MIRRORING && definition.copies(name)) found.add(name);
        }
        return found;
    }

    private Map<String, Set<Acl>> present(Set<String> topics) {
        var found = new HashMap<String, Set<Acl>>();
        context.image().access().acls().forEach((_, acl) -> {
            if (topics.contains(acl.resourceName()) && acl.isLiteralOf(acl.resourceName()))
                found.computeIfAbsent(acl.resourceName(), _ -> new HashSet<>()).add(acl);
        });
        return found;
    }

    private Set<String> made(String topic) {
        var found = new HashSet<String>();
        String listed = context.image().configs(ConfigResource.topic(topic)).getOrDefault(MirrorTopic.ACLS, "");
        for (String each : listed.split(",", -1)) if (!each.isBlank()) found.add(each.strip());
        return found;
    }

    /// Changes of the ACLs of one topic.
    ///
    /// @param made digests
    private record Step(
            String topic, Map<String, Acl> missing, List<Acl> gone, Set<String> made, Set<String> forgotten) {
        /// @param refused rights of the mirror are taken away, and what it denies stays
        Step(String topic, Set<Acl> present, Set<Acl> wanted, Set<String> made, boolean refused) {
            this(topic, new LinkedHashMap<>(), new ArrayList<>(), made, new HashSet<>(made));
            for (Acl each : present) {
                String digest = each.digest();
                if (!made.contains(digest)) continue;
                boolean stays = refused ? each.permissionType() == Acl.DENY : wanted.contains(each);
                if (stays) forgotten.remove(digest);
                else gone.add(each);
            }
            if (refused) return;
            for (Acl each : wanted) {
                if (present.contains(each)) continue;
                missing.put(each.digest(), each);
                forgotten.remove(each.digest());
            }
        }

        boolean isDone() {
            return missing.isEmpty() && gone.isEmpty() && forgotten.isEmpty();
        }

        /// True when it gives rights or takes denials away.
        boolean widens() {
            return !missing(Acl.ALLOW).isEmpty() || !gone(Acl.DENY).isEmpty();
        }

        /// Digests of all that are not there, or not to be, but for DENY, which goes last.
        Set<String> forgottenBefore() {
            var found = new TreeSet<>(forgotten);
            found.removeAll(digests(gone(Acl.DENY)));
            return found;
        }

        List<Acl> missing(byte permission) {
            return missing.values().stream()
                    .filter(each -> each.permissionType() == permission)
                    .toList();
        }

        List<Acl> gone(byte permission) {
            return gone.stream()
                    .filter(each -> each.permissionType() == permission)
                    .toList();
        }
    }

    /// @return empty when all of it is done
    private String take(Step step) {
        try {
            String problem = delete(step.gone(Acl.ALLOW));
            // The list has room for the new ones once those that are gone are off it.
            if (problem.isEmpty()) problem = list(step.topic, TopicChange::subtract, step.forgottenBefore());
            if (problem.isEmpty()) problem = list(step.topic, TopicChange::append, step.missing.keySet());
            if (!problem.isEmpty()) return problem;
            Refusal refusal = create(step.topic, step.missing(Acl.DENY));
            if (refusal != null) {
                if (isLasting(refusal)) return refusal.message() + withoutRights(step.topic);
                return String.valueOf(refusal.message());
            }
            refusal = create(step.topic, step.missing(Acl.ALLOW));
            if (refusal != null) return String.valueOf(refusal.message());
            problem = delete(step.gone(Acl.DENY));
            if (problem.isEmpty()) problem = list(step.topic, TopicChange::subtract, digests(step.gone(Acl.DENY)));
            if (problem.isEmpty())
                LOG.info(
                        "Mirror {}: {} ACLs of topic {} are made, {} deleted",
                        context.name(),
                        step.missing.size(),
                        step.topic,
                        step.gone.size());
            return problem;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static Set<String> digests(Collection<Acl> acls) {
        return acls.stream().map(Acl::digest).collect(Collectors.toCollection(TreeSet::new));
    }

    private String list(String topic, BiFunction<String, String, TopicChange> change, Set<String> digests)
            throws InterruptedException {
        return digests.isEmpty()
                ? ""
                : context.alterTopic(topic, List.of(change.apply(MirrorTopic.ACLS, String.join(",", digests))));
    }

    /// True for what the controller would refuse at the next time, too.
    private static boolean isLasting(Refusal refusal) {
        return refusal.error() == ErrorCode.INVALID_REQUEST || refusal.error() == ErrorCode.UNSUPPORTED_VERSION;
    }

    private String withoutRights(String topic) throws InterruptedException {
        Set<String> made = made(topic);
        var rights = new ArrayList<Acl>();
        for (Acl each : present(Set.of(topic)).getOrDefault(topic, Set.of()))
            if (each.permissionType() == Acl.ALLOW && made.contains(each.digest())) rights.add(each);
        String problem = delete(rights);
        return problem.isEmpty() ? "; the topic has no rights from its mirror" : "; " + problem;
    }

    /// @return null when all are there
    private @Nullable Refusal create(String topic, Collection<Acl> acls) throws InterruptedException {
        if (acls.isEmpty()) return null;
        var asked = List.copyOf(acls);
        var request = new CreateAclsRequest(asked.stream()
                .map(each -> new AclCreation(
                        each.resourceType(),
                        each.resourceName(),
                        each.patternType(),
                        each.principal(),
                        each.host(),
                        each.operation(),
                        each.permissionType()))
                .toList());
        var response = context.node().metadata().controller().ask(ControllerApis.CREATE_ACLS, request);
        // a broker that coordinates since then may have struck them off the list before they were there
        String unlisted = list(topic, TopicChange::append, digests(asked));
        if (!unlisted.isEmpty()) return new Refusal(ErrorCode.UNKNOWN_SERVER_ERROR, unlisted);
        for (int at = 0; at < response.results().size(); at++) {
            var each = response.results().get(at);
            if (each.errorCode() == ErrorCode.NONE.code()) continue;
            ErrorCode error = ErrorCode.of(each.errorCode());
            return new Refusal(
                    error,
                    "the ACL of " + asked.get(at).principal() + " cannot be made: "
                            + (each.errorMessage() == null ? error.toString() : each.errorMessage()));
        }
        return null;
    }

    private String delete(List<Acl> acls) throws InterruptedException {
        if (acls.isEmpty()) return "";
        var request = new DeleteAclsRequest(acls.stream()
                .map(each -> new DeleteAclsFilter(
                        each.resourceType(),
                        each.resourceName(),
                        each.patternType(),
                        each.principal(),
                        each.host(),
                        each.operation(),
                        each.permissionType()))
                .toList());
        var response = context.node().metadata().controller().ask(ControllerApis.DELETE_ACLS, request);
        for (var each : response.filterResults())
            if (each.errorCode() != ErrorCode.NONE.code())
                return "an ACL cannot be deleted: "
                        + (each.errorMessage() == null ? ErrorCode.of(each.errorCode()) : each.errorMessage());
        return "";
    }
}
