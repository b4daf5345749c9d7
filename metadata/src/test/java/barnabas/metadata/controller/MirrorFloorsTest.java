package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Leader epochs and producer ids above those that a mirror has copied.
class MirrorFloorsTest {
    @Test
    void floorsAreKeptWhenTheyAreSetAndNeverGoBack() {
        var script = new ControllerScript();
        script.run("register 1\nunfence 1\ncreate q 2 1\nids 1");
        script.run("set topic/q barnabas.leader.epoch.min=65536 barnabas.producer.id.min=1000000");
        assertThat(script.run("show q")).contains("0: replicas [1] isr [1] leader 1 epoch 65536");
        assertThat(script.run("show q")).contains("1: replicas [1] isr [1] leader 1 epoch 65536");
        assertThat(script.run("ids 1")).contains("NONE, from 1000000, 1000 ids");
        script.run("set topic/q barnabas.leader.epoch.min=7 barnabas.producer.id.min=7");
        assertThat(script.run("show q")).contains("leader 1 epoch 65536");
        assertThat(script.run("ids 1")).contains("NONE, from 1001000, 1000 ids");
    }
}
