package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionRoomTest {
    @Test
    void partitionsStopWhereMemoryDoes() {
        var defaults = ControllerSettings.defaults(1, "cluster");
        var script = new ControllerScript(new ControllerSettings(
                1,
                "cluster",
                defaults.bootstrap(),
                defaults.supportedFeatures(),
                new ControllerSettings.Topics(1, (short) 1, 10, Long.MAX_VALUE),
                defaults.snapshots(),
                1000));
        script.run("register 1\nunfence 1");
        String transcript = """
                create a 6 1
                | a: NONE, 6 partitions, replication factor 1
                create b 5 1
                | b: POLICY_VIOLATION The topic b cannot have 5 more partition(s): there is memory for 10 in all, and for 4 more. Delete topics or give the broker a larger heap.
                grow a 11
                | POLICY_VIOLATION The topic a cannot have 5 more partition(s): there is memory for 10 in all, and for 4 more. Delete topics or give the broker a larger heap.
                grow a 10
                | NONE
                create b 1 1
                | b: POLICY_VIOLATION The topic b cannot have 1 more partition(s): there is memory for 10 in all, and for 0 more. Delete topics or give the broker a larger heap.
                delete a
                | a: NONE
                create b 5 1
                | b: NONE, 5 partitions, replication factor 1
                """;
        assertThat(script.run(transcript)).isEqualTo(transcript);
    }
}
