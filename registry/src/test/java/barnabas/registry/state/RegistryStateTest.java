package barnabas.registry.state;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.transcripts.Transcript;
import org.junit.jupiter.api.Test;

/// Records of `_schemas` in Confluent's format, and the state that they make.
final class RegistryStateTest {
    private static void play(String script) {
        assertThat(Transcript.replay(script, new StateScript()::answersTo)).isEqualTo(script);
    }

    @Test
    void recordsOfAllKindsAreTaken() {
        play("""
                log {"keytype":"NOOP","magic":0} -
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} {"subject":"a","version":1,"id":1,"schema":"1","deleted":false}
                log {"keytype":"SCHEMA","subject":"a","version":2,"magic":1} {"subject":"a","version":2,"id":2,"schema":"2","deleted":false,"ts":5,"guid":"x"}
                log {"keytype":"SCHEMA","subject":":.c:a","version":1,"magic":1} {"subject":":.c:a","version":1,"id":1,"schema":"3","deleted":false}
                log {"keytype":"CONFIG","subject":null,"magic":0} {"compatibilityLevel":"FULL"}
                log {"keytype":"CONFIG","subject":"a","magic":0} {"compatibilityLevel":"NONE"}
                log {"keytype":"MODE","subject":":.c:","magic":0} {"mode":"READONLY"}
                log {"keytype":"CONTEXT","tenant":"default","context":".c","magic":0} {"tenant":"default","context":".c"}
                log {"keytype":"OTHER","magic":0} {} => skipped: keytype OTHER
                log x - => skipped: the key is no JSON: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false'), line 1 column 1
                subjects => [:.c:a, a]
                versions a
                | 1 id 1 1
                | 2 id 2 2
                versions :.c:a => 1 id 1 3
                level a => NONE
                level b => FULL
                mode a => READWRITE
                mode :.c:a => READONLY
                log {"keytype":"DELETE_SUBJECT","subject":"a","magic":0} {"subject":"a","version":1}
                versions a
                | 1 id 1 1 deleted
                | 2 id 2 2
                log {"keytype":"CONFIG","subject":"a","magic":0} -
                level a => FULL
                log {"keytype":"CLEAR_SUBJECT","subject":"a","magic":0} {"subject":"a"}
                subjects => [:.c:a]
                """);
    }

    @Test
    void anIdKeepsItsContent() {
        play("""
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} {"subject":"a","version":1,"id":7,"schema":"1","deleted":false}
                log {"keytype":"SCHEMA","subject":"b","version":1,"magic":1} {"subject":"b","version":1,"id":7,"schema":"other","deleted":false} => contradicts
                versions b => 1 id 7 1
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} -
                log {"keytype":"SCHEMA","subject":"b","version":1,"magic":1} -
                ids . => highest 7
                """);
    }

    @Test
    void aDeletionHasATombstoneForEachSpellingOfTheKey() {
        play("""
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} {"subject":"a","version":1,"id":1,"schema":"1","deleted":false}
                log {"magic":1,"keytype":"SCHEMA","version":1,"subject":":.:a"} {"subject":"a","version":1,"id":1,"schema":"1","deleted":false}
                delete a => {"keytype":"DELETE_SUBJECT","subject":"a","magic":0} {"subject":"a","version":1}
                log {"keytype":"DELETE_SUBJECT","subject":"a","magic":0} {"subject":"a","version":1}
                delete a => 40404 Subject 'a' was soft deleted.Set permanent=true to delete permanently
                delete a permanent
                | {"keytype":"CONTEXT","tenant":"default","context":".","magic":0} {"tenant":"default","context":"."}
                | {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} -
                | {"magic":1,"keytype":"SCHEMA","version":1,"subject":":.:a"} -
                """);
    }

    @Test
    void aTombstoneOfAnotherSpellingIsFollowedByOneOfTheRecords() {
        play("""
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} {"subject":"a","version":1,"id":1,"schema":"1","deleted":true}
                missing
                log {"magic":1,"keytype":"SCHEMA","subject":"a","version":1} -
                subjects => []
                missing => {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} -
                log {"keytype":"SCHEMA","subject":"a","version":1,"magic":1} -
                missing
                """);
    }
}
