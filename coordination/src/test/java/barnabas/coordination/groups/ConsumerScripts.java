package barnabas.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random scripts about one consumer group and its offsets.
final class ConsumerScripts {
    private static final List<String> DYNAMIC = List.of("a", "b", "c");
    private static final List<String> STATIC = List.of("s", "u");

    private final Random random;

    ConsumerScripts(long seed) {
        this.random = new Random(seed);
    }

    String script(int commands) {
        var lines = new ArrayList<String>();
        lines.add("topic t partitions=4");
        lines.add("topic u partitions=2");
        for (int i = 0; i < commands; i++) lines.add(command());
        return String.join("\n", lines) + "\n";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String client() {
        return random.nextInt(3) > 0 ? any(DYNAMIC) : any(STATIC);
    }

    /// A static member comes back under other ids.
    private String identity(String client) {
        if (!STATIC.contains(client)) return "";
        return " instance=i" + client + (random.nextInt(6) == 0 ? " member=" + client + random.nextInt(2) : "");
    }

    private String topics() {
        return any(List.of("t", "t", "t,u", "u", "t,v"));
    }

    private String owned() {
        return switch (random.nextInt(7)) {
            case 0 -> " owned=none";
            case 1 -> " owned=" + any(List.of("t-0", "t-0,t-1", "t-1,t-2,u-0", "t-3"));
            case 2, 3, 4 -> " owned=all";
            default -> "";
        };
    }

    String command() {
        String client = client();
        String identity = identity(client);
        int dice = random.nextInt(100);
        if (dice < 15)
            return "hello " + client + identity + " topics=" + topics()
                    + (random.nextInt(4) == 0 ? " rebalance=5000" : "")
                    + (random.nextInt(6) == 0 ? " assignor=range" : "");
        if (dice < 62) return "beat " + client + identity + owned() + changes();
        if (dice < 66) return "bye " + client + identity;
        if (dice < 69 && !identity.isEmpty()) return "bye " + client + identity + " static";
        if (dice < 75)
            return "consumer-commit " + client + identity + " " + any(List.of("t-0", "t-1", "t-3")) + " "
                    + random.nextInt(100)
                    + (random.nextInt(3) == 0 ? " epoch=" + random.nextInt(8) : "");
        if (dice < 76) return "commit - t-0 1";
        if (dice < 77) return "txn-commit - t-1 2 pid=1";
        if (dice < 78) return "fetch" + (random.nextBoolean() ? "" : " member=" + client + " epoch=3");
        if (dice < 79) return "delete-offsets " + "t-0";
        if (dice < 82) return "describe-consumer";
        if (dice < 83) return "list";
        if (dice < 84) return "restart";
        if (dice < 86)
            return any(List.of(
                    "topic v partitions=1", "topic u partitions=3 racks=r1", "topic t partitions=5 racks=r0+r1"));
        return "advance " + any(List.of(1, 500, 1_000, 1_000, 2_000, 5_000, 20_000, 45_000));
    }

    private String changes() {
        return switch (random.nextInt(20)) {
            case 0 -> " topics=" + topics();
            case 1 -> " topics=" + topics() + " rebalance=5000";
            case 2 -> " epoch=" + (1 + random.nextInt(9));
            case 3 -> " assignor=range";
            case 4 -> " rack=r" + random.nextInt(2);
            default -> "";
        };
    }
}
