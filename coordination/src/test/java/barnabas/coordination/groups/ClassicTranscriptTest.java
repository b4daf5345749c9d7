package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassicTranscriptTest {
    private static void check(String transcript) {
        assertThat(new GroupScript(new OurDriver(TestConfigs.defaults())).run(transcript))
                .isEqualTo(transcript);
    }

    @Test
    void twoMembersFormAGroup() {
        check("""
                > join a
                > join a
                > join b
                > join b
                > advance 3000
                > sync b
                > sync a a=x b=y
                > heartbeat a
                > describe
                > list
                """);
    }
}
