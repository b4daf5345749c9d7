package barnabas.coordination.transactions;

import barnabas.coordination.Marker;
import barnabas.coordination.Producer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.transcripts.Command;
import barnabas.transcripts.Transcript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A conversation with a core as a [Transcript].
///
/// ```
/// init a                      => 1000/0
/// add a 1000/0 t-0            => NONE
/// end a 1000/0 commit         => 1000/1
/// markers                     => commit 1000/1 t-0
/// state a                     => CompleteCommit 1000/1
/// ```
final class Script {
    private final CoreWorld world = new CoreWorld();
    private final List<String> said = new ArrayList<>();
    private long nextProducerId = 1000;

    static String replay(String text) {
        return Transcript.replay(text, new Script()::answersTo);
    }

    private List<String> answersTo(Command command) {
        said.clear();
        run(command, command.parts().toArray(new String[0]));
        return said;
    }

    private void run(Command command, String[] words) {
        switch (command.name()) {
            case "init" -> init(words);
            case "add" -> add(words, (short) 2, 0);
            case "add-v0" -> add(words, (short) 0, 0);
            case "add-waiting" -> add(words, (short) 2, 100);
            case "verify" -> {
                var answers = world.shard.verify(words[1], producer(words[2]), Set.copyOf(participants(words, 3)));
                new TreeMap<>(answers).forEach((participant, error) -> said.add(participant + " " + error));
            }
            case "end" -> end(words, (short) 2);
            case "end-v0" -> end(words, (short) 0);
            case "markers" -> markers(words);
            case "state" -> said.add(state(words[1]));
            case "tick" -> world.advance(Long.parseLong(words[1]));
            case "set-clock" -> world.wallClockOffset += Long.parseLong(words[1]);
            case "restart" -> world.restart();
            case "fail" -> world.nextAppendFails = ErrorCode.valueOf(words[1]);
            case "level" -> world.transactionVersion = Short.parseShort(words[1]);
            case "store" -> store(words);
            case "list" -> list(words);
            default -> throw command.unknown();
        }
    }

    private void init(String[] words) {
        int timeout = words.length > 2 ? Integer.parseInt(words[2]) : 60_000;
        Producer expected = words.length > 3 ? producer(words[3]) : null;
        world.carryOut(world.shard.initProducerId(
                world.ticket(grant -> {
                    if (grant instanceof Grant.NeedsProducerId) {
                        var again = new InitProducer(words[1], timeout, expected, nextProducerId++);
                        world.carryOut(world.shard.initProducerId(world.ticket(this::say), again, world.now()));
                    } else {
                        say(grant);
                    }
                }),
                new InitProducer(words[1], timeout, expected, -1),
                world.now()));
    }

    private void end(String[] words, short version) {
        boolean commit = words[3].equals("commit");
        world.carryOut(world.shard.endTransaction(
                world.ticket(grant -> {
                    if (grant instanceof Grant.NeedsProducerId) {
                        var again = new EndTransaction(words[1], producer(words[2]), commit, version, nextProducerId++);
                        world.carryOut(world.shard.endTransaction(world.ticket(this::say), again, world.now()));
                    } else {
                        say(grant);
                    }
                }),
                new EndTransaction(words[1], producer(words[2]), commit, version, -1),
                world.now()));
    }

    private void say(Grant grant) {
        said.add(
                switch (grant) {
                    case Grant.Granted(Producer producer) -> text(producer);
                    case Grant.Refused(ErrorCode error) -> error.toString();
                    case Grant.NeedsProducerId needs -> "needs a producer id";
                });
    }

    private void add(String[] words, short version, long waitMillis) {
        world.carryOut(world.shard.addPartitions(
                world.ticket(error -> said.add((waitMillis > 0 ? "added " : "") + error)),
                new AddPartitions(words[1], producer(words[2]), participants(words, 3), version, waitMillis),
                world.now()));
    }

    /// Carries out all orders; partitions that are named do not take their marker.
    private void markers(String[] words) {
        var unreachable = Set.copyOf(participants(words, 1));
        for (MarkerOrder.Write order = world.orders.poll(); order != null; order = world.orders.poll()) {
            Marker marker = order.marker();
            var written = new TreeSet<>(order.participants());
            written.removeAll(unreachable);
            said.add((marker.commit() ? "commit " : "abort ")
                    + text(marker.producer())
                    + written.stream().map(each -> " " + each).collect(Collectors.joining()));
            var unreached = new ArrayList<>(order.participants());
            unreached.retainAll(unreachable);
            world.reportMarkers(order, unreached);
        }
    }

    private String state(String id) {
        Transaction found = world.shard.transaction(id);
        if (found == null) return "nothing";
        return found.state().officialName() + " " + text(found.producer())
                + (found.participants().isEmpty() ? "" : " " + found.participants());
    }

    private void store(String[] words) {
        Transaction made = new Transaction(
                TransactionState.named(words[2]).orElseThrow(),
                producer(words[3]),
                -1,
                -1,
                60_000,
                new TreeSet<>(participants(words, 4)),
                world.now,
                world.now,
                (short) 2);
        world.log.add(CoreWorld.stored(TransactionRecords.of(words[1], made, (short) 2)));
        world.restart();
    }

    private void list(String[] words) {
        var request = ListTransactionsRequest.builder();
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            String value = word.substring(word.indexOf('=') + 1);
            switch (word.substring(0, word.indexOf('='))) {
                case "state" -> request.stateFilters(List.of(value.split(",")));
                case "id" -> request.producerIdFilters(List.of(Long.parseLong(value)));
                case "longer" -> request.durationFilter(Long.parseLong(value));
                case "like" -> request.transactionalIdPattern(value);
                default -> throw new IllegalArgumentException(word);
            }
        }
        Listing listing = Listing.of(request.build());
        listing.select(new TreeMap<>(world.shard.transactions()), world.now)
                .forEach(each -> said.add(each.transactionalId() + " " + each.transactionState()));
        if (!listing.unknownStates().isEmpty()) said.add("unknown " + listing.unknownStates());
    }

    private static String text(Producer producer) {
        return producer.id() + "/" + producer.epoch();
    }

    private static Producer producer(String text) {
        String[] parts = text.split("/");
        return new Producer(Long.parseLong(parts[0]), Short.parseShort(parts[1]));
    }

    private static List<Participant> participants(String[] words, int from) {
        var all = new ArrayList<Participant>();
        for (int i = from; i < words.length; i++) {
            int dash = words[i].lastIndexOf('-');
            all.add(new Participant(words[i].substring(0, dash), Integer.parseInt(words[i].substring(dash + 1))));
        }
        return all;
    }
}
