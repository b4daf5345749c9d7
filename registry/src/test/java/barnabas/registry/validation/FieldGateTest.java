package barnabas.registry.validation;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.TopicConfig.FieldValidation;
import barnabas.config.TopicConfig.SubjectNames;
import barnabas.config.TopicConfig.ValidationLevel;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.state.RegistryState;
import barnabas.registry.state.SchemaRecord;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reads of the registry for appends of one topic that cross each other.
final class FieldGateTest {
    private static final int REAL_IDS = 900;

    private final RegistryState state = new RegistryState();
    private final FieldGate gate =
            new FieldGate("value", "t", new FieldValidation(ValidationLevel.ID, SubjectNames.TOPIC));

    private void register(int id) {
        var text = SchemaText.of(SchemaType.AVRO, "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + id + "}", List.of());
        assertThat(state.apply(new SchemaRecord.Version("t-value", id, id, text, false), "key " + id))
                .isTrue();
    }

    private boolean takes(int id) {
        return gate.problem(ByteBuffer.allocate(5).putInt(1, id), 0, 5, false) == null;
    }

    @Test
    void anAppendWhoseSchemaAnotherOneReadsIsLookedAtAgain() {
        register(5);
        int before = gate.reads();
        assertThat(takes(5)).isFalse();
        FieldGate.Resolution ofAnother = gate.resolve(state);
        assertThat(gate.missesSchemas()).isTrue();
        ofAnother.take();
        assertThat(gate.missesSchemas()).isFalse();
        assertThat(gate.reads()).isNotEqualTo(before);
        assertThat(takes(5)).isTrue();
    }

    @Test
    void readsThatEndInAnotherOrderThanTheyBeganLoseNothing() {
        register(5);
        assertThat(takes(5)).isFalse();
        FieldGate.Resolution first = gate.resolve(state);
        register(6);
        assertThat(takes(6)).isFalse();
        FieldGate.Resolution second = gate.resolve(state);
        FieldGate.Resolution third = gate.resolve(state);
        second.take();
        first.take();
        third.take();
        assertThat(takes(5)).isTrue();
        assertThat(takes(6)).isTrue();
    }

    @Test
    void aDeletedSchemaLeavesWithTheNextRead() {
        register(5);
        assertThat(takes(5)).isFalse();
        gate.resolve(state).take();
        state.apply(new SchemaRecord.DeletedSubject("t-value", 5), "key");
        gate.resolve(state).take();
        assertThat(takes(5)).isFalse();
    }

    @Test
    void idsThatDoNotExistPushNoneOut() {
        for (int id = 1; id <= REAL_IDS; id++) {
            register(id);
            assertThat(takes(id)).isFalse();
        }
        gate.resolve(state).take();
        for (int id = 1; id <= REAL_IDS; id++) assertThat(takes(1_000_000 + id)).isFalse();
        gate.resolve(state).take();
        for (int id = 1; id <= REAL_IDS; id++) assertThat(takes(id)).isTrue();
    }
}
