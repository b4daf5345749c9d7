package barnabas.sql.reading;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyedTextTest {
    @Test
    void textsOfOneQueryDifferByTheirLastLiteral() {
        assertThat(KeyedText.of("SELECT * FROM t WHERE id = 5;"))
                .isEqualTo(new KeyedText("SELECT * FROM t WHERE id = ", 5))
                .isEqualTo(KeyedText.of("SELECT * FROM t WHERE id = 5 ;\n"));
        assertThat(KeyedText.of("SELECT * FROM t WHERE id='a b--c'"))
                .isEqualTo(new KeyedText("SELECT * FROM t WHERE id=", "a b--c"));
        assertThat(KeyedText.of("SELECT * FROM t WHERE id = '';"))
                .isEqualTo(new KeyedText("SELECT * FROM t WHERE id = ", ""));
    }

    @Test
    void anotherLiteralMakesAnotherText() {
        for (String each : new String[] {"SELECT * FROM t WHERE id = 7", "SELECT * FROM t WHERE id = 'x'"}) {
            KeyedText keyed = KeyedText.of(each);
            assertThat(keyed).isNotNull();
            assertThat(keyed.text()).isEqualTo(each);
            assertThat(KeyedText.of(keyed.another().text()))
                    .isEqualTo(keyed.another())
                    .isNotEqualTo(keyed);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "5",
                "SELECT * FROM t",
                "SELECT * FROM t5",
                "SELECT * FROM t WHERE id = t.c5",
                "SELECT * FROM t WHERE id = 1.5",
                "SELECT * FROM t WHERE id = -5",
                "SELECT * FROM t WHERE id = 1234567890",
                "SELECT * FROM t WHERE id = 'it''s'",
                "SELECT * FROM t WHERE id = ''''",
                "SELECT * FROM t WHERE id = 5 -- 7",
                "SELECT * FROM t WHERE id = 5 /* 7",
                "SELECT * FROM ${t} WHERE id = 5",
                "SELECT * FROM t WHERE id = '${v}'"
            })
    void otherTextsAreParsed(String text) {
        assertThat(KeyedText.of(text)).isNull();
    }
}
