package barnabas.metadata.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Steps of mirror topics that come late.
class MirrorStatesTest {
    private static void refused(ControllerScript script, String change, String why) {
        String before = script.run("configs topic/q");
        assertThat(script.run(change)).contains("INVALID_CONFIG").contains(why);
        assertThat(script.run("configs topic/q")).isEqualTo(before);
    }

    private static void done(ControllerScript script, String change) {
        assertThat(script.run(change)).contains("NONE");
    }

    /// The broker that asked the source about the first claim did not ask about the second one.
    @Test
    void lateConfirmationIsOfItsOwnClaimOnly() {
        var script = new ControllerScript();
        script.run("register 1\nunfence 1\ncreate q 1 1");
        done(script, "set topic/q barnabas.mirror=m barnabas.mirror.state=claiming barnabas.mirror.ready=claim-2");
        refused(script, "set topic/q barnabas.mirror.state=preparing", "it cannot be preparing now");
        done(script, "subtract topic/q barnabas.mirror.ready=claim-1");
        refused(script, "set topic/q barnabas.mirror.state=preparing", "it cannot be preparing now");
        done(script, "subtract topic/q barnabas.mirror.ready=claim-2");
        done(script, "set topic/q barnabas.mirror.state=preparing");
    }

    @Test
    void mirrorThatFillsATopicStays() {
        var script = new ControllerScript();
        script.run("register 1\nunfence 1\ncreate q 1 1");
        done(script, "set broker/ barnabas.mirror.m.source=a:1 barnabas.mirror.m.topics=q");
        done(script, "set topic/q barnabas.mirror=m barnabas.mirror.state=claiming");
        for (String each : new String[] {
            "unset broker/ barnabas.mirror.m.source",
            "set broker/ barnabas.mirror.m.source=",
            "unset broker/ barnabas.mirror.m.topics",
            "set broker/ barnabas.mirror.m.topics="
        }) assertThat(script.run(each)).contains("Mirror m still fills topic q");
        done(script, "unset topic/q barnabas.mirror barnabas.mirror.state");
        done(script, "unset broker/ barnabas.mirror.m.source");
    }

    @Test
    void stepsFollowOneAnother() {
        var script = new ControllerScript();
        script.run("register 1\nunfence 1\ncreate q 1 1");
        done(script, "set topic/q barnabas.mirror=m barnabas.mirror.state=claiming");
        refused(script, "set topic/q barnabas.mirror.state=mirroring", "it cannot be mirroring now");
        refused(script, "set topic/q barnabas.mirror.state=stopping", "it cannot be stopping now");
        done(script, "set topic/q barnabas.mirror.state=preparing");
        done(script, "set topic/q barnabas.mirror.state=preparing");
        refused(script, "set topic/q barnabas.mirror.state=claiming", "is preparing: it cannot be claiming now");
        refused(script, "unset topic/q barnabas.mirror barnabas.mirror.state", "it cannot be taken from it now");
        done(script, "set topic/q barnabas.mirror.state=mirroring");
        refused(script, "set topic/q barnabas.mirror.state=preparing", "it cannot be preparing now");
        refused(script, "replace topic/q retention.ms=7", "it cannot be taken from it now");
        done(script, "set topic/q barnabas.mirror.state=stopping");
        refused(script, "set topic/q barnabas.mirror.state=preparing", "is stopping: it cannot be preparing now");
        refused(script, "set topic/q barnabas.mirror.state=mirroring", "it cannot be mirroring now");
        refused(script, "unset topic/q barnabas.mirror.state", "it cannot be mirroring now");
        done(script, "unset topic/q barnabas.mirror barnabas.mirror.state");
        done(script, "set topic/q barnabas.mirror=m barnabas.mirror.state=claiming");
        done(script, "unset topic/q barnabas.mirror barnabas.mirror.state");
    }
}
