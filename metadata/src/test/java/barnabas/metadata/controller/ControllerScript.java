package barnabas.metadata.controller;

import barnabas.base.ManualClock;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.log.QuorumLevel;
import barnabas.metadata.mutations.MutationQuota;
import barnabas.metadata.placement.StripedPlacer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AssignReplicasToDirsRequest;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.transcripts.Command;
import barnabas.transcripts.Transcript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A controller that is driven by a [Transcript]. Everything it decides is taken to be appended and committed at once.
///
/// ```
/// create orders 3 1
/// | orders: NONE, 3 partitions, replication factor 1
/// ```
final class ControllerScript {
    final ManualClock clock = new ManualClock(1_700_000_000_000L);
    final Controller controller;
    /// Everything appended, batch by batch.
    final List<List<Message>> log = new ArrayList<>();

    private final List<String> answers = new ArrayList<>();
    private final Map<Integer, Integer> incarnations = new HashMap<>();
    private long endOffset;

    ControllerScript(ControllerSettings settings) {
        this(settings, QuorumLevel.FIXED);
    }

    ControllerScript(ControllerSettings settings, QuorumLevel quorum) {
        controller =
                new Controller(settings, new OfficialRules(), new StripedPlacer(), new SplittableRandom(1), quorum);
        append(controller.lead(ClusterImage.empty(settings.clusterId()), 1, 1, clock.nanos()));
        endOffset = Math.max(1, endOffset);
    }

    ControllerScript() {
        this(ControllerSettings.defaults(1, "cluster"));
    }

    /// A cluster that was formatted for an older release.
    ControllerScript(MetadataVersion version) {
        this(settings(version));
    }

    private static ControllerSettings settings(MetadataVersion version) {
        var defaults = ControllerSettings.defaults(1, "cluster");
        return new ControllerSettings(
                1,
                "cluster",
                Features.bootstrap(Features.at(version)),
                Features.SUPPORTED,
                defaults.topics(),
                defaults.snapshots(),
                30_000);
    }

    ClusterImage image() {
        return controller.ahead();
    }

    /// The script with the controller's answers.
    String run(String script) {
        return Transcript.replay(script, this::answersTo);
    }

    <R> R append(Decision<R> decision) {
        if (!decision.records().isEmpty()) {
            ClusterImage next = controller.preview(decision.records());
            endOffset += decision.records().size();
            controller.appended(next, endOffset);
            log.add(decision.records());
        }
        return decision.reply();
    }

    private void say(Object text) {
        answers.add(String.valueOf(text));
    }

    private static String outcome(short code, @Nullable String message) {
        return ErrorCode.of(code) + (message == null ? "" : " " + message);
    }

    private List<String> answersTo(Command command) {
        answers.clear();
        execute(command, command.arguments());
        return answers;
    }

    private void execute(Command command, List<String> rest) {
        switch (command.name()) {
            case "register" -> register(rest);
            case "unfence" -> heartbeat(rest, false, false);
            case "fence" -> heartbeat(rest, true, false);
            case "shutdown" -> heartbeat(rest, false, true);
            case "unregister" -> {
                var reply = append(
                        controller.unregisterBroker(new UnregisterBrokerRequest(number(rest, 0)), clock.nanos()));
                say(outcome(reply.errorCode(), reply.errorMessage()));
            }
            case "advance" -> clock.advance(Duration.ofMillis(number(rest, 0)));
            case "expire" -> say("fenced %s".formatted(append(controller.expireSessions(clock.nanos()))));
            case "silent" ->
                say("silent %s"
                        .formatted(controller.silentSince(ago(rest, 0)).stream()
                                .map(BrokerRegistration::id)
                                .toList()));
            case "ended" -> ended(rest);
            case "balance" -> say("moved %s".formatted(append(controller.balanceLeaders())));
            case "create" -> create(rest, false);
            case "validate" -> create(rest, true);
            case "delete" -> delete(rest);
            case "grow" -> grow(rest);
            case "set", "unset", "append", "subtract" -> alter(command.name(), rest);
            case "replace" -> replace(rest);
            case "configs" -> say(image().configs(resource(rest.getFirst())));
            case "feature" -> feature(rest);
            case "features" -> say(image().features().finalized());
            case "broker" -> broker(rest);
            case "directories" ->
                say(image().topic(rest.getFirst())
                        .orElseThrow()
                        .partitions()
                        .getFirst()
                        .directories());
            case "cordon" -> cordon(rest);
            case "offline" -> offline(rest);
            case "assign" -> assign(rest);
            case "elect" -> elect(rest);
            case "reassign" -> reassign(rest);
            case "reassignments" -> reassignments();
            case "isr" -> isr(rest);
            case "quota" -> quota(rest);
            case "ids" -> ids(rest);
            case "show" -> show(rest);
            default -> throw command.unknown();
        }
    }

    private static int number(List<String> words, int at) {
        return Integer.parseInt(words.get(at));
    }

    private static List<Integer> brokers(String text) {
        if (text.equals("-")) return List.of();
        return Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }

    /// `register 1 [rack=a] [dirs=ab] [again] [clean]`: a new process each time, unless it says `again`.
    private void register(List<String> words) {
        int id = number(words, 0);
        int incarnation = incarnations.merge(id, words.contains("again") ? 0 : 1, Integer::sum);
        var previous = image().broker(id);
        var request = BrokerRegistrationRequest.builder()
                .brokerId(id)
                .clusterId("cluster")
                .incarnationId(new Uuid(id, incarnation))
                .listeners(List.of(new BrokerRegistrationRequest.Listener("PLAINTEXT", "host" + id, 9092, (short) 0)))
                .features(Features.SUPPORTED.entrySet().stream()
                        .map(each -> new BrokerRegistrationRequest.Feature(
                                each.getKey(),
                                each.getValue().min(),
                                each.getValue().max()))
                        .toList())
                .rack(words.stream()
                        .filter(word -> word.startsWith("rack="))
                        .map(word -> word.substring(5))
                        .findFirst()
                        .orElse(null))
                .logDirs(directories(id, words))
                .previousBrokerEpoch(
                        words.contains("clean") ? previous.orElseThrow().epoch() : -1)
                .build();
        var reply = append(controller.registerBroker(request, clock.nanos()));
        say(ErrorCode.of(reply.errorCode()));
    }

    private long ago(List<String> words, int index) {
        return clock.nanos() - number(words, index) * 1_000_000L;
    }

    /// `ended id millisSilent [earlier]`: the process of a broker ended, or that of an earlier registration.
    private void ended(List<String> words) {
        int id = number(words, 0);
        long epoch = image().broker(id).map(BrokerRegistration::epoch).orElse(0L);
        if (words.contains("earlier")) epoch--;
        boolean fenced = append(controller.fenceEnded(id, epoch, ago(words, 1), clock.nanos()));
        say(fenced ? "fenced" : "left as it is");
    }

    private void heartbeat(List<String> words, boolean fence, boolean shutdown) {
        int id = number(words, 0);
        var broker = image().broker(id);
        var reply = append(controller.heartbeat(
                BrokerHeartbeatRequest.builder()
                        .brokerId(id)
                        .brokerEpoch(broker.isPresent() ? broker.get().epoch() : 0)
                        .currentMetadataOffset(Long.MAX_VALUE)
                        .wantFence(fence)
                        .wantShutDown(shutdown)
                        .build(),
                clock.nanos()));
        say("%s%s%s"
                .formatted(
                        ErrorCode.of(reply.errorCode()),
                        reply.isFenced() ? ", fenced" : "",
                        reply.shouldShutDown() ? ", shut down" : ""));
    }

    /// `create name partitions factor [key=value ...]` or `create name assigned 1,2 2,1 ...`
    private void create(List<String> words, boolean validateOnly) {
        boolean assigned = words.get(1).equals("assigned");
        var assignments = new ArrayList<CreateTopicsRequest.CreatableReplicaAssignment>();
        var configs = new ArrayList<CreateTopicsRequest.CreatableTopicConfig>();
        if (assigned) {
            for (int i = 2; i < words.size(); i++) {
                String[] parts = words.get(i).split(":", 2);
                assignments.add(new CreateTopicsRequest.CreatableReplicaAssignment(
                        parts.length == 2 ? Integer.parseInt(parts[0]) : i - 2, brokers(parts[parts.length - 1])));
            }
        } else {
            for (String word : words.subList(3, words.size())) {
                String[] parts = word.split("=", 2);
                configs.add(new CreateTopicsRequest.CreatableTopicConfig(parts[0], parts.length < 2 ? null : parts[1]));
            }
        }
        var reply = append(controller.createTopics(
                CreateTopicsRequest.builder()
                        .topics(List.of(new CreateTopicsRequest.CreatableTopic(
                                words.getFirst().equals("EMPTY") ? "" : words.getFirst(),
                                assigned ? -1 : number(words, 1),
                                (short) (assigned ? -1 : number(words, 2)),
                                assignments,
                                configs)))
                        .validateOnly(validateOnly)
                        .build(),
                MutationQuota.NONE));
        for (var topic : reply.topics()) {
            if (topic.errorCode() == 0) {
                say("%s: NONE, %d partitions, replication factor %d"
                        .formatted(topic.name(), topic.numPartitions(), topic.replicationFactor()));
            } else {
                say("%s: %s".formatted(topic.name(), outcome(topic.errorCode(), topic.errorMessage())));
            }
        }
    }

    private void delete(List<String> names) {
        var reply = append(controller.deleteTopics(
                DeleteTopicsRequest.builder().topicNames(names).build(), MutationQuota.NONE));
        reply.responses()
                .forEach(topic ->
                        say("%s: %s".formatted(topic.name(), outcome(topic.errorCode(), topic.errorMessage()))));
    }

    /// `grow name count [1,2 2,1 ...]`
    private void grow(List<String> words) {
        var assignments = words.subList(2, words.size()).stream()
                .map(word -> new CreatePartitionsRequest.CreatePartitionsAssignment(brokers(word)))
                .toList();
        var reply = append(controller.createPartitions(
                CreatePartitionsRequest.builder()
                        .topics(List.of(new CreatePartitionsRequest.CreatePartitionsTopic(
                                words.getFirst(), number(words, 1), words.size() > 2 ? assignments : null)))
                        .build(),
                MutationQuota.NONE));
        reply.results().forEach(topic -> say(outcome(topic.errorCode(), topic.errorMessage())));
    }

    /// `topic/orders`, `broker/1`, `broker/`, `group/g`, `client_metrics/s`
    private static ConfigResource resource(String text) {
        String[] parts = text.split("/", 2);
        return new ConfigResource(ConfigResource.Type.valueOf(parts[0].toUpperCase(java.util.Locale.ROOT)), parts[1]);
    }

    /// `set topic/orders key=value ...`; without `=` the value is null
    private void alter(String operation, List<String> words) {
        byte code = (byte) List.of("set", "unset", "append", "subtract").indexOf(operation);
        ConfigResource resource = resource(words.getFirst());
        var configs = words.subList(1, words.size()).stream()
                .map(word -> word.split("=", 2))
                .map(parts -> new IncrementalAlterConfigsRequest.AlterableConfig(
                        parts[0], code, parts.length < 2 ? null : parts[1]))
                .toList();
        var reply = append(controller.incrementalAlterConfigs(new IncrementalAlterConfigsRequest(
                List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(
                        resource.type().code(), resource.name(), configs)),
                false)));
        reply.responses().forEach(each -> say(outcome(each.errorCode(), each.errorMessage())));
    }

    private void replace(List<String> words) {
        ConfigResource resource = resource(words.getFirst());
        var configs = words.subList(1, words.size()).stream()
                .map(word -> word.split("=", 2))
                .map(parts -> new AlterConfigsRequest.AlterableConfig(parts[0], parts.length < 2 ? null : parts[1]))
                .toList();
        var reply = append(controller.alterConfigs(new AlterConfigsRequest(
                List.of(new AlterConfigsRequest.AlterConfigsResource(
                        resource.type().code(), resource.name(), configs)),
                false)));
        reply.responses().forEach(each -> say(outcome(each.errorCode(), each.errorMessage())));
    }

    /// `feature [validate] (name level upgrade|safe|unsafe|kind)...`
    private void feature(List<String> words) {
        boolean validateOnly = words.getFirst().equals("validate");
        var updates = new ArrayList<UpdateFeaturesRequest.FeatureUpdateKey>();
        for (int at = validateOnly ? 1 : 0; at < words.size(); at += 3) {
            byte kind = switch (words.get(at + 2)) {
                case "upgrade" -> 1;
                case "safe" -> 2;
                case "unsafe" -> 3;
                default -> Byte.parseByte(words.get(at + 2));
            };
            updates.add(UpdateFeaturesRequest.FeatureUpdateKey.builder()
                    .feature(words.get(at))
                    .maxVersionLevel((short) number(words, at + 1))
                    .upgradeType(kind)
                    .build());
        }
        var reply = append(controller.updateFeatures(UpdateFeaturesRequest.builder()
                .featureUpdates(updates)
                .validateOnly(validateOnly)
                .build()));
        say(outcome(reply.errorCode(), reply.errorMessage()));
    }

    /// `elect preferred|unclean|type name partition`
    private void elect(List<String> words) {
        byte type = switch (words.get(0)) {
            case "preferred" -> 0;
            case "unclean" -> 1;
            default -> Byte.parseByte(words.get(0));
        };
        var reply = append(controller.electLeaders(ElectLeadersRequest.builder()
                .electionType(type)
                .topicPartitions(
                        List.of(new ElectLeadersRequest.TopicPartitions(words.get(1), List.of(number(words, 2)))))
                .build()));
        reply.replicaElectionResults()
                .forEach(topic ->
                        topic.partitionResult().forEach(each -> say(outcome(each.errorCode(), each.errorMessage()))));
    }

    /// `reassign name partition 1,2|cancel`
    private void reassign(List<String> words) {
        List<Integer> target = words.get(2).equals("cancel") ? null : brokers(words.get(2));
        var reply = append(controller.alterPartitionReassignments(AlterPartitionReassignmentsRequest.builder()
                .topics(List.of(new AlterPartitionReassignmentsRequest.ReassignableTopic(
                        words.get(0),
                        List.of(new AlterPartitionReassignmentsRequest.ReassignablePartition(
                                number(words, 1), target)))))
                .build()));
        reply.responses()
                .forEach(topic ->
                        topic.partitions().forEach(each -> say(outcome(each.errorCode(), each.errorMessage()))));
    }

    /// `isr <leader> <topic> <partition> <brokers>` in the present epochs, or earlier and later ones with `leader+1`,
    /// `partition-1`; `run-1` is an earlier run of the last broker.
    private void isr(List<String> words) {
        int leader = number(words, 0);
        var topic = image().topic(words.get(1)).orElseThrow();
        PartitionImage partition = topic.partitions().get(number(words, 2));
        List<Integer> wanted = brokers(words.get(3));
        var members = new ArrayList<AlterPartitionRequest.BrokerState>();
        for (int id : wanted) {
            long epoch = image().nodes().brokers().find(id).epoch();
            boolean last = id == wanted.getLast();
            members.add(new AlterPartitionRequest.BrokerState(id, last ? epoch + shift(words, "run") : epoch));
        }
        var reply = append(controller.alterPartition(AlterPartitionRequest.builder()
                .brokerId(leader)
                .brokerEpoch(image().nodes().brokers().find(leader).epoch() + shift(words, "broker"))
                .topics(List.of(new AlterPartitionRequest.TopicData(
                        topic.id(),
                        List.of(AlterPartitionRequest.PartitionData.builder()
                                .partitionIndex(partition.index())
                                .leaderEpoch(partition.leaderEpoch() + shift(words, "leader"))
                                .partitionEpoch(partition.partitionEpoch() + shift(words, "partition"))
                                .newIsrWithEpochs(members)
                                .build()))))
                .build()));
        if (reply.errorCode() != 0) say(ErrorCode.of(reply.errorCode()));
        reply.topics()
                .forEach(each -> each.partitions()
                        .forEach(answer -> say(
                                answer.errorCode() != 0
                                        ? ErrorCode.of(answer.errorCode())
                                        : "isr %s leader %d epoch %d"
                                                .formatted(answer.isr(), answer.leaderId(), answer.leaderEpoch()))));
    }

    private static int shift(List<String> words, String what) {
        for (String word : words) if (word.startsWith(what)) return Integer.parseInt(word.substring(what.length()));
        return 0;
    }

    private void reassignments() {
        var reply = append(controller.listPartitionReassignments(
                ListPartitionReassignmentsRequest.builder().topics(null).build()));
        reply.topics()
                .forEach(topic -> topic.partitions()
                        .forEach(each -> say("%s-%d: %s, adding %s, removing %s"
                                .formatted(
                                        topic.name(),
                                        each.partitionIndex(),
                                        each.replicas(),
                                        each.addingReplicas(),
                                        each.removingReplicas()))));
    }

    /// `quota user=u,client-id=c key=value ...`; `*` is the default entity, an empty value removes
    private void quota(List<String> words) {
        var entity = words.getFirst().equals("-")
                ? List.<AlterClientQuotasRequest.EntityData>of()
                : Arrays.stream(words.getFirst().split(","))
                        .map(part -> part.split("=", 2))
                        .map(part ->
                                new AlterClientQuotasRequest.EntityData(part[0], part[1].equals("*") ? null : part[1]))
                        .toList();
        var ops = words.subList(1, words.size()).stream()
                .map(word -> word.split("=", 2))
                .map(part -> new AlterClientQuotasRequest.OpData(
                        part[0], part[1].isEmpty() ? 0 : Double.parseDouble(part[1]), part[1].isEmpty()))
                .toList();
        var reply = append(controller.alterClientQuotas(
                new AlterClientQuotasRequest(List.of(new AlterClientQuotasRequest.EntryData(entity, ops)), false)));
        reply.entries().forEach(entry -> say(outcome(entry.errorCode(), entry.errorMessage())));
    }

    private void ids(List<String> words) {
        int id = number(words, 0);
        long epoch = image().broker(id).map(broker -> broker.epoch()).orElse(-1L);
        var reply = append(controller.allocateProducerIds(new AllocateProducerIdsRequest(id, epoch)));
        say("%s, from %d, %d ids"
                .formatted(ErrorCode.of(reply.errorCode()), reply.producerIdStart(), reply.producerIdLen()));
    }

    /// A heartbeat that names all directories as cordoned.
    private void cordon(List<String> words) {
        var broker = image().broker(number(words, 0)).orElseThrow();
        var reply = append(controller.heartbeat(
                BrokerHeartbeatRequest.builder()
                        .brokerId(broker.id())
                        .brokerEpoch(broker.epoch())
                        .currentMetadataOffset(0)
                        .wantFence(broker.fenced())
                        .cordonedLogDirs(List.of(directory(broker.id())))
                        .build(),
                clock.nanos()));
        say(ErrorCode.of(reply.errorCode()));
    }

    /// `offline 1 b`: a heartbeat that names the directory as failed.
    private void offline(List<String> words) {
        var broker = image().broker(number(words, 0)).orElseThrow();
        var reply = append(controller.heartbeat(
                BrokerHeartbeatRequest.builder()
                        .brokerId(broker.id())
                        .brokerEpoch(broker.epoch())
                        .currentMetadataOffset(Long.MAX_VALUE)
                        .offlineLogDirs(List.of(directory(broker.id(), words.get(1))))
                        .build(),
                clock.nanos()));
        say(ErrorCode.of(reply.errorCode()) + (reply.isFenced() ? ", fenced" : ""));
    }

    /// `assign 1 b t [earlier]`: the replica of t-0 lies in that directory.
    private void assign(List<String> words) {
        var broker = image().broker(number(words, 0)).orElseThrow();
        Uuid topic = image().topic(words.get(2)).map(TopicImage::id).orElse(new Uuid(7, 7));
        var partitions = List.of(new AssignReplicasToDirsRequest.PartitionData(0));
        var reply = append(controller.assignReplicasToDirs(new AssignReplicasToDirsRequest(
                broker.id(),
                words.contains("earlier") ? broker.epoch() - 1 : broker.epoch(),
                List.of(new AssignReplicasToDirsRequest.DirectoryData(
                        directory(broker.id(), words.get(1)),
                        List.of(new AssignReplicasToDirsRequest.TopicData(topic, partitions)))))));
        say(ErrorCode.of(
                reply.errorCode() != 0
                        ? reply.errorCode()
                        : reply.directories()
                                .getFirst()
                                .topics()
                                .getFirst()
                                .partitions()
                                .getFirst()
                                .errorCode()));
    }

    private static List<Uuid> directories(int broker, List<String> words) {
        for (String word : words)
            if (word.startsWith("dirs="))
                return word.substring(5)
                        .chars()
                        .mapToObj(letter -> directory(broker, Character.toString(letter)))
                        .toList();
        return List.of(directory(broker));
    }

    private static Uuid directory(int broker) {
        return directory(broker, "a");
    }

    private static Uuid directory(int broker, String letter) {
        return new Uuid(100 + broker, letter.charAt(0) - 'a' + 1);
    }

    private void broker(List<String> words) {
        var broker = image().broker(number(words, 0)).orElseThrow();
        say("directories %s cordoned %s%s"
                .formatted(
                        broker.logDirs(),
                        broker.cordonedLogDirs(),
                        broker.inControlledShutdown() ? " shutting down" : ""));
    }

    private void show(List<String> words) {
        var topic = image().topic(words.getFirst());
        if (topic.isEmpty()) {
            say("no such topic");
            return;
        }
        for (PartitionImage each : topic.get().partitions()) {
            say("%d: replicas %s isr %s leader %d epoch %d%s%s%s"
                    .formatted(
                            each.index(),
                            each.replicas(),
                            each.isr(),
                            each.leader(),
                            each.leaderEpoch(),
                            each.eligibleLeaderReplicas().isEmpty() ? "" : " eligible " + each.eligibleLeaderReplicas(),
                            each.lastKnownElr().isEmpty() ? "" : " last " + each.lastKnownElr(),
                            each.recovering() ? " recovering" : ""));
        }
    }
}
