package barnabas.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random scripts about one group whose members use one protocol or the other by turns.
final class MigrationScripts {
    private static final List<String> CLASSIC = List.of("a", "b", "s");
    private static final List<String> MODERN = List.of("x", "y", "z");
    private static final String PLAN = " a=t-0+t-1 b=t-2 s=t-3+u-0 partitions";

    /// Every member sends its heartbeat at a different time afterwards: the first to time out must not depend on
    /// the order in a hash map.
    private static final String RESTART = String.join(
            "\n",
            "restart",
            "heartbeat a",
            "advance 1",
            "heartbeat b",
            "advance 1",
            "heartbeat s instance=is",
            "advance 1",
            "beat x",
            "advance 1",
            "beat y",
            "advance 1",
            "beat z instance=");

    private final Random random;

    /// Maybe the one that a classic member has. No client changes its own.
    private final String instanceOfZ;

    MigrationScripts(long seed) {
        this.random = new Random(seed);
        this.instanceOfZ = any(List.of("iz", "is"));
    }

    String script(int commands) {
        var lines = new ArrayList<String>();
        lines.add("topic t partitions=4");
        lines.add("topic u partitions=2");
        lines.addAll(List.of("join a", "join a", "join b", "join b", "join s instance=is topics=t,u"));
        lines.addAll(
                List.of("advance 3000", "advance 3000", "sync a" + PLAN, "sync b" + PLAN, "sync s instance=is" + PLAN));
        for (int i = 0; i < commands; i++) lines.add(command());
        return String.join("\n", lines) + "\n";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    String command() {
        int dice = random.nextInt(100);
        if (dice < 45) return classic();
        if (dice < 85) return modern();
        if (dice < 88) return "describe-consumer";
        if (dice < 90) return "describe";
        if (dice < 91) return "list";
        if (dice < 92) return RESTART + instanceOfZ;
        if (dice < 93) return any(List.of("topic u partitions=3", "topic v", "topic t partitions=5"));
        return "advance " + any(List.of(1, 500, 1_000, 1_000, 3_000, 5_000, 10_000, 45_000));
    }

    private String classic() {
        String client = any(CLASSIC);
        String instance = client.equals("s") ? " instance=is" : "";
        int dice = random.nextInt(20);
        if (dice < 8) {
            // A restart. A dynamic member's would leave a group behind that Kafka stores before it has members.
            String fresh = !instance.isEmpty() && random.nextInt(4) == 0 ? " member=" : "";
            return "join " + client + instance + fresh + " own rebalance=20000 topics=" + topics(instance)
                    + any(List.of("", " owned=all", " owned=all"))
                    + any(List.of("", "", "", " protocols=range,rr", " protocols=rr"));
        }
        if (dice < 13) return "sync " + client + instance + PLAN + (random.nextInt(6) == 0 ? " generation=3" : "");
        if (dice < 17) return "heartbeat " + client + instance;
        if (dice < 19) return "commit " + client + instance + " t-0 " + random.nextInt(100);
        return random.nextInt(3) == 0 ? "leave " + client + instance + " joined=only" : "heartbeat " + client;
    }

    /// A member that may end the consumer group by taking its place does not change the subscription: Kafka then
    /// writes an epoch that it deletes at once.
    private String topics(String instance) {
        return instance.endsWith("is") ? "t,u" : any(List.of("t", "t", "t,u"));
    }

    private String modern() {
        String client = any(MODERN);
        String instance = client.equals("z") ? " instance=" + instanceOfZ : "";
        int dice = random.nextInt(20);
        if (dice < 5) return "hello " + client + instance + " topics=" + topics(instance);
        if (dice < 15) return "beat " + client + instance + any(List.of("", " owned=all", " owned=all", " owned=none"));
        if (dice < 18) return "bye " + client + instance;
        if (dice < 19) return "bye " + client + instance + (instance.isEmpty() ? "" : " static");
        return "consumer-commit " + client + instance + " t-1 " + random.nextInt(100);
    }
}
